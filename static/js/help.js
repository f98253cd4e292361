"use strict";
/* Typing a word leaves, of the list of questions, those whose heading or answer has it. */
const find = document.getElementById("find");
const links = [...document.querySelectorAll("#questions .card li a")];
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/);
  let left = 0;
  for (const link of links) {
    const answer = document.querySelector(link.hash).parentElement.textContent.toLowerCase();
    const has = words.every((word) => answer.includes(word));
    link.parentElement.hidden = !has;
    if (has) left += 1;
  }
  for (const card of document.querySelectorAll("#questions .card")) {
    card.hidden = !card.querySelector("li:not([hidden])");
  }
  const said = left === 1 ? "1 question" : `${left} questions`;
  document.querySelector("#questions [role=status]").textContent = left ? said : "No question has that. Try another word.";
});
