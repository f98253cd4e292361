"""The frame, the form pack and the error pages in a browser."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from pytest_django import Settings

from tests.browser import assert_accessible, assert_accessible_at_all_widths

pytestmark = pytest.mark.browser

NOTICE = {
    "omb_number": "0938-1343",
    "omb_expires": "Nov 30, 2027",
    "burden": "This takes ten hours a year on average.",
    "privacy_act": "We ask for this under section 1848(q) of the Social Security Act.",
}


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.DEMO, settings.DEMO_NOW, settings.FORM_NOTICE = True, "2026-12-01T10:00:00-05:00", NOTICE


PAGES = [
    ("/", "home", "Elect to take part in MIPS as a virtual group"),
    ("/-/every-field", "every-field", "Every field"),
    ("/-/findings", "findings", "Findings"),
    ("/-/every-finding", "every-finding", "Every finding"),
    ("/-/400", "400", "We couldn’t read that request"),
    ("/-/403", "403", "You can’t do that here"),
    ("/-/403-csrf", "403-csrf", "This page was open too long"),
    ("/nowhere", "404", "We can’t find that, or it isn’t yours to see"),
    ("/-/405", "405", "This page can’t be opened that way"),
]


@pytest.mark.proof
@pytest.mark.parametrize(("address", "name", "heading"), PAGES)
def test_page_at_all_widths(page: Page, address: str, name: str, heading: str) -> None:
    page.goto(address)
    expect(page.locator("h1")).to_have_text(heading)
    assert_accessible_at_all_widths(page, name)


def test_form_with_errors(page: Page) -> None:
    page.goto("/-/every-field")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title("Error: Every field | Virtual Group Elections")
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)
    page.locator(".error-summary").get_by_role("link", name="E-mail").click()
    expect(page.get_by_label("E-mail")).to_be_focused()


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_a_password_is_shown_while_it_is_typed_and_sent_as_one(page: Page) -> None:
    page.goto("/accounts/login/")
    field = page.get_by_label("Password", exact=True)
    field.fill("a long password")
    page.get_by_label("Email address").fill("dana@example.org")
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    assert_accessible(page)
    page.get_by_role("button", name="Hide password").click()
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show password").click()
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_role("button", name="Sign in").click()
    expect(field).to_have_attribute("type", "password")


@pytest.mark.proof
def test_without_a_script_no_button_shows_the_password(browser: Browser, browser_context_args: dict[str, Any]) -> None:
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("button", name="Show password")).to_have_count(0)
    context.close()


def test_skip_link_is_the_first_stop(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.proof
def test_console_stays_silent(page: Page) -> None:
    """A refused inline style or script, or a missing file, would speak here."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert said == []


@pytest.mark.proof
def test_fonts_are_light(page: Page) -> None:
    """At most 65 kB of fonts on the first page."""
    fonts: list[Response] = []
    page.on("response", lambda sent: fonts.append(sent) if sent.request.resource_type == "font" else None)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert sorted(font.url.rsplit("/", 1)[1] for font in fonts) == [
        "Latin-Merriweather-Bold.woff2",
        "sourcesanspro-bold-webfont.woff2",
        "sourcesanspro-regular-webfont.woff2",
    ]
    assert sum(len(font.body()) for font in fonts) <= 65_000


@pytest.mark.proof
def test_second_click_sends_nothing(page: Page) -> None:
    """The first is on its way; what it brings stays what the server says."""
    posts: list[str] = []
    page.goto("/-/every-field")
    page.on("request", lambda request: posts.append(request.method) if request.method == "POST" else None)
    page.get_by_role("button", name="Save").dblclick()
    expect(page.locator(".error-summary")).to_be_visible()
    assert posts == ["POST"]


def test_works_without_scripts(browser: Browser, browser_context_args: dict[str, Any]) -> None:
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto("/-/every-field")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()
    context.close()
