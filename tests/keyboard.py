"""Walking a page by Tab: what it reaches, and whether one sees where one is."""

from playwright.sync_api import Page

MARK = """() => {
  const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const groups = new Set();
  let count = 0;
  for (const element of document.querySelectorAll(focusable)) {
    const closed = element.closest("details:not([open])");
    const folded = closed && !(element.tagName === "SUMMARY" && element.parentElement === closed);
    if (element.disabled || folded || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.type === "radio") {
      const group = `${element.form?.id} ${element.name}`;
      if (groups.has(group)) continue;
      groups.add(group);
      element.dataset.walkGroup = element.name;
    }
    element.dataset.walk = count++;
  }
  document.body.tabIndex = -1; // Tab goes on from where one is: go to the top, also where a summary took the focus
  document.body.focus();
  document.body.removeAttribute("tabindex");
  return count;
}"""

HERE = """() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const shown = [element, element.nextElementSibling].filter(Boolean);
  const styles = shown.flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::before")]);
  // A shadow is no ring: where the reader's own colors are forced there is none.
  const ring = styles.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
  let number = element.dataset.walk;
  if (element.type === "radio") {
    number = document.querySelector(`[data-walk-group="${element.name}"]`)?.dataset.walk ?? number;
  }
  const box = element.getBoundingClientRect();
  const label = element.labels?.[0]?.getBoundingClientRect();
  const seen = [box, label].some((one) => one && one.bottom > 0 && one.top < innerHeight && one.width > 0);
  const lies = element.matches(".usa-checkbox__input, .usa-radio__input") ? label : box; // where one sees it
  const covered = [...document.querySelectorAll(".draft-status")].some((strip) => {
    const { bottom, top } = strip.getBoundingClientRect();
    const isBox = element.matches("[role=region]"); // of a table, which may be higher than the window
    return !isBox && !strip.contains(element) && lies.top < Math.min(bottom, innerHeight) && lies.bottom > top;
  });
  return { number: number ?? "", ring, seen, covered, html: element.outerHTML.slice(0, 120) };
}"""


def problems_by_keyboard(page: Page) -> list[str]:
    """Press Tab from the top to the end; return what is not reached, not seen to have the focus, or holds it."""
    page.wait_for_load_state()  # after a click the page may only have begun
    count = page.evaluate(MARK)
    reached, problems = set(), []
    # Month, day, year and the calendar are stops too, and of a time its hour, minute, half of the day and clock.
    within_dates = 4 * page.locator("input:is([type=date], [type=time])").count()
    for _ in range(count + within_dates + 5):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or (here["number"] == "0" and "0" in reached):
            break
        reached.add(here["number"])
        if not here["ring"]:
            problems.append(f"no ring around {here['html']}")
        if not here["seen"]:
            problems.append(f"out of sight: {here['html']}")
        if here["covered"]:
            problems.append(f"below the strip that says what is saved: {here['html']}")
    else:
        problems.append("the focus does not come to the end")
    missed = page.evaluate(
        "(reached) => [...document.querySelectorAll('[data-walk]')]"
        ".filter((one) => !reached.includes(one.dataset.walk)).map((one) => one.outerHTML.slice(0, 120))",
        sorted(reached),
    )
    return problems + [f"not reached: {html}" for html in missed]
