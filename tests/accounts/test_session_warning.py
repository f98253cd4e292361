"""The warning before a session ends, in a real browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from ground import clock
from tests.browser import assert_accessible, problems_at_400_percent
from tests.factories.people import DanaFactory
from tests.forced_colors import problems_in_forced_colors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, page: Page) -> Callable[[int], None]:
    """Let so many seconds pass, on the server and in the browser."""
    start, passed = clock.real_now(), [0]
    monkeypatch.setattr(clock, "real_now", lambda: start + timedelta(seconds=passed[0]))
    page.clock.install()

    def pass_by(seconds: int) -> None:
        passed[0] += seconds
        page.clock.fast_forward(seconds * 1000)

    return pass_by


@pytest.fixture
def dialog(page: Page, sign_in: Callable[[User], None], later):
    sign_in(DanaFactory())
    page.goto("/accounts/email/?x=1")
    return page.get_by_role("dialog", name="Are you still there?")


def test_the_warning_comes_two_minutes_before_and_an_answer_keeps_the_session(page: Page, dialog, later):
    later(12 * 60 + 50)
    expect(dialog).to_be_hidden()
    later(10)
    expect(dialog).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    expect(dialog.get_by_role("status")).to_have_text("You will be signed out in less than 2 minutes.")
    expect(dialog.get_by_text(re.compile(r"Time left: [12]:\d\d"))).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    later(12 * 60 + 50)
    expect(dialog).to_be_hidden()
    later(10)
    expect(dialog).to_be_visible()


@pytest.mark.proof
def test_escape_is_an_answer_too(page: Page, dialog, later):
    later(13 * 60)
    expect(dialog).to_be_visible()
    assert problems_at_400_percent(page) + problems_in_forced_colors(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.request.get("/accounts/session/").json() == {"seconds_left": 900, "limit": "idle"}


@pytest.mark.proof
def test_without_an_answer_the_page_leads_to_sign_in_and_back(page: Page, dialog, later):
    later(13 * 60)
    expect(dialog).to_be_visible()
    later(60)
    later(65)
    page.wait_for_url("**/accounts/login/?ended=idle&next=%2Faccounts%2Femail%2F%3Fx%3D1")
    expect(
        page.get_by_text("You were signed out after 15 minutes without activity. Sign in to continue.")
    ).to_be_visible()


@pytest.mark.proof
def test_another_tab_keeps_the_session_for_both(page: Page, dialog, later):
    later(12 * 60)
    page.request.get("/accounts/")  # what another tab opens
    with page.expect_response("**/accounts/session/"):
        later(60)
    page.evaluate("fetch('/accounts/session/').then((answer) => answer.json())")  # by then the page has read its own
    expect(dialog).to_be_hidden()
    later(12 * 60)
    expect(dialog).to_be_visible()


@pytest.mark.proof
def test_near_12_hours_the_warning_says_that_staying_is_not_possible(page: Page, dialog, later, settings):
    settings.SESSION_ABSOLUTE_SECONDS = 20 * 60  # the 12 hours themselves: test_sessions
    later(10 * 60)
    page.request.get("/accounts/")
    page.reload()
    later(8 * 60)
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("You have been signed in for almost 12 hours.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_hidden()
    page.get_by_role("button", name="Close this message").click()
    expect(dialog).to_be_hidden()
    later(125)
    page.wait_for_url("**/accounts/login/?ended=absolute&**")
