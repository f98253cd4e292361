"""Words of 2,000 letters without a space: no page on which people's texts are shown scrolls sideways."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from elections.desk.actions import start_review, write_note
from elections.models import Election
from elections.signing.objections import object_to
from ground import clock
from notices.mail_html import html_of
from notices.models import Notice
from tests.browser import HEIGHT, WIDTHS, screenshot
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, submit
from tests.factories.people import DanaFactory, ReviewerFactory
from tests.factories.practices import GROUP, SOLO, load_cms_data
from tests.factories.signing import link_to
from tests.factories.told import give_addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "w" * 2000
SOL = "sol@example.org"


@pytest.fixture
def objected(settings, tmp_path) -> Election:
    """An election in review: its signer and its reviewer wrote one long word each."""
    settings.MEDIA_ROOT = tmp_path
    load_cms_data()
    election = ElectionFactory(by=DanaFactory(), practices=(SOLO, GROUP))
    give_addresses(election, SOL)
    submit(election)
    start_review(election.pk, by=(reviewer := ReviewerFactory()), now=clock.now())
    write_note(election.pk, by=reviewer, now=clock.now(), text=LONG)
    [signer] = election.submissions.get().signers.select_related("request")
    object_to(signer.request, text=LONG, now=clock.now())
    return Election.objects.get(pk=election.pk)


def wide(page: Page, name: str) -> list[tuple[str, int]]:
    """Return the widths at which the page scrolls sideways, with its name; keep a picture of each."""
    found = []
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": HEIGHT})
        screenshot(page, f"long-{name}", width)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((name, width))
    return found


@pytest.mark.proof
def test_they_are_broken_wherever_they_are_shown(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], objected: Election
):
    found = []
    page.goto(link_to(SOL).replace("/room", "") + "/election")
    page.locator("main").get_by_role("button").first.click()
    found += wide(page, "signer")
    sign_in(User.objects.get(email="dana@example.org"))
    page.goto(f"{live_server.url}/elections/{objected.pk}/")
    found += wide(page, "election")
    sign_in(User.objects.get(email="reviewer@cms.example"))
    for name in ("", "settle-objection/", "approve/", "reject/", "note/"):
        page.goto(f"{live_server.url}{desk(objected, name)}")
        assert LONG in page.content() or name == "note/"
        found += wide(page, f"desk-{name.strip('/') or 'packet'}")
    page.goto("about:blank")  # else the desk's own policy keeps the mails' styles out
    for mail in Notice.objects.filter(reason__startswith="election objection"):
        page.set_content(html_of(mail.subject, mail.body))
        found += wide(page, mail.reason.replace(" ", "_"))
    assert found == []
