"""The main path as a screen reader reads it: what is announced on each page, and in what order.

What is heard now stands in var/read_aloud/; what should be, in read_aloud/ beside this test. Where a page is meant to
change, listen to the new text from top to bottom, then put it there.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from elections.models import Election
from tests.factories.elections import ElectionFactory
from tests.factories.people import DanaFactory
from tests.factories.practices import GROUP, SOLO, FictionalPractice, load_cms_data
from tests.factories.signing import ask_to_sign, link_to
from tests.screen_reader import transcript

pytestmark = [pytest.mark.proof, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAWN = re.compile(r"\b(?:[0-9A-Z]{4}(?: [0-9A-Z]{4}){3}|[0-9a-f]{16,64})\b")  # a receipt's code, a fingerprint
EXPECTED = Path(__file__).with_name("read_aloud")


class Listener:
    """One who hears each page of a path, and compares it with what should be heard."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        self.heard = Path(settings.VAR_DIR, "read_aloud", path)
        self.expected = EXPECTED / path
        self.heard.mkdir(parents=True, exist_ok=True)
        self.differing: list[str] = []
        self.number = 0

    def hears(self, name: str) -> None:
        """Hear the page that was just come to."""
        self.page.wait_for_load_state("networkidle")
        self.number += 1
        file = f"{self.number:02}-{name}.txt"
        said = DRAWN.sub("(drawn by chance)", transcript(self.page))
        (self.heard / file).write_text(said)
        expected = self.expected / file
        if not expected.exists() or expected.read_text() != said:
            self.differing.append(file)


def test_forming_and_submitting(page: Page, sign_in):
    load_cms_data()
    sign_in(DanaFactory())
    listener = Listener(page, "submitting")
    page.goto("/elections/")
    listener.hears("elections")
    page.get_by_label("Name of the virtual group").fill("Three Rivers Virtual Group")
    press(page, "Start an election")
    listener.hears("representative")
    page.get_by_label("Phone", exact=True).fill("555-0100")
    press(page, "Save and continue")
    listener.hears("add-a-practice")
    press(page, "Save and continue")
    listener.hears("add-a-practice-refused")
    list_a_practice(page, SOLO, SOLO.npis)
    press(page, "Save and add another practice")
    list_a_practice(page, GROUP, GROUP.npis[:1])
    press(page, "Save and continue")
    listener.hears("cms-list")
    press(page, "Use this list")
    listener.hears("how-they-sign")
    page.goto(f"/elections/{Election.objects.get().pk}/practices")
    listener.hears("practices")
    page.get_by_role("link", name=SOLO.name).click()
    listener.hears("practice")
    page.get_by_role("link", name="Three Rivers Virtual Group").click()
    listener.hears("task-list")
    page.get_by_role("link", name="Continue").click()
    press(page, "Sign on paper")
    listener.hears("on-paper")
    for made in (SOLO, GROUP):
        party = page.get_by_role("group", name=made.name)
        party.get_by_label("Date the practice signed (executed) the agreement").fill("2026-11-20")
        party.get_by_label("Who signed for the practice").fill("Sam Okafor")
        party.get_by_label("Their title").fill("Managing partner")
    press(page, "Save and continue")
    listener.hears("review")
    page.get_by_text("A formal written agreement exists").click()
    page.get_by_label("Type CONFIRM to submit").fill("CONFIRM")
    press(page, "Submit the election for 2 practices")
    listener.hears("receipt")
    assert listener.differing == []


def test_signing(page: Page):
    load_cms_data()
    ask_to_sign(ElectionFactory(practices=(SOLO, GROUP)))
    listener = Listener(page, "signing")
    page.goto(link_to("sol@example.org"))
    listener.hears("link")
    press(page, "Continue")
    listener.hears("room")
    press(page, f"Sign for {SOLO.name}")
    listener.hears("room-refused")
    page.locator("label").filter(has_text="This is right: everyone who bills under the TIN").click()
    page.locator("label").filter(has_text="I agree to sign electronically.").click()
    page.get_by_label("Your full name").fill("Sol Harbor")
    page.get_by_label("Your title in the practice").fill("Owner")
    page.locator("label").filter(has_text=f"I am authorized to bind {SOLO.name}").click()
    press(page, f"Sign for {SOLO.name}")
    listener.hears("signed")
    assert listener.differing == []


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def list_a_practice(page: Page, made: FictionalPractice, npis: Sequence[str]) -> None:
    page.get_by_label("Name of the practice").fill(made.name)
    page.get_by_text("Employer Identification Number (EIN)").click()
    page.get_by_label("TIN", exact=True).fill(made.tin)
    page.get_by_label("NPIs of all clinicians").fill("\n".join(npis))
