"use strict";
/* The grid of a roster: there is always an empty line at its end, and cells copied from a spreadsheet fill lines. */
for (const body of document.querySelectorAll(".roster tbody")) {
  const lines = () => [...body.querySelectorAll(".roster__line")];
  const cells = (line) => [...line.querySelectorAll("input[type=text]")];
  const isEmpty = (line) => cells(line).every((cell) => !cell.value);

  body.addEventListener("input", () => {
    if (lines().length && !isEmpty(lines().at(-1))) add();
  });

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
    const line = event.target.closest(".roster__line");
    const from = line ? cells(line).indexOf(event.target) : -1;
    const npis = from === 0 ? npisIn(text) : [];
    if (!line || (npis.length < 2 && !/[\n\t]/.test(text))) return;
    event.preventDefault();
    let at = lines().indexOf(line);
    for (const row of npis.length > 1 ? npis : text.split(/\r?\n/)) {
      while (at >= lines().length) add();
      const target = cells(lines()[at++]);
      row.split("\t").forEach((value, place) => {
        const cell = target[from + place];
        if (cell) cell.value = value.trim();
      });
      target[from].dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  /* The NPIs of one line that holds nothing else, whatever stands between them, or nothing. */
  function npisIn(text) {
    const runs = /[a-z\t\n]/i.test(text) ? [] : text.match(/\d+/g) || [];
    return runs.every((run) => run.length % 10 === 0) ? runs.flatMap((run) => run.match(/\d{10}/g)) : [];
  }

  function add() {
    const last = lines().at(-1);
    const line = last.cloneNode(true);
    const before = last.dataset.line;
    const key = newKey();
    line.dataset.line = key;
    for (const part of line.querySelectorAll("*"))
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace(before, key));
      }
    for (const cell of cells(line)) cell.value = "";
    line.querySelector("input[name$='-was']").value = "";
    line.querySelector(".roster__state").textContent = "";
    last.after(line);
  }

  /* A UUID, also where the page came without HTTPS and crypto.randomUUID is missing. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
}
