"use strict";
/* Counts down to the moment in `data-until` (by the server's clock, of which `data-now` was the page's), and then looks
   for what came of it: the page loads again, in growing pauses, but not while one types. */
for (const place of document.querySelectorAll("[data-until]")) {
  const PATIENCE = 120; // seconds after the moment until one has to look oneself
  const ahead = Date.parse(place.dataset.now) - Date.now();
  const until = Date.parse(place.dataset.until);
  const timer = setInterval(tick, 1000);
  tick();

  function tick() {
    const left = Math.ceil((until - Date.now() - ahead) / 1000);
    if (left > 0) return (place.textContent = `, in ${left} second${left === 1 ? "" : "s"}`);
    clearInterval(timer);
    place.textContent = "";
    for (const form of document.querySelectorAll("[data-until-then]")) form.hidden = true;
    if (-left < PATIENCE) setTimeout(look, Math.max(2, -left) * 1000);
  }

  function look() {
    if (document.activeElement.matches("input, textarea, select")) setTimeout(look, 2000);
    else location.reload();
  }
}
