"use strict";
/* Warns before the session ends. The server alone knows when that is: another tab may have kept it alive, and asking
   does not. When it has ended, the sign-in page says so and leads back here. */
{
  const dialog = document.getElementById("session");
  if (dialog) watch(dialog);

  function watch(dialog) {
    const warning = Number(dialog.dataset.warningSeconds);
    const clock = dialog.querySelector("[data-clock]");
    const spoken = dialog.querySelector("[data-spoken]");
    const stay = dialog.querySelector("form[data-for=idle]");
    let ends, limit, timer, said, asking;

    know({ seconds_left: Number(dialog.dataset.secondsLeft), limit: dialog.dataset.limit });

    function know(status) {
      ends = Date.now() + status.seconds_left * 1000;
      limit = status.limit;
      if (status.seconds_left <= 0) return leave();
      if (status.seconds_left > warning) {
        said = null;
        if (dialog.open) dialog.close();
        later(status.seconds_left - warning);
      } else {
        warn();
      }
    }

    function later(seconds) {
      clearTimeout(timer);
      timer = setTimeout(ask, seconds * 1000);
    }

    /* Ask the server; where it cannot be reached, go on by what was known and ask again. */
    async function ask() {
      if (asking) return;
      asking = true;
      try {
        const answer = await fetch(dialog.dataset.status, { headers: { "X-Background": "yes" }, cache: "no-store" });
        if (answer.ok) know(await answer.json());
        else later(10);
      } catch {
        later(10);
      } finally {
        asking = false;
      }
    }

    function warn() {
      for (const part of dialog.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== limit;
      if (!dialog.open && said !== "closed") dialog.showModal();
      tick();
    }

    /* Once a second the clock is drawn; every 15 seconds the server is asked; a reader hears it at 2, 1 and ½ minutes. */
    function tick() {
      const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const mark = left > 60 ? "2 minutes" : left > 30 ? "1 minute" : "30 seconds";
      if (dialog.open && said !== mark) {
        said = mark;
        spoken.textContent = `You will be signed out in less than ${mark}.`;
      }
      clearTimeout(timer);
      timer = setTimeout(left <= 0 || left % 15 === 0 ? ask : tick, 1000);
    }

    function leave() {
      clearTimeout(timer);
      for (const form of document.querySelectorAll("form[data-changed]")) form.removeAttribute("data-changed");
      const here = location.pathname + location.search;
      location.assign(`${dialog.dataset.signIn}?${new URLSearchParams({ ended: limit, next: here })}`);
    }

    async function extend() {
      try {
        const answer = await fetch(stay.action, { method: "POST", body: new FormData(stay) });
        if (answer.ok) know(await answer.json());
        else ask();
      } catch {
        spoken.textContent = "We can’t reach the site. Check your connection and try again.";
      }
    }

    stay.addEventListener("submit", (event) => {
      event.preventDefault();
      extend();
    });
    /* Escape is an answer too: somebody is there. */
    dialog.addEventListener("cancel", (event) => {
      if (limit === "idle") {
        event.preventDefault();
        extend();
      } else {
        said = "closed";
      }
    });
    dialog.querySelector("[data-close]").addEventListener("click", () => {
      said = "closed";
      dialog.close();
    });
    /* A tab that slept, or came back from the history, has an old idea of the time. */
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) ask();
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) ask();
    });
  }
}
