"use strict";
/* What a page does better with JavaScript; every page works without it. */

/* A second click on a slow form sends nothing: the first is on its way. The button keeps its name and value. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.removeAttribute("data-changed");
  if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
});

/* Back from the next page, or still here after all, the form may be sent again. */
function maySendAgain() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    form.removeAttribute("data-sent");
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}
window.addEventListener("pageshow", maySendAgain);

/* Leaving a form marked data-warn-unsaved with changes that were not sent asks first. */
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.hasAttribute("data-warn-unsaved")) form.dataset.changed = "yes";
});
window.addEventListener("beforeunload", (event) => {
  if (!document.querySelector("form[data-changed]")) return;
  event.preventDefault();
  setTimeout(maySendAgain); // runs only where one chose to stay
});

/* What only works with JavaScript is hidden until it can work. */
for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

/* A password can be read while it is typed; it is sent as a password, which no browser offers again as text. */
for (const button of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const show = (isShown) => {
    field.type = isShown ? "text" : "password";
    button.textContent = button.textContent.replace(/^\w+/, isShown ? "Hide" : "Show");
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
}
