"""On a phone, and at 400% of a small window: nothing that is typed into is covered, no NPI breaks, names come first."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser import HEIGHT
from tests.keyboard import problems_by_keyboard

from .conftest import PageOf
from .routes import ELECTIONS, SIGNING
from .world import Who, World

pytestmark = [pytest.mark.browser, pytest.mark.proof]

SIZES = ((320, 256), (375, 700))
SAVED = ("virtual_group", "representative", "practice_add", "practice", "roster", "corrections", "signing")
SAVED_OF_AGREEMENT = ("agreement_paper", "agreement_text", "agreement_own")
WITH_NPIS = ("practice", "roster", "submit_page", "receipt", "updates")
NPIS = "main .text-tabular, .roster__npi"
BROKEN = """(npis) => npis.filter((npi) => npi.getClientRects().length > 1 || npi.scrollWidth > npi.clientWidth)
  .map((npi) => npi.textContent || npi.value)"""
CARD = r"""(card) => [...card.querySelectorAll(".roster__name, label")].map((part) => {
  const { left, top } = part.getBoundingClientRect();
  return { top: Math.round(top), left, words: part.innerText.split(/[,·\n]/)[0].trim() };
}).sort((one, other) => one.top - other.top || one.left - other.left).map((part) => part.words)"""

ROWS = """(rows) => rows.map((row) => ({
  state_ends: row.querySelector(".field-state").getBoundingClientRect().right,
  sentence_is: row.querySelector(".field-what").offsetWidth,
}))"""


@pytest.mark.parametrize("size", SIZES)
def test_what_one_types_into_is_never_covered(page_of: PageOf, served: World, size: tuple[int, int]):
    page, problems = page_of(Who.REPRESENTATIVE), []
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for route in [*ELECTIONS, *SIGNING]:
        if route.name in SAVED + SAVED_OF_AGREEMENT:
            page.goto(route.address(served))
            assert page.locator(".draft-status").count() == 1, route.name
            problems += [f"{route.name}: {problem}" for problem in problems_by_keyboard(page)]
    assert problems == [], "\n".join(problems)


def test_the_strip_stays_in_sight_while_one_types_and_only_then(page_of: PageOf, served: World):
    page = page_of(Who.REPRESENTATIVE)
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(reverse("representative", args=[served.draft.pk]))
    assert ends(page) > 700
    page.get_by_label("Name", exact=True).focus()
    assert ends(page) == 700


def test_no_npi_breaks(page_of: PageOf, served: World):
    problems = []
    for width in (320, 1024):
        for who in (Who.REPRESENTATIVE, Who.VIEWER):
            page = page_of(who)
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for route in ELECTIONS:
                if route.name in WITH_NPIS:
                    page.goto(route.address(served))
                    assert page.locator(NPIS).count() > 0, route.name
                    problems += [f"{route.name} at {width}: {npi}" for npi in page.locator(NPIS).evaluate_all(BROKEN)]
    assert problems == []


def test_a_clinician_is_a_card_with_the_name_first(page_of: PageOf, served: World):
    page = page_of(Who.REPRESENTATIVE)
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(reverse("practice", args=[served.draft.pk, served.draft.members.earliest("pk").pk]))
    name, *labels = page.locator(".roster__line").first.evaluate(CARD)
    assert name == "NAME9992"
    assert labels == ["NPI", "Last name", "First name", "Remove"]


def test_staff_read_the_list_of_updates_on_a_phone(page_of: PageOf, served: World):
    page = page_of(Who.REVIEWER)
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(reverse("admin:elections_update_changelist"))
    places = page.locator("#result_list tbody tr").evaluate_all(ROWS)
    assert len(places) == 4
    assert [place for place in places if place["state_ends"] > 375 or place["sentence_is"] < 136] == []


def ends(page: Page) -> float:
    """Return where the strip ends, from the top of the window."""
    box = page.locator(".draft-status").bounding_box()
    assert box is not None
    return box["y"] + box["height"]
