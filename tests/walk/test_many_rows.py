"""Every list for staff with 1, 3 and 300 rows: axe, width, keyboard and paper. Pictures: var/screenshots."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import Role, User
from tests.browser import HEIGHT, problems_found, screenshot
from tests.factories.elections import ElectionFactory
from tests.factories.people import UserFactory
from tests.factories.practices import load_cms_data
from tests.factories.staff_rows import StaffRows
from tests.keyboard import MARK

pytestmark = [pytest.mark.browser, pytest.mark.proof]

LISTS = {
    "morning": "/staff/",
    "dashboard": "/staff/dashboard/",
    "queue": "/staff/elections/election/?status=all",
    "conflicts": "/staff/elections/conflict/",
    "updates": "/staff/elections/update/",
    "events": "/staff/elections/event/",
    "decisions": "/staff/elections/decision/",
    "overrides": "/staff/elections/override/",
    "reveals": "/staff/elections/reveal/",
    "log": "/staff/elections/log/",
    "exports": "/staff/elections/export/",
    "groups": "/staff/groups/",
    "emails": "/staff/notices/notice/",
    "documents": "/staff/agreements/document/",
    "runs": "/staff/eligibility/loadrun/",
    "windows": "/staff/eligibility/electionwindow/",
    "lookups": "/staff/eligibility/probe/",
    "people": "/staff/accounts/user/",
    "changes": "/staff/accounts/staffchange/",
    "sign-ins": "/staff/accounts/signin/",
}
ROWS = (1, 3, 300)
PER_PAGE = 50
WIDTHS = (1440, 1024)
NOT_ON_PAPER = ".staff-nav, .breadcrumbs, #header, button, input, .paginator, #changelist .chip"
CUT = "[...document.querySelectorAll('[role=region]')].some((box) => box.scrollWidth > box.clientWidth + 1)"
LISTEN = """() => {
  window.reached = [];
  addEventListener("focusin", (event) => {
    if (event.target.dataset.walk) window.reached.push(Number(event.target.dataset.walk));
  });
}"""


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False


def test_every_list_is_usable_whatever_it_holds(page: Page, transactional_db: None, sign_in: Callable[[User], None]):
    load_cms_data()
    by = UserFactory(name="Lee Lead", roles=[Role.LEAD_REVIEWER, Role.AUDITOR, Role.DATA_STEWARD])
    rows = StaffRows(ElectionFactory(state="submitted"), by)
    sign_in(by)
    problems, listed = [], 0
    for number in ROWS:
        rows.add(number - listed)
        listed = number
        for name, address in LISTS.items():
            found = problems_of(page, f"{name}-{number}", address)
            problems += [f"{name} with {number}: {problem}" for problem in found]
            shown = page.locator("#result_list tbody tr").count()
            if name not in ("morning", "dashboard", "groups"):
                assert shown >= min(number, PER_PAGE), name
    assert problems == [], "\n".join(problems)


def problems_of(page: Page, name: str, address: str) -> list[str]:
    """Open a list; return what axe finds, and what is wrong with its width, by keyboard and on paper."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    assert page.get_by_role("heading", level=1).is_visible()
    problems, many = [], name.endswith(f"-{ROWS[-1]}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if many:
            screenshot(page, name, width)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"scrolls sideways at {width}")
        if width == WIDTHS[0] and page.evaluate(CUT):
            problems.append(f"a table is cut at {width}")
    problems += problems_found(page) + out_of_order(page)
    page.emulate_media(media="print")
    if on_paper := page.locator(NOT_ON_PAPER).locator("visible=true").count():
        problems.append(f"{on_paper} things on paper that cannot be pressed there")
    if page.locator("#result_list").count() and not page.locator("#result_list tbody tr").first.is_visible():
        problems.append("no row on paper")
    if page.evaluate("document.documentElement.scrollWidth") > WIDTHS[1]:
        problems.append("wider than the paper")
    if many:
        screenshot(page, f"{name}-print", WIDTHS[1])
    page.emulate_media(media="screen")
    return problems


def out_of_order(page: Page) -> list[str]:
    """Press Tab from the top to the end; return what is wrong with the order in which the controls are reached."""
    count = page.evaluate(MARK)
    page.evaluate(LISTEN)
    for _ in range(count + 3):
        page.keyboard.press("Tab")
    reached = page.evaluate("reached")[:count]
    return [] if reached == list(range(count)) else [f"Tab reaches {reached}, not {count} controls in order"]
