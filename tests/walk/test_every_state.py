"""Every page in every state: at three widths, with scripts off, and by keyboard alone. Pictures: var/screenshots."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser import problems_found_at_all_widths
from tests.keyboard import problems_by_keyboard

from .conftest import PageOf
from .states import IN_ERROR, STATES, State
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.proof]
GROUPS = {  # each walked by itself, so that two workers come to their end together
    "elections": lambda state: not (is_staffs(state) or is_of_signing(state)),
    "signing": lambda state: is_of_signing(state),
    "staff": lambda state: is_staffs(state),
}
SIGNING = re.compile("sign|agreement|document|receipt|verify")
ERRORS = ".usa-error-message, .errorlist, .error-summary"


def is_staffs(state: State) -> bool:
    return state.route.name.startswith("admin:")


def is_of_signing(state: State) -> bool:
    return not is_staffs(state) and SIGNING.match(state.route.name) is not None


def open_page(page: Page, state: State, world: World) -> None:
    """Bring the page into its state, and hold it to the state's name."""
    answer = page.goto(state.route.address(world))
    assert answer is not None
    assert (state.route.name, state.label, answer.status) == (state.route.name, state.label, state.status)
    if state.act:
        state.act(page)
    if state in IN_ERROR:
        assert page.locator(ERRORS).count() > 0, f"{state.route.name} took what no form takes"


@pytest.mark.parametrize("group", GROUPS)
def test_every_state_is_accessible_at_all_widths(group: str, page_of: PageOf, served: World):
    problems = []
    for state in filter(GROUPS[group], STATES):
        page = page_of(state.who)
        page.set_viewport_size({"width": 1280, "height": 900})
        open_page(page, state, served)
        problems += problems_found_at_all_widths(page, f"{state.route.name.replace(':', '-')}--{state.label}")
    assert problems == [], "\n".join(problems)


@pytest.mark.parametrize("group", GROUPS)
def test_every_page_works_without_scripts(group: str, page_of: PageOf, served: World):
    for state in filter(GROUPS[group], STATES):
        page = page_of(state.who, script=False)
        open_page(page, state, served)
        assert page.locator("h1:visible").count() == 1, f"{state.route.name} {state.label} without scripts"


@pytest.mark.parametrize("group", GROUPS)
def test_the_keyboard_reaches_everything(group: str, page_of: PageOf, served: World):
    problems = []
    for state in filter(GROUPS[group], STATES):
        page = page_of(state.who)
        open_page(page, state, served)
        problems += [f"{state.route.name} {state.label}: {problem}" for problem in problems_by_keyboard(page)]
    assert problems == [], "\n".join(problems)
