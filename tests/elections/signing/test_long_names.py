"""Names of 200 letters without a space: no page on which they are signed scrolls sideways on a phone."""

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from elections.people import naming
from ground import clock
from tests.browser import HEIGHT, WIDTHS
from tests.factories.elections import ElectionFactory
from tests.factories.people import DanaFactory, signed_in
from tests.factories.practices import GROUP, SOLO, FictionalPractice, load_cms_data
from tests.factories.signing import ask_to_sign, link_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "W" * 200
PRACTICE = FictionalPractice("M" * 180, SOLO.tin, SOLO.npis)  # its signer is named after it


def is_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") > WIDTHS["phone"])


@pytest.mark.proof
def test_they_are_broken_where_they_are_signed_and_shown(
    page: Page, context: BrowserContext, live_server: LiveServer, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    load_cms_data()
    dana = DanaFactory()
    election = ElectionFactory(by=dana, practices=(PRACTICE, GROUP), name=LONG)
    naming.save_representative(election.pk, name=LONG, email=dana.email, phone="555-0100", by=dana, now=clock.now())
    ask_to_sign(election)
    page.set_viewport_size({"width": WIDTHS["phone"], "height": HEIGHT})
    page.goto(link_to("signer1@example.org"))
    wide = [("link", is_wide(page))]
    page.locator("main").get_by_role("button").first.click()
    wide.append(("room", is_wide(page)))
    for box in ("roster", "consent", "authorized"):
        page.locator(f"label[for=id_{box}]").click()
    page.fill("[name=name]", LONG)
    page.fill("[name=title]", LONG)
    page.get_by_role("button", name="Sign for").click()
    page.get_by_role("heading", name="You have signed for").wait_for()
    wide.append(("signed", is_wide(page)))
    session = signed_in(dana).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    for path in ("", "signing", "agreement", "practices", "representative", "review"):
        page.goto(f"/elections/{election.pk}/{path}")
        assert page.url.endswith(f"/elections/{election.pk}/{path}")
        wide.append((path, is_wide(page)))
    assert [name for name, is_so in wide if is_so] == []
