"use strict";
/* Saves a form marked data-autosave as one types, and always says whether it is saved. The server's part of it is
   elections/views/saving.py. What was typed is on its way to the server within a second; while it cannot be sent, it
   stands on the screen, the page says so loudly, tries again, and does not let itself be closed unasked. */
for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  const WAIT = 700; // ms from the first change to sending it
  const PATIENCE = 10000; // ms until an answer counts as lost
  const PAUSES = [2, 4, 8, 15]; // seconds between tries
  const line = form.querySelector("[data-draft-line]");
  const alarm = form.querySelector("[data-draft-alarm]");
  const why = form.querySelector("[data-draft-why]");
  const changed = new Map(); // names of fields to send, each with the number of its last change
  const overtaken = new Map(); // fields that somebody else changed too, with what they saved: one decides
  const held = new Map(); // fields sent only when they are left: what they held when they were left last
  const address = form.action;
  let count = 0, timer, sending = null, failures = 0, lastSaved = line.textContent.trim();

  /* What was kept while one was signed out stands here unsaved: it is sent at once. */
  if (form.querySelector("[data-draft-kept]")) {
    for (const field of form.elements) if (field.name && field.type !== "hidden") changed.set(group(field.name), ++count);
    form.dataset.changed = "yes";
    timer = setTimeout(send, WAIT);
  }
  for (const field of form.elements) if (field.dataset.onLeave !== undefined) held.set(field.name, field.value);
  form.addEventListener("input", (event) => note(event.target, false));
  form.addEventListener("change", (event) => note(event.target, true));
  form.addEventListener("submit", () => clearTimeout(timer));
  alarm.querySelector("[data-draft-again]").addEventListener("click", () => send());
  addEventListener("online", () => failures && send());
  addEventListener("pagehide", () => changed.size && send(true));
  document.addEventListener("visibilitychange", () => document.hidden && changed.size && send());

  function note(field, isLeft) {
    if (!field.name || field.type === "hidden" || field.dataset.byButton !== undefined) return;
    form.dataset.changed = "yes";
    if (held.has(field.name)) {
      if (!isLeft || held.get(field.name) === field.value) return;
      held.set(field.name, field.value);
    }
    changed.set(group(field.name), ++count);
    if (!failures) say("Not saved yet …");
    if (!sending && !failures) {
      clearTimeout(timer);
      timer = setTimeout(send, WAIT);
    }
  }

  /* The cells of a line of the roster go together. */
  function group(name) {
    const cell = /^line-([0-9a-f-]{36})-/.exec(name);
    return cell ? cell[0] : name;
  }

  function content() {
    const data = new FormData();
    const isNew = form.dataset.autosave === "moves"; // a page that adds sends all it has: the server knows none of it
    for (const [name, value] of new FormData(form)) {
      if (value instanceof File) continue;
      const own = name.replace(/^initial-/, "");
      const goesAlong = name === "csrfmiddlewaretoken" || own === "tin_kind" || (own === "tin" && changed.has("tin_kind"));
      if (overtaken.has(own)) continue;
      if (isNew || goesAlong || changed.has(group(own))) data.append(name, held.has(name) ? held.get(name) : value);
    }
    return data;
  }

  async function send(isLeaving) {
    clearTimeout(timer);
    if (sending && !isLeaving) return;
    const upTo = count;
    const gone = new AbortController();
    const patience = setTimeout(() => gone.abort(), PATIENCE);
    sending = gone;
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: content(),
        headers: { "X-Autosave": "yes" },
        keepalive: Boolean(isLeaving),
        redirect: "manual",
        signal: gone.signal,
      });
      if (answer.status === 401) return ended((await answer.json()).sign_in);
      if (!answer.ok) throw new Error(answer.status === 403 || answer.status === 404 ? "refused" : "failed");
      took(await answer.json(), upTo);
    } catch (error) {
      failed(error.message === "refused");
    } finally {
      clearTimeout(patience);
      sending = null;
      if (!failures && [...changed.values()].some((number) => number > upTo)) timer = setTimeout(send, WAIT);
    }
  }

  function took(told, upTo) {
    failures = 0;
    if (told.at && form.dataset.autosave === "moves") history.replaceState(null, "", told.at);
    const open = new Set([...Object.keys(told.errors), ...Object.keys(told.overtaken)]);
    for (const [name, number] of [...changed]) {
      if (number > upTo) continue;
      const field = form.elements[name];
      const isTyped = field === document.activeElement && !(name in told.overtaken);
      if (open.has(name) && isTyped) continue; // judged when it is left
      changed.delete(name);
      if (!open.has(name)) settle(name);
    }
    for (const name of Object.keys(told.overtaken)) overtaken.set(name, told.overtaken[name]);
    for (const [name, sentences] of Object.entries(told.errors)) tell(name, sentences, told.emptied.includes(name));
    for (const [name, value] of Object.entries(told.overtaken)) askWhich(name, value);
    for (const [key, state] of Object.entries(told.lines || {})) tellLine(key, state);
    const marked = overtaken.size + Object.keys(told.errors).length + Object.values(told.lines || {}).filter((state) => state.refused || state.theirs).length;
    if (told.refused.length || told.saved === null) return alarmed(told.refused.join(" ") || "Nothing was saved.");
    alarm.hidden = true;
    lastSaved = `Saved ${told.saved}.`;
    say(marked ? `Saved ${told.saved}, but for what is marked.` : changed.size ? "Not saved yet …" : lastSaved);
    if (!changed.size && !marked) form.removeAttribute("data-changed");
  }

  /* What is typed now is what the page shows from now on. */
  function settle(name) {
    clearError(name);
    const field = form.elements[name];
    if (!field) return;
    setInitial(name, field.type === "checkbox" ? (field.checked ? "True" : "False") : field.value);
  }

  function setInitial(name, value) {
    const hidden = form.elements[`initial-${name}`];
    if (hidden) hidden.value = value === null ? "" : value === true ? "True" : value === false ? "False" : value;
  }

  function tell(name, sentences, isEmptied) {
    const field = form.elements[name];
    if (!field) return;
    const first = field.length && !field.tagName ? field[0] : field;
    if (first === document.activeElement && !overtaken.has(name)) return;
    if (isEmptied && field.tagName) {
      field.value = "";
      if (held.has(name)) held.set(name, "");
    }
    clearError(name);
    const box = first.closest(".usa-form-group");
    if (!box) return;
    const text = document.createElement("span");
    text.className = "usa-error-message";
    text.dataset.draftError = "";
    text.setAttribute("role", "alert");
    text.textContent = sentences.join(" ");
    box.classList.add("usa-form-group--error");
    box.insertBefore(text, box.querySelector("input:not([type=hidden]), textarea, select, .usa-radio"));
  }

  /* Both versions are on the page: theirs in the sentence, one's own in the field. */
  function askWhich(name, theirs) {
    const field = form.elements[name];
    const box = (field.length && !field.tagName ? field[0] : field).closest(".usa-form-group");
    const buttons = document.createElement("span");
    buttons.dataset.draftError = "";
    for (const [label, isMine] of [["Keep what I typed", true], ["Take theirs", false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "usa-button usa-button--outline";
      button.textContent = label;
      button.addEventListener("click", () => {
        overtaken.delete(name);
        setInitial(name, theirs);
        if (!isMine && field.type === "checkbox") field.checked = Boolean(theirs);
        else if (!isMine) field.value = theirs === null ? "" : theirs;
        if (held.has(name)) held.set(name, field.value);
        clearError(name);
        changed.set(group(name), ++count);
        send();
        (field.length && !field.tagName ? field[0] : field).focus();
      });
      buttons.append(button, " ");
    }
    box.querySelector("[data-draft-error]").after(buttons);
  }

  function clearError(name) {
    const field = form.elements[name];
    const first = field && field.length && !field.tagName ? field[0] : field;
    const box = first && first.closest(".usa-form-group");
    if (!box) return;
    for (const text of box.querySelectorAll(".usa-error-message, [data-draft-error]")) text.remove();
    box.classList.remove("usa-form-group--error");
  }

  function tellLine(key, state) {
    const row = form.querySelector(`[data-line="${key}"]`);
    if (!row) return;
    form.elements[`line-${key}-was`].value = state.was;
    if (state.refused && row.contains(document.activeElement)) return; // still being typed: told when it is left
    row.querySelector(".roster__state").innerHTML = state.state; // our own template's, escaped there
    row.classList.toggle("roster__line--wrong", state.state.includes("roster__problem"));
    if (!state.refused) return;
    ["npi", "last_name", "first_name"].forEach((cell, place) => {
      form.elements[`line-${key}-${cell}`].value = state.cells[place];
    });
  }

  /* The session is over: what was typed is kept on the server, sealed, until one has signed in again. */
  function ended(signIn) {
    form.removeAttribute("data-changed");
    location.assign(signIn);
  }

  function failed(isRefused) {
    const pause = PAUSES[Math.min(failures++, PAUSES.length - 1)];
    alarmed(
      isRefused
        ? "The site no longer takes changes to this page from you. What you typed since then is only on this screen: copy it, then reload the page."
        : `What you typed since then is only on this screen: we cannot reach the site. Keep this page open; we try again every few seconds.`,
    );
    timer = setTimeout(send, pause * 1000);
  }

  function alarmed(sentence) {
    why.textContent = `Not saved. ${lastSaved} ${sentence}`;
    alarm.hidden = false;
    say("Not saved.");
  }

  function say(text) {
    if (line.textContent.trim() !== text) line.textContent = text;
  }
}
