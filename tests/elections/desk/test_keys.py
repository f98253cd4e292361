"""Keys at the desk: they follow links and decide nothing, not while one types, and can be switched off."""

import pytest
from playwright.sync_api import Page, expect

from elections.models import Election
from tests.factories.elections import ElectionFactory
from tests.factories.people import ReviewerFactory
from tests.factories.practices import BY_SSN, OTHER, load_cms_data
from tests.moments import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, key: str) -> None:
    """Press a key once the page listens to keys: then it shows where they are listed."""
    expect(page.locator("[data-keys-open]")).to_be_visible()
    page.keyboard.press(key)


def look(page: Page) -> list[str]:
    """Return how the list of keys looks: sizes of its text and of its button."""
    looks: list[str] = page.get_by_role("dialog").evaluate(
        "(keys) => [...keys.querySelectorAll('h2, p, dd, kbd, label, button')].map((element) => {"
        " const { fontFamily, fontSize, lineHeight, width } = getComputedStyle(element);"
        " return [element.tagName, fontFamily, fontSize, lineHeight, element.tagName === 'BUTTON' && width].join(); })"
    )
    return sorted(set(looks))


@pytest.mark.proof
def test_keys_lead_through_the_list_and_to_the_mail_of_a_decision(page: Page, sign_in):
    load_cms_data()
    ElectionFactory(state="in_review")
    with at("2026-12-01T10:30:00-05:00"):
        ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="in_review")
    sign_in(ReviewerFactory())
    page.route("**/*.woff2", lambda route: route.abort())  # one that comes late is not used: widths would differ
    page.goto("/staff/elections/election/?status=open")
    press(page, "?")
    looked = look(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("body")).to_be_focused()  # the browser leaves the dialog a moment after it is hidden
    press(page, "j")
    expect(page.get_by_role("link", name="Harbor Group", exact=True)).to_be_focused()
    press(page, "j")
    press(page, "j")
    expect(page.get_by_role("link", name="Mill Group", exact=True)).to_be_focused()
    press(page, "k")
    press(page, "Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Harbor Group, 2027")
    press(page, "j")
    expect(heading).to_have_text("Mill Group, 2027")
    press(page, "k")
    expect(heading).to_have_text("Harbor Group, 2027")

    for key, title in (("a", "Approve"), ("c", "Ask for a correction"), ("r", "Reject")):
        press(page, key)
        expect(heading).to_have_text(f"{title}: Harbor Group, 2027")
        page.go_back()

    press(page, "?")
    listed = page.get_by_role("dialog")
    assert look(page) == looked
    expect(listed.locator("dl > div")).to_have_text(
        [
            "?\nShow this list",
            "j\nNext: Mill Group",
            "a\nOpen the full approval page",
            "c\nAsk for a correction",
            "r\nReject",
        ],
        use_inner_text=True,
    )
    press(page, "a")
    listed.get_by_text("Use keyboard shortcuts in this browser").click()
    press(page, "Escape")
    for _ in range(2):
        press(page, "r")
        expect(heading).to_have_text("Harbor Group, 2027")
        page.reload()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    listed.get_by_text("Use keyboard shortcuts in this browser").click()
    listed.get_by_role("button", name="Close").click()
    page.get_by_label("Add a note").press_sequentially("a car")
    expect(page.get_by_label("Add a note")).to_have_value("a car")
    assert [election.status for election in Election.objects.all()] == ["in_review"] * 2
