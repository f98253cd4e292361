"use strict";
/* A page that came back with errors says so in its title, and starts at their summary. */
const summary = document.querySelector(".error-summary");
if (summary) {
  document.title = "Error: " + document.title;
  summary.focus();
}
