"use strict";
/* A passkey that was not used (cancelled, unknown, not supported) is said on the page, not in the console alone. */
document.addEventListener("allauth.error", () => {
  for (const said of document.querySelectorAll("[data-passkey-error]")) said.textContent = said.dataset.passkeyError;
});
