"""The list of approved groups that have not reported before data submission: its rows, its file, its queries."""

import csv
import io

import pytest

from accounts.models import Role
from elections.models import Election
from elections.upkeep import actions
from ground import clock
from tests.elections.desk.test_audit import shown
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import ReviewerFactory, StewardFactory, UserFactory, signed_in
from tests.factories.practices import PracticeFactory, load_cms_data

pytestmark = pytest.mark.django_db

LIST = "/staff/elections/unreported/"
HEAD = ["Virtual group", "Performance year", "Time left", "Last update", "Representative", "Email", "Phone"]
CONTACT = ["Dana Rivera", "dana@example.org", "555-0100"]


@pytest.fixture
def staff():
    return signed_in(ReviewerFactory())


def approved(number: int) -> list[Election]:
    """Make so many approved elections of 2027, called by their numbers."""
    practices = PracticeFactory.build_batch(2 * number)
    load_cms_data(practices)
    pairs = [practices[2 * at : 2 * at + 2] for at in range(number)]
    return [ElectionFactory(practices=pair, name=f"Group {at}", state="approved") for at, pair in enumerate(pairs)]


@pytest.mark.parametrize("number", [1, 3])
def test_it_takes_as_many_queries_for_three_groups_as_for_one(staff, number, set_clock, django_assert_num_queries):
    approved(number)
    set_clock("2027-12-01T10:00:00-05:00")
    staff.get(LIST)
    with django_assert_num_queries(5):
        assert len(shown(staff, LIST)) == 1 + number
    with django_assert_num_queries(6):
        assert len(list(csv.reader(io.StringIO(staff.get(f"{LIST}csv/").content.decode())))) == 1 + number


def test_its_rows_from_october_1_on_until_an_update_is_there(staff, set_clock):
    first, second, third = approved(3)
    for election, moment in ((first, "2027-05-03T10:00:00-04:00"), (second, "2027-09-30T10:00:00-04:00")):
        actions.report_nothing(election.pk, by=election.started_by, now=set_clock(moment))
    assert "result_list" not in staff.get(LIST).content.decode()
    set_clock("2027-10-01T00:00:00-04:00")
    rows = [
        ["Group 0", "2027", "93 days left", "May 3, 2027: Nothing has changed", *CONTACT],
        ["Group 1", "2027", "93 days left", "Sep 30, 2027: Nothing has changed", *CONTACT],
        ["Group 2", "2027", "93 days left", "None", *CONTACT],
    ]
    assert shown(staff, LIST)[1:] == rows
    actions.report_nothing(first.pk, by=first.started_by, now=clock.now())
    left = {"2028-01-01T09:00:00-05:00": "1 day left", "2028-01-02T23:59:59-05:00": "Last day"}
    for moment, words in (left | {"2028-01-03T00:00:00-05:00": "Missed"}).items():
        set_clock(moment)
        assert [row[:3] for row in shown(staff, LIST)[1:]] == [["Group 1", "2027", words], ["Group 2", "2027", words]]
    actions.report_nothing(second.pk, by=second.started_by, now=clock.now())
    [row] = shown(staff, LIST)[1:]
    assert row == ["Group 2", "2027", "Missed", "None", *CONTACT]
    page = staff.get(LIST).content.decode()
    assert f'href="{desk(third)}"' in page
    assert f"{LIST}csv/" in page


def test_the_file_has_the_same_and_the_year_is_a_filter(staff, set_clock):
    approved(1)
    set_clock("2027-12-01T10:00:00-05:00")
    answer = staff.get(f"{LIST}csv/?year=2027")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="not-reported-yet-2027-12-01.csv"'
    head, row = csv.reader(io.StringIO(answer.content.decode()))
    assert [cell.capitalize() for cell in head] == HEAD
    assert row == ["Group 0", "2027", "32 days left", "None", *CONTACT]
    assert "result_list" in staff.get(f"{LIST}?year=2027").content.decode()


def test_none_of_one_s_own(set_clock):
    auditor = UserFactory(roles=[Role.AUDITOR])
    [election] = approved(1)
    colleague = ReviewerFactory(email="col@cms.example")
    ElectionRoleFactory(election=election, user=colleague)
    set_clock("2027-12-01T10:00:00-05:00")
    assert "result_list" not in signed_in(colleague).get(LIST).content.decode()
    assert "result_list" in signed_in(auditor).get(LIST).content.decode()


def test_it_is_for_those_who_read_the_desk():
    assert [signed_in(who).get(LIST).status_code for who in (StewardFactory(), UserFactory())] == [403, 403]
