"""People at browsers of their own, who have only what the pages and the mails say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.factories.people import PASSWORD

MOST_TABS = 250


class Player:
    """One person at their own browser. Each page they come to fits its width, and a picture of it is kept."""

    def __init__(self, page: Page, name: str, story: str, numbers: Iterator[int]) -> None:
        self.page = page
        self.name = name
        self.story = story
        self.short = name.split()[0].lower()
        self.email = f"{self.short}@example.org"
        self.numbers = numbers

    def sees(self, what: str, heading: str | re.Pattern[str]) -> None:
        """Wait until the page has this heading, then look at it as a whole."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.picture(what)

    def picture(self, what: str) -> None:
        """Keep a picture of the page as it stands, and hold it to its width."""
        size = self.page.viewport_size
        assert size
        assert self.page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{what} scrolls sideways"
        name = f"{self.story}-{next(self.numbers):02}-{self.short}-{what}.png"
        self.page.screenshot(path=Path(settings.VAR_DIR, "screenshots", name), full_page=True)

    def follow(self, link: str) -> None:
        """Click a link by its words."""
        self.link(link).click()

    def link(self, words: str) -> Locator:
        """Return the first link of these words that is the page's own, not the site's."""
        return self.page.locator("main").get_by_role("link", name=words, exact=True).first

    def press(self, button: str) -> None:
        """Click a button by its words."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def save(self) -> None:
        """Save the page, and see that it is."""
        self.press("Save and continue")
        expect(self.page.locator(".messages")).to_contain_text(re.compile(r"\b[Ss]aved\."))

    def sign_in(self) -> None:
        """Fill in the page to sign in."""
        self.type("Email address", self.email)
        self.type("Password", PASSWORD)
        self.press("Sign in")

    def submit(self) -> None:
        """Fill in the page to review, and see the receipt."""
        self.sees("review", "Review and submit")
        self.choose("A formal written agreement exists")
        self.type("Type CONFIRM to submit", "CONFIRM")
        self.press("Submit the election for 5 practices")
        self.sees("receipt", "Received Dec 1, 2026, 10:00:00 a.m. ET")

    def type(self, label: str, text: str) -> None:
        """Fill the field of this label in."""
        self.field(label).fill(text)

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """Return the field of a label, whether it has to be filled in or not."""
        return (within or self.page).get_by_label(re.compile(rf"^\s*{re.escape(label)}(\s+\(optional\))?\s*$"))

    def choose(self, label: str) -> None:
        """Choose what stands beside a circle or a box; its label is what one clicks."""
        self.page.get_by_text(label).click()


class KeyboardPlayer(Player):
    """One who has no mouse: presses Tab until what they look for has the focus, then types."""

    def follow(self, link: str) -> None:
        self._come_to(self.link(link))
        self.page.keyboard.press("Enter")

    def press(self, button: str) -> None:
        self._come_to(self.page.get_by_role("button", name=button, exact=True))
        self.page.keyboard.press("Enter")

    def type(self, label: str, text: str) -> None:
        self.type_into(self.field(label), text)

    def type_into(self, field: Locator, text: str) -> None:
        """Come to a field and type."""
        self._come_to(field)
        self.page.keyboard.type(text)

    def choose(self, label: str) -> None:
        self._come_to(self.page.get_by_label(label))
        self.page.keyboard.press("Space")

    def _come_to(self, wanted: Locator) -> None:
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
        pytest.fail(f"Tab does not come to {wanted}")
