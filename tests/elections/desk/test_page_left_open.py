"""A page that stays open shows when the decision on it took effect."""

import pytest
from playwright.sync_api import expect

from tests.elections.steps import approve, desk
from tests.factories.elections import take_effect
from tests.factories.people import signed_in


@pytest.mark.proof
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_that_stays_open_shows_that_the_decision_took_effect(page, sign_in, reviewer, in_review, set_clock):
    approve(signed_in(reviewer), in_review)
    sign_in(reviewer)
    set_clock("2026-12-01T10:00:58-05:00")
    page.goto(desk(in_review))
    expect(page.get_by_role("heading", name="Approved, not in effect yet")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    take_effect(in_review)
    expect(page.get_by_role("heading", name="Approved, in effect")).to_be_visible(timeout=15_000)
