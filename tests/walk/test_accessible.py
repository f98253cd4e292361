"""axe on every page of the site, once each; the pages about people are looked at in tests/accounts."""

import pytest

from tests.browser import problems_found

from .conftest import PageOf
from .routes import ELECTIONS, SITE, STAFF_PAGES, Route
from .world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("routes", [SITE, ELECTIONS, STAFF_PAGES], ids=["site", "elections", "staff"])
def test_every_page(routes: list[Route], page_of: PageOf, served: World):
    problems = []
    for route in routes:
        if route.page:
            page = page_of(route.reader())
            answer = page.goto(route.address(served))
            assert answer is not None
            assert (route.name, answer.status) == (route.name, 200)
            problems += problems_found(page)
    assert problems == [], "\n".join(problems)
