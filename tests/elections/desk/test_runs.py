"""Putting another run of CMS data to use: what would change, for which elections, by whom; and the way back."""

import csv
import io

import pytest

from accounts.models import Role
from eligibility.data.cms_data import active_run
from eligibility.loads.differences import Differences, compare, compared
from eligibility.models import DeterminationClinician, DeterminationPractice, LoadRun
from tests.factories.elections import ElectionFactory
from tests.factories.people import StewardFactory, UserFactory, signed_in
from tests.factories.practices import BELOW, BY_SSN, GROUP, OTHER, SOLO, FictionalPractice, load_cms_data
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward():
    return StewardFactory()


@pytest.fixture
def staged(cms_data) -> LoadRun:
    """A staged run in which the solo practice is below all limits, one practice is gone and one new."""
    new = FictionalPractice("Birch Street Clinic", "961000009", ("1922002005",))
    LoadRun.objects.filter(pk=cms_data.pk).update(status="superseded", rows_kept=True)
    run = load_cms_data([SOLO, GROUP, BY_SSN, new])
    LoadRun.objects.filter(pk=run.pk).update(status="staged", rows_kept=True, activated_at=None)
    LoadRun.objects.filter(pk=cms_data.pk).update(status="active")
    DeterminationClinician.objects.filter(practice__run=run, npi=SOLO.npis[0]).update(**BELOW)
    return LoadRun.objects.get(pk=run.pk)


def page(run: LoadRun) -> str:
    return f"/staff/eligibility/loadrun/{run.pk}/activate/"


def test_what_is_different_is_counted(cms_data, staged):
    assert compare(cms_data, staged) == Differences(1, 1, 0, 0, 0, 1)
    assert compare(cms_data, cms_data) == Differences(0, 0, 0, 0, 0, 0)
    practice = DeterminationPractice.objects.get(run=staged, name=GROUP.name)
    like = DeterminationClinician.objects.filter(practice=practice).values()[0] | {"id": None}
    more = (DeterminationClinician(**like | {"npi": f"16{number:08}"}) for number in range(9))
    DeterminationClinician.objects.bulk_create(more)
    assert compare(cms_data, staged) == Differences(1, 1, 1, 1, 0, 2)
    assert compare(staged, cms_data) == Differences(1, 1, 1, 0, 1, 2)


def test_the_way_back_is_counted_with_the_way_there(cms_data, django_assert_num_queries):
    LoadRun.objects.update(status="superseded")
    new = FictionalPractice("Elm Row Clinic", "961000019", ("1922002013",))
    wider = load_cms_data([SOLO, GROUP, BY_SSN, OTHER, new])
    assert (compare(cms_data, wider).new, compare(cms_data, wider).gone) == (1, 0)
    there = compared(cms_data, wider)
    assert there == compare(cms_data, wider)
    assert compared(wider, cms_data) == compare(wider, cms_data)
    with django_assert_num_queries(2):
        assert compared(cms_data, wider) == there


def test_figures_that_move_from_one_column_to_another_are_seen(cms_data, staged):
    row = DeterminationPractice.objects.filter(run=staged, name=GROUP.name)
    row.update(patients=None)
    first = compare(cms_data, staged)
    assert first.changed == 2
    DeterminationPractice.objects.filter(run=cms_data, name=GROUP.name).update(services=None, patients=900)
    row.update(services=900, patients=None)
    assert compare(cms_data, staged).changed == 2


def test_a_steward_sees_what_would_change_and_puts_it_to_use(cms_data, staged, steward, submitted):
    client = signed_in(steward)
    shown = text(client.get(page(staged)))
    assert "1 new practice, 1 removed" in shown
    assert "Harbor Group, 2027, submitted" in shown
    assert "Quiet Harbor Medicine, Low-volume threshold: met now, not met with this run." in shown
    assert active_run(2027) == cms_data

    done = client.post(page(staged), follow=True)
    assert "This run is active now. You can still go back to the one before." in text(done)
    assert active_run(2027) == staged
    back = text(client.get(page(cms_data)))
    assert "Go back to this run?" in back
    assert "Low-volume threshold: not met now, met with this run." in back
    client.post(page(cms_data), follow=True)
    assert active_run(2027) == cms_data

    LoadRun.objects.filter(pk=cms_data.pk).update(status="failed")
    first = client.post(page(staged), follow=True)
    assert "This run is active now." in text(first)
    assert "You can still go back" not in text(first)


def test_a_draft_and_a_decided_election_are_not_named(cms_data, staged, steward):
    ElectionFactory(practices=(SOLO, OTHER), name="Draft Group")
    ElectionFactory(name="Done Group", state="approved")
    shown = text(signed_in(steward).get(page(staged)))
    assert "No finding would change in an election that is waiting or in review." in shown
    assert ("Draft Group" in shown, "Done Group" in shown) == (False, False)


def test_the_page_of_a_run_leads_there_only_where_it_can_be_used(cms_data, staged, steward):
    client = signed_in(steward)
    for run, leads in ((cms_data, False), (staged, True)):
        assert (page(run) in client.get(f"/staff/eligibility/loadrun/{run.pk}/change/").content.decode()) is leads
    only = "You can activate only a staged run or the previously active run."
    assert only in text(client.get(page(cms_data), follow=True))
    assert "This run is already active." in text(client.post(page(cms_data), follow=True))
    LoadRun.objects.filter(pk=staged.pk).update(rows_kept=False)
    assert only in text(client.post(page(staged), follow=True))


@pytest.mark.parametrize(
    ("role", "statuses"), [(Role.AUDITOR, (200, 403)), (Role.LEAD_REVIEWER, (403, 403)), (Role.REVIEWER, (403, 403))]
)
def test_nobody_else_puts_a_run_to_use(staged, cms_data, role, statuses):
    client = signed_in(UserFactory(email="other@cms.example", roles=[role]))
    assert (client.get(page(staged)).status_code, client.post(page(staged)).status_code) == statuses
    assert active_run(2027) == cms_data


def test_what_was_wrong_is_downloaded(cms_data, steward):
    errors = [
        {"file": "practices.csv", "line": 2, "column": "tin", "problem": "An EIN has 9 digits."},
        {"file": "-1.csv", "line": 3, "column": "\tnpi", "problem": "@ is no digit."},
        {"file": None, "line": None, "column": None, "problem": "Interrupted."},
    ]
    LoadRun.objects.filter(pk=cms_data.pk).update(status="failed", errors=errors, error_count=2)
    client = signed_in(steward)
    address = f"/staff/eligibility/loadrun/{cms_data.pk}/errors/"
    assert address in client.get(f"/staff/eligibility/loadrun/{cms_data.pk}/change/").content.decode()
    answer = client.get(address)
    assert answer["Content-Disposition"] == f'attachment; filename="load-{cms_data.pk}-errors.csv"'
    assert list(csv.reader(io.StringIO(answer.content.decode()))) == [
        ["file", "line", "column", "problem"],
        ["practices.csv", "2", "tin", "An EIN has 9 digits."],
        ["'-1.csv", "3", "'\tnpi", "'@ is no digit."],
        ["", "", "", "Interrupted."],
    ]
