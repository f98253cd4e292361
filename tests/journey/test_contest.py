"""A finding contested, overridden and approved, what changed since, and a window that moved: each in a browser."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from elections.models import Election
from eligibility.models import DeterminationClinician, LoadRun
from ground import clock
from tests.factories.elections import ElectionFactory
from tests.factories.people import DanaFactory, ReviewerFactory, StewardFactory, UserFactory
from tests.factories.practices import BELOW, SOLO, load_cms_data

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]

SAID = "Robin Hale joined on Jan 5, 2026; the data hold none of the claims of that year."
WHY = "The practice sent its claims of 2026; they exceed all three limits."


@pytest.fixture
def representative(db):
    load_cms_data()
    return DanaFactory()


def test_a_contested_finding_is_submitted_overridden_and_approved(page: Page, sign_in, representative):
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(**BELOW)
    election = ElectionFactory()
    sign_in(representative)
    page.goto(f"/elections/{election.pk}/review")
    expect(page.get_by_role("heading", name="Fix these before you submit")).to_be_visible()
    page.get_by_role("link", name="Contest this").click()
    page.get_by_label("Why the data are wrong").fill(SAID)
    page.get_by_role("button", name="Contest this finding").click()
    expect(page.locator(".messages")).to_contain_text(
        "This finding no longer stops you from submitting. A CMS reviewer will read your reason."
    )
    expect(page.get_by_text(SAID)).to_be_visible()
    page.goto(f"/elections/{election.pk}/review")
    page.get_by_label("Type CONFIRM to submit").fill("CONFIRM")
    page.get_by_role("button", name="Submit the election for 2 practices").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Received Dec 1, 2026, 10:00:00 a.m. ET")

    sign_in(UserFactory(email="lee@cms.example", roles=[Role.LEAD_REVIEWER], name="Lee Lead"))
    page.goto(f"/staff/elections/election/{election.pk}/")
    page.get_by_role("button", name="Start review").click()
    expect(page.get_by_text("23 met, 1 contested")).to_be_visible()
    page.get_by_role("link", name="Approve").click()
    expect(page.get_by_role("heading", name="You cannot approve this election now")).to_be_visible()
    page.get_by_role("link", name="Back to the packet").click()
    page.get_by_role("link", name="Override a finding").click()
    page.locator("label", has_text="Quiet Harbor Medicine").click()
    page.get_by_label("Justification").fill(WHY)
    page.get_by_role("button", name="Override this finding").click()
    expect(page.get_by_text("23 met, 1 set aside by CMS")).to_be_visible()
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve and send the email").click()
    assert Election.objects.get().status == "approved"


def test_what_changed_since_the_submission_is_said_with_its_cause(page: Page, sign_in, representative):
    election = ElectionFactory(state="submitted")
    LoadRun.objects.update(status="superseded")
    run = load_cms_data()
    DeterminationClinician.objects.filter(practice__run=run, npi=SOLO.npis[0]).update(**BELOW)
    sign_in(ReviewerFactory())
    page.goto(f"/staff/elections/election/{election.pk}/")
    changed = page.get_by_role("row", name="Low-volume threshold")
    expect(changed).to_contain_text(f"CMS data: run {run.pk - 1} then, run {run.pk} now.")


def test_a_steward_moves_the_window_and_the_deadline_follows(page: Page, sign_in, representative):
    election = ElectionFactory()
    sign_in(StewardFactory())
    page.goto("/staff/eligibility/electionwindow/")
    page.get_by_role("link", name="Set window for 2027").click()
    expect(page.get_by_label("Day it closes")).to_have_value("2027-01-01")
    page.get_by_label("Day it closes").fill("2027-01-09")
    page.get_by_label("Reason").fill("CMS extended the deadline.")
    page.get_by_label("Citation").fill("CMS notice of Dec 1, 2026")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("This window closes after December 31").first).to_be_visible()
    page.get_by_label("Allow a closing time after December 31").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("table", name="The election window of each performance year")).to_contain_text(
        "Friday, January 8, 2027, 11:59 p.m. ET"
    )
    sign_in(representative)
    page.goto(f"/elections/{election.pk}/")
    expect(page.get_by_text("Friday, January 8, 2027, 11:59 p.m. ET").first).to_be_visible()
    assert clock.today().year == 2026
