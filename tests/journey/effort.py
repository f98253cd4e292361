"""What a path costs the person who goes it: words to read, words to type, clicks and pages."""

from playwright.sync_api import Frame, Locator, Page

WORDS_READ_A_MINUTE = 250
WORDS_TYPED_A_MINUTE = 40
SECONDS_A_CLICK = 2
READ = """() => {
  const aside = "header, footer, .usa-banner, [hidden], .usa-sr-only, nav, details:not([open]) > :not(summary)";
  const lines = [];
  const walk = document.createTreeWalker(document.querySelector("main") || document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const place = walk.currentNode.parentElement;
    if (!place.closest(aside) && !place.closest("script, style, template, option") && place.checkVisibility())
      lines.push(walk.currentNode.textContent.trim().replace(/\\s+/g, " "));
  }
  return lines.filter(Boolean);
}"""


class Effort:
    """Counts while somebody goes a path: use its `click`, `fill` and `open` instead of the page's.

    Words count once, where they are first seen; header, footer, and what is folded don't.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.pages = self.words_read = self.words_typed = 0
        self._seen: set[str] = set()
        page.on("framenavigated", self._count_page)

    @property
    def minutes(self) -> float:
        """The whole path's minutes of the person's own time."""
        reading, typing = self.words_read / WORDS_READ_A_MINUTE, self.words_typed / WORDS_TYPED_A_MINUTE
        return reading + typing + self.clicks * SECONDS_A_CLICK / 60

    def open(self, address: str) -> None:
        """Open an address, as by a link in an email."""
        self.clicks += 1
        self.page.goto(address)
        self.read()

    def click(self, what: Locator) -> None:
        """Read the page, click, and read what stands there then."""
        self.read()
        self.clicks += 1
        what.click()
        self.page.wait_for_load_state()
        self.read()

    def fill(self, field: Locator, text: str) -> None:
        """Type into a field, to which the Tab key leads."""
        self.read()
        self.words_typed += len(text.split())
        field.fill(text)

    def read(self) -> None:
        """Read what stands on the page and was not seen before."""
        for line in self.page.evaluate(READ):
            if line not in self._seen:
                self._seen.add(line)
                self.words_read += len(line.split())

    def __str__(self) -> str:
        counted = f"{self.words_read} words read, {self.words_typed} typed, {self.clicks} clicks, {self.pages} pages"
        return f"{self.minutes:.1f} minutes: {counted}"

    def _count_page(self, frame: Frame) -> None:
        self.pages += frame == self.page.main_frame
