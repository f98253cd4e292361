"use strict";
/* Counts down to the moment in `data-until` (by the server's clock, of which `data-now` was the page's). */
for (const place of document.querySelectorAll("[data-until]")) {
  const ahead = Date.parse(place.dataset.now) - Date.now();
  const until = Date.parse(place.dataset.until);
  const timer = setInterval(tick, 1000);
  tick();

  function tick() {
    const left = Math.ceil((until - Date.now() - ahead) / 1000);
    place.textContent = left > 0 ? `, in ${left} second${left === 1 ? "" : "s"}` : "";
    if (left > 0) return;
    clearInterval(timer);
    for (const form of document.querySelectorAll("[data-until-then]")) form.hidden = true;
  }
}
