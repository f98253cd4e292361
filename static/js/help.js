"use strict";
/* Typing words leaves, of the list, those questions that have all of them: in heading, answer, or data-also, the other
   words that people use. A word typed has to begin a word there; a number has to be one. */
const LITTLE = new Set(
  ("a am an and are as at be by can could did do does for from has have how i if in is it its me my no not of on or our " +
    "should so that the their them there they this to us was we what when where which who why will with would you your").split(" "),
);
const NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const wordsOf = (text) => {
  const plain = text.toLowerCase().replace(/['’]/g, "").replace(/(\d),(?=\d)/g, "$1");
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word && !LITTLE.has(word));
  return words.map((word) => (NUMBERS.includes(word) ? String(NUMBERS.indexOf(word)) : word));
};
const questions = [...document.querySelectorAll("#questions .usa-card__container li a")].map((link) => {
  const answer = document.querySelector(link.hash).parentElement;
  return { item: link.parentElement, words: wordsOf(`${answer.textContent} ${link.dataset.also}`) };
});
const find = document.getElementById("find");
const status = document.querySelector("#questions [role=status]");
find.addEventListener("input", () => {
  const typed = wordsOf(find.value);
  const fits = (word, other) => (/^\d+$/.test(word) ? other === word : other.startsWith(word));
  let left = 0;
  for (const { item, words } of questions) {
    item.hidden = !typed.every((word) => words.some((other) => fits(word, other)));
    if (!item.hidden) left += 1;
  }
  for (const card of document.querySelectorAll("#questions .usa-card__container")) {
    card.hidden = !card.querySelector("li:not([hidden])");
  }
  const said = left === 1 ? "1 question" : `${left} questions`;
  status.textContent = left ? said : status.dataset.none;
});
