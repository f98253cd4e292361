"use strict";
/* Keys at the desk: a key follows the link that names it in data-key; in the queue, j and k go from row to row.

   None decides anything. They do nothing while one types or a dialog is open, and are switched off in their list. */
{
  const OFF = "desk-keys-off";
  const help = document.getElementById("keys");
  const use = help.querySelector("input");
  const open = document.querySelector("[data-keys-open]");
  const rows = [...document.querySelectorAll("#result_list .field-election a")];
  const links = new Map([...document.querySelectorAll("a[data-key]")].map((link) => [link.dataset.key, link]));
  const keys = new Map([
    ...(rows.length ? [["j", () => move(1)], ["k", () => move(-1)]] : []),
    ...[...links].map(([key, link]) => [key, () => link.click()]),
    ["?", () => help.showModal()],
  ]);

  for (const [key, link] of links) {
    list(key, link.textContent);
    link.setAttribute("aria-keyshortcuts", key);
  }
  use.checked = !stored();
  use.addEventListener("change", () => store(!use.checked));
  open.hidden = false;
  open.addEventListener("click", () => help.showModal());
  help.querySelector("button").addEventListener("click", () => help.close());

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (!use.checked || event.target.closest?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const act = keys.get(event.key.toLowerCase());
    if (!act) return;
    event.preventDefault();
    act();
  });

  function list(key, does) {
    const row = help.querySelector("dl > div").cloneNode(true);
    row.querySelector("kbd").textContent = key;
    row.querySelector("dd").textContent = does;
    help.querySelector("dl").append(row);
  }

  function move(step) {
    const here = rows.indexOf(document.activeElement);
    rows[here < 0 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1)].focus();
  }

  /* Where the browser keeps nothing, the choice holds for this page. */
  function stored() {
    try {
      return localStorage.getItem(OFF);
    } catch {
      return null;
    }
  }

  function store(off) {
    try {
      if (off) localStorage.setItem(OFF, "yes");
      else localStorage.removeItem(OFF);
    } catch {
      return;
    }
  }
}
