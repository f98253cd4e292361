"use strict";
/* Saves a form marked data-autosave as one types, and always says whether it is saved. The server's part of it is
   elections/drafts/saving.py. What was typed is on its way to the server within a second; while it cannot be sent, it
   stands on the screen, the page says so loudly, tries again, and does not let itself be closed unasked. */
for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  const WAIT = 700; // ms from the first change to sending it
  const PATIENCE = 10000; // ms until an answer counts as lost
  const SLOW = 2000; // ms until one is told that an answer takes long
  const PAUSES = [2, 4, 8, 15]; // seconds between tries
  const line = form.querySelector("[data-draft-line]");
  const alarm = form.querySelector("[data-draft-alarm]");
  const why = form.querySelector("[data-draft-why]");
  const changed = new Map(); // names of fields to send, each with the number of its last change
  const overtaken = new Map(); // fields that somebody else changed too, with what they saved: one decides
  const disputed = new Map(); // lines of a roster that somebody else changed too, with what stands: the same
  const marked = new Set(); // fields and lines of which something is not saved, and says so
  const unanswered = new Map(); // hidden fields with what they would show if what was sent in vain was saved after all
  const held = new Map(); // fields sent only when they are left: what they held when they were left last
  const address = form.action;
  let count = 0, timer = null, sending = null, failures = 0, isRenewed = false, lastSaved = line.textContent.trim();
  let pressed = null; // the button that waits until what is on its way has arrived
  let kept = 0, left = -Infinity; // after the session: the last change that was kept, and when this page began to leave

  /* What was kept while one was signed out stands here unsaved: it is sent at once. */
  if (form.querySelector("[data-draft-unsaved]")) {
    for (const field of form.elements) if (field.name && field.type !== "hidden") changed.set(group(field.name), ++count);
    form.dataset.changed = "yes";
    timer = setTimeout(send, WAIT);
  }
  for (const field of form.elements) if (field.dataset.onLeave !== undefined) held.set(field.name, field.value);
  form.addEventListener("input", (event) => note(event.target, false));
  form.addEventListener("change", (event) => note(event.target, true));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    pressed = sending && event.submitter; // what is on its way was not shown yet: else it seems somebody else's
    if (pressed) event.preventDefault();
    else changed.clear(); // the button sends it all
  });
  alarm.querySelector("[data-draft-again]").addEventListener("click", () => send());
  addEventListener("online", () => failures && send());
  addEventListener("pagehide", () => isBehind(kept) && send(true));
  document.addEventListener("visibilitychange", () => document.hidden && isBehind(kept) && send());

  function note(field, isLeft) {
    if (!field.name || field.type === "hidden") return;
    form.dataset.changed = "yes";
    if (isByButton(field.name)) return say("To remove the lines you checked, select Save.");
    if (held.has(field.name)) {
      if (!isLeft || held.get(field.name) === field.value) return;
      held.set(field.name, field.value);
    }
    changed.set(group(field.name), ++count);
    if (!failures) say("Not saved yet …");
    if (!sending && !failures && timer === null) timer = setTimeout(send, WAIT);
  }

  /* Something was changed after the change with this number. */
  function isBehind(number) {
    return [...changed.values()].some((each) => each > number);
  }

  /* A line is removed by Save alone: a slip of the finger is to be taken back before it counts. */
  function isByButton(name) {
    return name.endsWith("-remove");
  }

  /* The cells of a line of the roster go together. */
  function group(name) {
    const cell = /^line-([0-9a-f-]{36})-/.exec(name);
    return cell ? cell[0] : name;
  }

  function content() {
    const data = new FormData();
    const isNew = form.dataset.autosave !== ""; // a page that adds, or a form at the desk, sends all it has
    for (const [name, value] of new FormData(form)) {
      if (value instanceof File) continue;
      const own = name.replace(/^initial-/, "");
      const isOfTin = own === "tin_kind" || own === "tin"; // a number is judged with its kind
      const goesAlong = name === "csrfmiddlewaretoken" || (isOfTin && (changed.has("tin") || changed.has("tin_kind")));
      if (overtaken.has(own) || disputed.has(group(own)) || isByButton(own)) continue;
      if (isNew || goesAlong || changed.has(group(own))) data.append(name, held.has(name) ? held.get(name) : value);
    }
    return data;
  }

  async function send(isLeaving) {
    clearTimeout(timer);
    timer = null;
    if (sending && !isLeaving) return;
    const gone = new AbortController();
    const patience = setTimeout(() => gone.abort(), PATIENCE);
    const slow = setTimeout(() => say("Not saved yet. The site is slow to respond. Keep this page open."), SLOW);
    let upTo = count, sent = null;
    sending = gone;
    try {
      if (unanswered.size && !isLeaving) await learn(gone.signal);
      upTo = count;
      sent = content();
      const answer = await fetch(address, {
        method: "POST",
        body: sent,
        headers: { "X-Autosave": "yes" },
        keepalive: Boolean(isLeaving),
        redirect: "manual",
        signal: gone.signal,
      });
      if (answer.status === 401) return ended((await answer.json()).sign_in, upTo);
      if (answer.status === 403 && !isRenewed && (await renew())) throw new Error("renewed");
      if (!answer.ok) throw new Error(answer.status === 403 || answer.status === 404 ? "refused" : "failed");
      took(await answer.json(), upTo, sent);
    } catch (error) {
      if (error.message === "renewed") timer = setTimeout(send);
      else failed(error.message === "refused", "", error.message === "failed" ? "the site has a problem" : "we can’t reach the site");
      if (sent && error.message !== "refused" && error.message !== "renewed") doubt(sent);
    } finally {
      clearTimeout(patience);
      clearTimeout(slow);
      sending = null;
      if (pressed) form.requestSubmit(pressed);
      else if (!failures && isBehind(upTo)) timer = setTimeout(send, WAIT);
    }
  }

  /* Another tab signed in again, and this page's token is of the session before: take the new one. */
  async function renew() {
    isRenewed = true;
    const page = await anew();
    const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return Boolean(token);
  }

  async function anew(signal) {
    return new DOMParser().parseFromString(await (await fetch(location.href, { signal })).text(), "text/html");
  }

  /* No answer came, but it may have been saved: note what the page would show then, as its hidden fields show it. */
  function doubt(sent) {
    for (const name of sent.keys()) {
      const own = name.replace(/^initial-/, ""), line = /^(line-.+-)was$/.exec(name);
      if (!line && own === name) continue;
      const texts = line ? CELLS.map((part) => sent.get(line[1] + part)) : [sent.get(own)];
      const isBox = !line && form.elements[own].type === "checkbox";
      const shown = isBox ? (sent.has(own) ? "True" : "False") : texts.map((text) => (text || "").trim()).join("\t");
      unanswered.set(name, (unanswered.get(name) || new Set()).add(shown));
    }
  }

  /* Ask which of it was saved: that is no change of somebody else's, and taking it back is a change. */
  async function learn(signal) {
    const page = await anew(signal);
    for (const [name, values] of unanswered) {
      const stands = page.querySelector(`form[data-autosave] [name="${name}"]`);
      if (stands && values.has(stands.value)) form.elements[name].value = stands.value;
    }
  }

  function took(told, upTo, sent) {
    if (told.saved === null) return failed(true, told.refused.join(" "));
    failures = 0;
    isRenewed = false;
    for (const [name, value] of Object.entries(told.overtaken)) {
      if (!unanswered.get(`initial-${name}`)?.has(hiddenAs(value))) continue;
      delete told.overtaken[name]; // a page that adds cannot learn it before: it does not know the address yet
      delete told.errors[name];
      sent.delete(`initial-${name}`);
      setInitial(name, value);
      changed.set(name, ++count);
    }
    unanswered.clear();
    if (told.at && form.dataset.autosave === "moves") history.replaceState(null, "", told.at);
    const open = new Set([...Object.keys(told.errors), ...Object.keys(told.overtaken)]);
    for (const [name, number] of [...changed]) {
      if (overtaken.has(name) || disputed.has(name)) continue;
      if (!open.has(name)) setInitialAsSent(name, sent);
      if (number > upTo) continue;
      const field = form.elements[name];
      const isTyped = field === document.activeElement && !(name in told.overtaken);
      if (open.has(name) && isTyped) continue; // judged when it is left
      changed.delete(name);
      marked.delete(name);
      if (!open.has(name)) clearError(name);
    }
    for (const name of open) marked.add(name);
    for (const name of Object.keys(told.overtaken)) overtaken.set(name, told.overtaken[name]);
    for (const [name, text] of Object.entries(told.masked || {})) showMasked(form.elements[name], sent.get(name), text);
    for (const [name, sentences] of Object.entries(told.errors)) tell(name, sentences, told.emptied.includes(name));
    for (const [name, value] of Object.entries(told.overtaken)) askWhich(name, value);
    for (const [key, state] of Object.entries(told.lines || {})) {
      if (!changed.has(`line-${key}-`)) tellLine(key, state);
      else if (!state.theirs && !disputed.has(`line-${key}-`)) form.elements[`line-${key}-was`].value = state.was;
    }
    for (const box of document.querySelectorAll("[data-draft-asked]")) box.hidden = !told.asked;
    lastSaved = `Saved ${told.saved}.`;
    alarm.hidden = !told.refused.length;
    why.textContent = told.refused.join(" ");
    const isDone = !changed.size && !marked.size && !isHeldBack();
    const isSeen = [...marked].some((name) => isMarked(name));
    say(isSeen ? `Saved ${told.saved}, except for what is marked.` : isDone ? lastSaved : "Not saved yet …");
    if (isDone) form.removeAttribute("data-changed");
  }

  /* A mark is on the page: a field in which one still types gets its own when it is left. */
  function isMarked(name) {
    return name.startsWith("line-") || Boolean(boxOf(name)?.querySelector(".usa-error-message"));
  }

  function boxOf(name) {
    const field = form.elements[name];
    const first = field && field.length && !field.tagName ? field[0] : field;
    return first && first.closest(".usa-form-group");
  }

  /* What the server keeps of a field without nine digits takes the place of what was typed, once the field is left. */
  function showMasked(field, typed, text) {
    if (field !== document.activeElement && field.value === typed) field.value = text;
  }

  /* A field that is sent when it is left holds something that was not sent, or a line waits to be removed. */
  function isHeldBack() {
    const waits = [...held].some(([name, value]) => form.elements[name] && form.elements[name].value !== value);
    return waits || form.querySelector("[name$='-remove']:checked") !== null;
  }

  /* What was sent is what the page shows from now on; what is typed since is a change to that. */
  function setInitialAsSent(name, sent) {
    const field = form.elements[name];
    if (!field || !sent.has(`initial-${name}`)) return;
    setInitial(name, field.type === "checkbox" ? (sent.has(name) ? "True" : "False") : sent.get(name) || "");
  }

  function setInitial(name, value) {
    const hidden = form.elements[`initial-${name}`];
    if (hidden) hidden.value = hiddenAs(value);
  }

  function hiddenAs(value) {
    return value === null ? "" : value === true ? "True" : value === false ? "False" : String(value);
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
    for (const [label, isMine] of [["Keep what I typed", true], ["Use theirs", false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "usa-button usa-button--outline";
      button.textContent = label;
      button.addEventListener("click", () => {
        overtaken.delete(name);
        marked.delete(name);
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
    const box = boxOf(name);
    if (!box) return;
    for (const text of box.querySelectorAll(".usa-error-message, [data-draft-error]")) text.remove();
    box.classList.remove("usa-form-group--error");
  }

  const CELLS = ["npi", "last_name", "first_name"];

  function tellLine(key, state) {
    const row = form.querySelector(`[data-line="${key}"]`);
    const name = `line-${key}-`;
    if (!row) return;
    if (state.refused && row.contains(document.activeElement)) return changed.set(name, count); // told when it is left
    const cell = row.querySelector(".roster__state");
    cell.innerHTML = state.state; // our own template's, escaped there
    row.classList.toggle("roster__line--wrong", state.state.includes("roster__problem"));
    if (state.refused || state.theirs) marked.add(name);
    else marked.delete(name);
    if (state.theirs) return askWhichLine(row, key, state.was);
    form.elements[`${name}was`].value = state.was;
    if (state.refused) CELLS.forEach((part, place) => (form.elements[name + part].value = state.cells[place]));
  }

  /* Both versions of a line are on the page: theirs in the sentence, one's own in the cells. */
  function askWhichLine(row, key, stands) {
    const name = `line-${key}-`;
    disputed.set(name, stands);
    for (const [label, isMine] of [["Keep what I typed", true], ["Use theirs", false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "usa-button usa-button--outline";
      button.textContent = label;
      button.addEventListener("click", () => {
        disputed.delete(name);
        marked.delete(name);
        form.elements[`${name}was`].value = stands;
        if (!isMine) CELLS.forEach((part, place) => (form.elements[name + part].value = stands.split("\t")[place] || ""));
        changed.set(name, ++count);
        form.elements[`${name}npi`].focus();
        send();
      });
      row.querySelector(".roster__state").append(button, " ");
    }
  }

  /* The session is over: what was typed is kept on the server, sealed, until one has signed in again. What is typed
     while the sign-in page is on its way is sent as well, with all that was kept before, whose place it takes. */
  function ended(signIn, upTo) {
    form.removeAttribute("data-changed");
    kept = upTo;
    if (performance.now() - left < PATIENCE) return;
    left = performance.now();
    location.assign(signIn);
  }

  /* `told` is what the server says against the page as a whole; what was typed stays here, and is sent again. */
  function failed(isRefused, told = "", reason = "") {
    const pause = PAUSES[Math.min(failures++, PAUSES.length - 1)];
    const closed = "You can no longer change this page. Your access or the election’s status might have changed.";
    const before = /^(Last s|S)aved /.test(lastSaved) ? lastSaved.replace(/^Saved/, "Last saved") : "Nothing is saved yet.";
    why.textContent = isRefused
      ? `Your last changes aren’t saved. ${before} ${told || closed} Copy what you typed, then reload the page.`
      : `Your last changes are only on this screen, because ${reason}. ${before} Keep this page open. We’ll try again every few seconds.`;
    alarm.hidden = false;
    say("Not saved.");
    if (!isRefused) timer = setTimeout(send, pause * 1000);
  }

  function say(text) {
    if (line.textContent.trim() !== text) line.textContent = text;
  }
}
