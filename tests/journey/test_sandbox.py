"""From checking a group without an account to its draft, nothing typed twice: in a browser, with the mail's link."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from elections.models import Election
from notices.models import Notice
from tests.factories.people import PASSWORD
from tests.factories.practices import GROUP, SOLO, FictionalPractice, load_cms_data

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _mail_is_due_again():
    """Forget whom a mail went to: the cache's table is not emptied between tests."""
    yield
    cache.clear()


def add(page: Page, made: FictionalPractice) -> None:
    page.get_by_label("Name of the practice").fill(made.name)
    page.get_by_text("Employer Identification Number (EIN)").click()
    page.get_by_label("TIN", exact=True).fill(made.tin)
    page.get_by_label("NPIs of all clinicians").fill("\n".join(made.npis))
    page.get_by_role("button", name="Check", exact=True).click()


def test_what_was_checked_becomes_a_draft_of_a_new_account(page: Page):
    load_cms_data()
    page.goto("/")
    page.get_by_role("link", name="Check a group").click()
    page.get_by_role("link", name="Add the first practice").click()
    add(page, SOLO)
    expect(page.get_by_text("Not yet: 1 thing to fix.")).to_be_visible()
    page.get_by_role("link", name="Add a practice").click()
    add(page, GROUP)
    expect(page.get_by_text("These two practices could form a virtual group.")).to_be_visible()
    page.get_by_role("link", name="Save this and start an election").click()
    page.get_by_role("link", name="Create an account").first.click()
    page.get_by_label("Email address").fill("nora@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    link = re.search(r"https?://[^/]+(/\S+)", Notice.objects.get(reason="account_email_confirmation_signup").body)
    assert link
    page.goto(link[1])
    page.get_by_role("button", name="Yes, verify this email address").click()
    page.get_by_label("Email address").fill("nora@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/elections/")
    expect(page.get_by_text("You checked 2 practices in this browser before you signed in.")).to_be_visible()
    page.get_by_role("link", name="Save them and start an election").click()
    page.get_by_role("button", name="Start the election").click()
    expect(page.get_by_text("Saved as a draft. It is not submitted yet.")).to_be_visible()
    assert [member.name for member in Election.objects.get().members.all()] == [SOLO.name, GROUP.name]
