"""Who works at CMS and has a part in an election sees and does only what its people can."""

import pytest
from django.test import Client

from accounts.models import Role, User
from agreements.models import Document, DocumentKind
from elections.models import Conflict, Election
from elections.submission.receipt_actions import request_receipts
from eligibility.models import DeterminationClinician, LoadRun
from ground import clock
from notices.models import Notice
from tests.elections.desk.test_last_year import columns, of_2026
from tests.elections.steps import approve, desk
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, start_review
from tests.factories.people import ReviewerFactory, StewardFactory, UserFactory, signed_in
from tests.factories.practices import BELOW, BY_SSN, GROUP, OTHER, SOLO, load_cms_data
from tests.pages import text

pytestmark = pytest.mark.django_db

NOTICES, DOCUMENTS, LOG = "/staff/notices/notice/", "/staff/agreements/document/", "/staff/elections/log/"
ROLES = (Role.LEAD_REVIEWER, Role.DATA_STEWARD, Role.AUDITOR)


@pytest.fixture
def both(cms_data) -> User:
    """Bo Both, who works at CMS and represents a virtual group."""
    return UserFactory(email="both@example.org", name="Bo Both", roles=ROLES)


@pytest.fixture
def client(both) -> Client:
    return signed_in(both)


@pytest.fixture
def own(both) -> Election:
    """The election that Bo represents."""
    return ElectionFactory(by=both, name="Own Group", state="submitted")


def test_a_steward_sends_no_email_and_has_no_document_made_of_their_own_election_again(client, own):
    request_receipts(now=clock.now())
    notice, document = Notice.objects.get(), Document.objects.get(kind=DocumentKind.RECEIPT)
    Notice.objects.update(state="failed")
    Document.objects.update(state="failed")
    again = (f"{NOTICES}{notice.pk}/resend/", f"{DOCUMENTS}{document.pk}/retry/")
    for page in again:
        assert client.post(page).status_code == 404, page
    assert client.get(again[0]).status_code == 404
    assert [Notice.objects.get().state, *Document.objects.values_list("state", flat=True)] == ["failed"] * 3

    steward = signed_in(StewardFactory())
    for page in again:
        assert steward.post(page).status_code == 302, page
    document.refresh_from_db()
    assert (Notice.objects.get().state, document.state) == ("queued", "queued")
    auditor = signed_in(UserFactory(roles=[Role.AUDITOR]))
    for reader, count in ((auditor, 2), (client, 0)):
        listed = reader.get(LOG).context["cl"]
        assert listed.result_count == count
        assert reader.get(f"{LOG}csv/").content.decode().count("\r\n") == 1 + count


def test_another_run_of_cms_data_shows_nothing_of_it(client, own, cms_data):
    ElectionFactory(by__email="rae@example.org", practices=(BY_SSN, OTHER), name="Pine Group", state="submitted")
    LoadRun.objects.filter(pk=cms_data.pk).update(status="superseded", rows_kept=True)
    staged = load_cms_data()
    LoadRun.objects.filter(pk=staged.pk).update(status="staged", rows_kept=True)
    LoadRun.objects.filter(pk=cms_data.pk).update(status="active")
    npis = [SOLO.npis[0], BY_SSN.npis[0]]
    DeterminationClinician.objects.filter(practice__run=staged, npi__in=npis).update(**BELOW)
    page = f"/staff/eligibility/loadrun/{staged.pk}/activate/"
    for reader, named in ((client, {"Pine Group"}), (signed_in(StewardFactory()), {"Pine Group", "Own Group"})):
        told = text(reader.get(page))
        assert {name for name in ("Pine Group", "Own Group") if f"{name}, 2027, submitted" in told} == named


def test_the_dashboard_counts_nothing_of_it_in_its_minute_or_later(client, own):
    start_review(own)
    reviewer = signed_in(ReviewerFactory())
    assert approve(reviewer, Election.objects.get()).status_code == 302
    Notice.objects.update(state="failed")
    for reader, count in ((reviewer, 1), (client, 0)):
        said = text(reader.get("/staff/dashboard/"))
        assert f"CMS received {count} election{'' if count else 's'}." in said
        assert ("Elections that you have a role in are not counted." in said) is not bool(count)
        rows = reader.get("/staff/dashboard/statuses.csv").content.decode().splitlines()
        assert (f"Approved,{count}" in rows, f"All,{count}" in rows) == (True, True)
        emails = reader.get("/staff/dashboard/emails.csv").content.decode().splitlines()
        assert len(emails) == 1 + count


def test_last_year_s_roster_of_it_stands_beside_no_other_election(client, both):
    of_2026("approved")
    ElectionRoleFactory(election=Election.objects.get(), user=both)
    election = ElectionFactory(by__email="rae@example.org", practices=(GROUP, OTHER), state="in_review")
    assert columns(signed_in(ReviewerFactory()), election)[1] == 1
    rows, heads = columns(client, election)
    assert (heads, set(rows[GROUP.name].values())) == (0, {None})


def test_a_conflict_with_it_that_is_over_is_not_told_of(client, own):
    rae = UserFactory(email="rae@example.org")
    rival = ElectionFactory(by=rae, practices=(SOLO, OTHER), name="Mill Group", state="submitted")
    assert client.get(desk(rival)).status_code == 403
    signed_in(own.started_by).post(f"/elections/{own.pk}/withdraw", {"sure": "on"})
    assert Conflict.objects.get().closed_at
    told = "Conflict over Quiet Harbor Medicine"
    assert told in text(signed_in(ReviewerFactory()).get(desk(rival)))
    assert told not in text(client.get(desk(rival)))
