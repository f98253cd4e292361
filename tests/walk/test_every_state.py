"""Every page in every state: at three widths, with scripts off, and by keyboard alone. Pictures: var/screenshots."""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from agreements.models import Party
from elections.practices import members
from ground import clock
from tests.browser import HEIGHT, WIDTHS, problems_found_at_all_widths
from tests.keyboard import problems_by_keyboard

from .conftest import PageOf
from .states import IN_ERROR, STATES, State, press_continue, unfold
from .world import Who, World

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


def opened(group: str, page_of: PageOf, world: World, *, script: bool = True) -> Iterator[tuple[State, Page]]:
    """Bring a page into each state of a group, and hold it to the state's name."""
    for state in filter(GROUPS[group], STATES):
        page = page_of(state.who, script=script)
        page.set_viewport_size({"width": WIDTHS["desktop"], "height": HEIGHT})
        answer = page.goto(state.route.address(world))
        assert answer is not None
        assert (state.route.name, state.label, answer.status) == (state.route.name, state.label, state.status)
        if state.act:
            state.act(page)
        if state in IN_ERROR:
            assert page.locator(ERRORS).count() > 0, f"{state.route.name} took what no form takes"
        yield state, page


@pytest.mark.parametrize("group", GROUPS)
def test_every_state_is_accessible_at_all_widths(group: str, page_of: PageOf, served: World):
    problems = []
    for state, page in opened(group, page_of, served):
        problems += problems_found_at_all_widths(page, f"{state.route.name.replace(':', '-')}--{state.label}")
    assert problems == [], "\n".join(problems)


@pytest.mark.parametrize("group", GROUPS)
def test_every_page_works_without_scripts(group: str, page_of: PageOf, served: World):
    for state, page in opened(group, page_of, served, script=False):
        assert page.locator("h1:visible").count() == 1, f"{state.route.name} {state.label} without scripts"


@pytest.mark.parametrize("group", GROUPS)
def test_the_keyboard_reaches_everything(group: str, page_of: PageOf, served: World):
    problems = []
    for state, page in opened(group, page_of, served):
        problems += [f"{state.route.name} {state.label}: {problem}" for problem in problems_by_keyboard(page)]
    assert problems == [], "\n".join(problems)


def test_what_a_signer_sends_while_the_list_is_changed_waits_on_a_page_that_all_can_use(page_of: PageOf, served: World):
    page, address = page_of(Who.NOBODY), reverse("sign", args=[served.links["ina"]])
    page.goto(address)
    press_continue(page)
    page.get_by_label("Your full name").fill("Ina")
    by = served.people[Who.REPRESENTATIVE]
    members.save_member(served.signing.pk, None, name="Half Typed", by=by, now=clock.now())
    page.get_by_role("button", name="Sign for").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert problems_found_at_all_widths(page, "sign--not whole") + problems_by_keyboard(page) == []


def test_what_is_not_marked_is_said_on_a_page_that_all_can_use(page_of: PageOf, served: World):
    page = page_of(Who.REPRESENTATIVE)
    page.goto(reverse("submit_page", args=[served.own.pk]))
    expect(page.get_by_text("Your own agreement is not marked for 2 of the 9 required items")).to_be_visible()
    assert problems_found_at_all_widths(page, "review--own unmarked") + problems_by_keyboard(page) == []


def test_what_is_to_fix_before_links_go_out_is_said_on_a_page_that_all_can_use(page_of: PageOf, served: World):
    by, member = served.people[Who.REPRESENTATIVE], served.signing.members.get(name="Practice of Nobody")
    members.save_member(served.signing.pk, member.pk, npis=["12345"], by=by, now=clock.now())
    Party.objects.filter(member=member).update(signer_name="Nora Body", signer_email="nora@example.org")
    page = page_of(Who.REPRESENTATIVE)
    page.goto(reverse("signing_send", args=[served.signing.pk]))
    expect(page.get_by_role("heading", name="1 thing to fix first")).to_be_visible()
    assert problems_found_at_all_widths(page, "signing--to fix first") + problems_by_keyboard(page) == []


def test_the_last_hours_are_said_on_pages_that_all_can_use(page_of: PageOf, served: World, set_clock):
    set_clock("2026-12-31T18:10:00-05:00")
    page = page_of(Who.REPRESENTATIVE)
    problems = []
    for name in ("election", "submit_page"):
        page.goto(reverse(name, args=[served.signing.pk]))
        expect(page.get_by_role("heading", name="5 hours left to submit")).to_be_visible()
        unfold(page)
        problems += problems_found_at_all_widths(page, f"{name}--last hours") + problems_by_keyboard(page)
    assert problems == []
