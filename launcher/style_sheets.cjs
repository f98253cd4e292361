"use strict";
/* Writes the style sheets of the pages to var/css: of the design system the rules that are used, then our own.

   A rule is used where its classes and elements are words of a template, of a script, or of Python. Classes that are
   put together from parts, and those that a package makes, are in SAFE. launcher/assets.py runs this. */
const fs = require("node:fs");
const path = require("node:path");
const postcss = require("postcss");
const { PurgeCSS } = require("purgecss");

const ROOT = path.dirname(__dirname);
const USWDS = path.join(ROOT, "node_modules/@uswds/uswds/dist/css/uswds.min.css");
const TARGET = path.join(ROOT, "var/css");
const APPS = "accounts,agreements,config,elections,eligibility,ground,notices";
const CONTENT = ["templates/**/*.html", "static/js/*.js", `{${APPS}}/**/*.py`];

const SAFE = ["info", "success", "warning", "error"].map((level) => `usa-alert--${level}`); // partials/messages.html

/* Each sheet with our own files, in their order. Of the design system, the staff's pages take its classes alone: for
   elements they keep the look of Django's admin. */
const SHEETS = {
  site: {
    files: ["tokens", "base", "frame", "forms", "components", "finding", "roster", "session", "home", "print"],
    system: (rules) => rules,
  },
  staff: {
    files: ["tokens", "staff_frame", "forms", "components", "finding", "session", "packet", "print"],
    system: withoutElements,
  },
};

/* Words, and those that hold for a width: tablet:grid-col-4. */
const words = (text) => [...(text.match(/[\w-]+/g) ?? []), ...(text.match(/[\w-]+(?::[\w-]+)+/g) ?? [])];

async function used() {
  const content = CONTENT.map((glob) => path.join(ROOT, glob));
  const options = { content, css: [USWDS], defaultExtractor: words, safelist: SAFE, keyframes: true };
  const [{ css }] = await new PurgeCSS().purge(options);
  return css
    .replaceAll("url(../", "url(../uswds/") // from css/ among the static files
    .replaceAll("font-display:fallback", "font-display:optional"); // a typeface that comes late would move the page
}

function withoutElements(rules) {
  const root = postcss.parse(rules);
  root.walkRules(/^[^.]*$/, (rule) => rule.parent.name?.endsWith("keyframes") || rule.remove());
  return root.toString();
}

function own(file) {
  const root = postcss.parse(fs.readFileSync(path.join(ROOT, "static/css", `${file}.css`), "utf8"));
  root.walkComments((comment) => comment.remove());
  return root.toString();
}

async function build() {
  const rules = await used();
  fs.mkdirSync(TARGET, { recursive: true });
  for (const [name, { files, system }] of Object.entries(SHEETS))
    fs.writeFileSync(path.join(TARGET, `${name}.css`), [system(rules), ...files.map(own)].join("\n"));
}

build();
