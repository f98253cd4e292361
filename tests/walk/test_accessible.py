"""axe on every page of the site, once each; the pages about people are looked at in tests/accounts.

The staff pages, and an election's that are opened less, are looked at in the proof, which sees all in every state.
"""

from unittest.mock import patch

import pytest
from django.core.exceptions import BadRequest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser import assert_accessible, problems_found

from .conftest import PageOf
from .routes import ELECTIONS, SIGNING, SITE
from .world import Who, World

pytestmark = pytest.mark.browser


OPENED_MOST = ("election", "practice", "roster", "agreement", "submit_page", "receipt")
OFTEN = [route for route in ELECTIONS if route.name in OPENED_MOST]


def test_every_page(page_of: PageOf, served: World):
    problems = []
    for route in [*SITE, *OFTEN, *SIGNING]:
        if route.page:
            page = page_of(route.reader())
            answer = page.goto(route.address(served))
            assert answer is not None
            assert (route.name, answer.status) == (route.name, 200)
            problems += problems_found(page)
    assert problems == [], "\n".join(problems)


FAILURES = {
    500: RuntimeError("The page that somebody sees when we fail."),
    400: BadRequest("A request that cannot be read."),
}


@pytest.mark.proof
def test_the_page_of_too_many_tries(page: Page, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    for _ in range(2):
        page.goto(reverse("account_reset_password"))
        page.get_by_label("Email address").fill("dana@example.org")
        page.get_by_role("button", name="Send the link").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Too many attempts"
    assert_accessible(page)


def test_every_page_of_an_error(page_of: PageOf, served: World):
    addresses = {status: reverse("elections") for status in FAILURES} | {
        403: reverse("withdraw", args=[served.draft.pk]),
        404: reverse("withdraw", args=[served.theirs.pk]),
        405: reverse("start"),
    }
    page, problems = page_of(Who.VIEWER), []
    for status, address in addresses.items():
        with patch("elections.overview.views.elections_of", side_effect=FAILURES.get(status)):
            answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        problems += problems_found(page)
    assert problems == [], "\n".join(problems)
