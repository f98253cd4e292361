"""Pages in the few colors of the reader's own, as Windows' contrast themes draw them.

They take away backgrounds and shadows, and so whatever is told by one of them alone. Borders and outlines are drawn
whatever color they have, a transparent one too; shapes keep their colors, on paper that may be black.
"""

from playwright.sync_api import Page

NOT_SEEN = """() => {
  const isShown = (one) =>
    one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().right > 0;
  const edges = (one) => {
    const style = getComputedStyle(one);
    return ["Top", "Right", "Bottom", "Left"].filter((side) => parseFloat(style[`border${side}Width`]) >= 1).length;
  };
  const light = (color) => {
    const [red, green, blue] = color.match(/[\\d.]+/g).map((part) => ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isSeen = (color) => light(color) >= 0.1 && light(color) <= 0.3; // 3 to 1 on black, and on white
  const isDrawn = (one) => {
    const { fill, stroke, color } = getComputedStyle(one);
    return [fill, stroke].some((drawn) => drawn !== "none" && (drawn === color || isSeen(drawn)));
  };
  const others = "[type=hidden], [type=checkbox], [type=radio], [type=submit], [type=file]";
  const links = ".usa-button--unstyled, .usa-show-password, #logout-form button";
  const wanted = [
    ["button", `:is(button, .usa-button, .button, [type=submit]):not(${links})`, (one) => edges(one) === 4],
    ["field", `:is(input:not(${others}), select, textarea)`, (one) => edges(one) === 4],
    ["box to tick", ":is(.usa-checkbox__input, .usa-radio__input) + label",
      (one) => getComputedStyle(one, "::before").outlineStyle !== "none"],
    ["part", ".usa-alert, .usa-summary-box, .usa-card__container, .finding, .deadline, .error-summary, dialog", edges],
    ["shape", "svg :is(rect, line, path)", isDrawn],
  ];
  return wanted.flatMap(([what, selector, isThere]) =>
    [...document.querySelectorAll(selector)].filter((one) => isShown(one) && !isThere(one))
      .map((one) => `no edge of the ${what} ${one.outerHTML.slice(0, 120)}`));
}"""


def problems_in_forced_colors(page: Page) -> list[str]:
    """Return what is not seen of what one presses, fills in or is told, where the reader's own colors are forced."""
    page.emulate_media(forced_colors="active")
    found = page.evaluate(NOT_SEEN)
    page.emulate_media(forced_colors="none")
    return [f"{page.url} in forced colors: {problem}" for problem in found]
