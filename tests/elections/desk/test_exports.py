"""Exports made at the desk, the list of them, and who was in which group: who may, exact figures, literal queries."""

import csv
import hashlib
import io
from datetime import date, datetime
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Role
from elections.desk.desk import DeskAdmin
from elections.models import Election, Export, UpdateKind
from elections.upkeep import actions as upkeep
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER, PracticeFactory
from tests.pages import text

pytestmark = pytest.mark.django_db

LIST, MAKE, GROUPS = "/staff/elections/export/", "/staff/elections/export/make/", "/staff/groups/"
JULY = "2027-07-01T10:00:00-04:00"
ASKED = {"performance_year": "2027", "format": "csv"}


@pytest.fixture(scope="module")
def reported_once(approved_once: Election) -> Election:
    """Approved on December 1, 2026; a clinician left in March, and the practice said so on July 1."""
    by, now = approved_once.started_by, datetime.fromisoformat(JULY)
    left: dict[str, Any] = {"kind": UpdateKind.LEFT, "npi": "1234567893", "effective_on": date(2027, 3, 31)}
    upkeep.report_clinician(approved_once.pk, practice=1, **left, by=by, now=now)
    return approved_once


@pytest.fixture
def approved(reported_once: Election, db: None, set_clock) -> Election:
    """The same as it was then; what a test changes is taken back. It is now July 1."""
    set_clock(JULY)
    return Election.objects.get(pk=reported_once.pk)


@pytest.mark.parametrize(
    ("role", "makes", "lists", "sees_groups"),
    [
        (Role.REVIEWER, 403, 403, 200),
        (Role.LEAD_REVIEWER, 200, 200, 200),
        (Role.DATA_STEWARD, 200, 200, 403),
        (Role.AUDITOR, 403, 200, 200),
    ],
)
def test_lead_reviewers_and_data_stewards_make_exports(approved, role, makes, lists, sees_groups):
    browser = signed_in(UserFactory(email=f"{role}@cms.example", roles=[role]))
    assert [browser.get(address).status_code for address in (MAKE, LIST, GROUPS)] == [makes, lists, sees_groups]
    assert browser.post(MAKE, ASKED).status_code == makes
    assert Export.objects.count() == (makes == 200)
    if lists == 200:
        assert ("Make an export" in text(browser.get(LIST))) == (makes == 200)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_the_file_is_the_one_of_the_command(approved, lead, kind):
    asked = ASKED | {"format": kind, "as_of": "2027-06-30", "recorded_by": "2027-06-01 00:00"}
    file = signed_in(lead).post(MAKE, asked)
    out = io.StringIO()
    moment = "2027-06-01T00:00:00-04:00"
    call_command(
        "export_virtual_groups",
        *("--performance-year=2027", "--as-of=2027-06-30", f"--recorded-by={moment}", f"--format={kind}"),
        stdout=out,
    )
    assert file.content.decode() == out.getvalue()
    assert "961000002" in out.getvalue()
    name = "virtual-groups-2027-as-of-2027-06-30-recorded-by-2027-06-01-000000"
    assert file["Content-Disposition"] == f'attachment; filename="{name}.{kind}"'
    assert "no-store" in file["Cache-Control"]
    made = Export.objects.get(by=lead)
    assert made.arguments == {"as_of": "2027-06-30", "recorded_by": moment}
    assert made.sha256 == hashlib.sha256(file.content).hexdigest()


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({}, "2027-07-01"),
        ({"as_of": "2027-03-01"}, "as-of-2027-03-01"),
        ({"changed_since": "2027-01-05 13:30"}, "changed-since-2027-01-05-133000"),
    ],
)
def test_the_file_s_name_says_what_was_asked_for(approved, lead, asked, name):
    file = signed_in(lead).post(MAKE, ASKED | asked)
    assert file["Content-Disposition"] == f'attachment; filename="virtual-groups-2027-{name}.csv"'


def test_what_cannot_be_asked_is_said_at_its_field(approved, lead):
    browser = signed_in(lead)
    said = text(browser.post(MAKE, ASKED | {"recorded_by": "2027-07-01 10:00:01"}))
    assert "This time is in the future. Enter an earlier one." in said
    said = text(browser.post(MAKE, ASKED | {"recorded_by": "July 1"}))
    assert "Enter a date and a time, for example 2027-07-01 00:00." in said
    said = text(browser.post(MAKE, {"as_of": "30/06/2027"}))
    assert "Choose one." in said
    assert "Enter a valid date." in said
    assert Export.objects.count() == 0


def test_who_has_a_part_in_an_election_of_the_year_makes_no_export(approved, lead):
    ElectionRoleFactory(election=approved, user=lead)
    said = text(signed_in(lead).post(MAKE, ASKED))
    assert "You have a role in an election for 2027 or in one that affects it, so someone else must make this" in said
    assert Export.objects.count() == 0
    groups = text(signed_in(lead).get(GROUPS))
    assert "Groups whose election you have a role in are not listed. No approved virtual group." in groups


def test_each_export_is_listed_and_in_the_list_s_file(approved, lead):
    browser, asked = signed_in(lead), ASKED | {"as_of": "2027-06-30", "changed_since": "2027-01-05T00:00:00"}
    content = browser.post(MAKE, asked).content
    call_command("export_virtual_groups", performance_year=2027, stdout=io.StringIO())
    whole = Export.objects.get(by=None)
    now = "Jul 1, 2027, 10:00:00 a.m. ET"
    changes = "as of Jun 30, 2027; changed since Jan 5, 2027, 12:00:00 a.m. ET"
    sha256 = hashlib.sha256(content).hexdigest()
    assert list(csv.reader(io.StringIO(browser.get(f"{LIST}csv/").content.decode()))) == [
        ["when", "who", "performance year", "asked for", "format", "rows", "SHA-256"],
        [now, "Command line", "2027", "everything so far", "CSV", "3", whole.sha256],
        [now, "Lee Lead", "2027", changes, "CSV", "1", sha256],
    ]
    shown = text(browser.get(LIST))
    assert f"{now} Lee Lead 2027 {changes} CSV 1 {sha256}" in shown


def test_who_was_in_which_group(approved, reviewer):
    browser = signed_in(reviewer)
    answer = browser.get(GROUPS, {"performance_year": "2027", "as_of": "2027-03-30"})
    page = unescape(answer.content.decode())
    assert f'<a href="{GROUPS}{approved.pk}/?as_of=2027-03-30">Harbor Group</a>' in page
    identifier = approved.virtual_group_identifier
    practices = "Quiet Harbor Medicine, ••-•••0001 Lakeside Family Practice, ••-•••0002"
    assert "2027, as of Mar 30, 2027 " in text(answer)
    assert f"Harbor Group {identifier} {practices} 3" in text(answer)
    today = text(browser.get(GROUPS))
    assert f"Harbor Group {identifier} {practices} 2" in today
    assert "The day you chose" not in today
    moved = text(browser.get(GROUPS, {"as_of": "2028-02-01"}))
    assert "2027, as of Dec 31, 2027 The day you chose isn’t in 2027. This page shows the nearest day that is." in moved
    assert "Enter a valid date." in text(browser.get(GROUPS, {"as_of": "soon"}))
    assert "961000002" not in page
    assert "457555462" not in browser.get(GROUPS, {"as_of": "457555462"}).content.decode()


def test_a_group_opens_to_its_people_of_a_day(approved, reviewer):
    browser, address = signed_in(reviewer), f"{GROUPS}{approved.pk}/"
    answer = browser.get(address, {"as_of": "2027-03-30"})
    page, left = text(answer), "1234567893 NAME7893, ROBIN Jan 1, 2027 Mar 31, 2027"
    head = "Clinicians in Quiet Harbor Medicine, ••-•••0001 NPI Name in NPPES From Left on"
    assert f"{head} 1999999992 NAME9992, ROBIN Jan 1, 2027 has not left" in page
    assert "As of Mar 30, 2027" in page
    assert left in page
    content = unescape(answer.content.decode())
    assert f'href="{desk(approved)}"' in content
    assert f'href="{GROUPS}?performance_year=2027&as_of=2027-03-30"' in content
    assert "961000002" not in content
    today = text(browser.get(address))
    assert "As of Jul 1, 2027" in today
    assert left not in today
    assert "The day you chose" not in today
    moved = text(browser.get(address, {"as_of": "2026-02-01"}))
    assert "As of Jan 1, 2027 The day you chose isn’t in 2027. This page shows the nearest day that is." in moved
    assert "Enter a valid date." in text(browser.get(address, {"as_of": "soon"}))


def test_a_group_that_is_not_approved_or_one_s_own_does_not_open(reported_once, lead):
    election = ElectionFactory(practices=(OTHER, BY_SSN), state="submitted")
    browser, address = signed_in(lead), f"{GROUPS}{election.pk}/"
    assert browser.get(address).status_code == 404
    ElectionRoleFactory(election=election, user=lead)
    assert browser.get(address).status_code == 403


def test_groups_are_in_pages(reported_once, reviewer, monkeypatch):
    monkeypatch.setattr(DeskAdmin, "list_per_page", 1)
    ElectionFactory(
        by=UserFactory(email="by@example.org"), practices=(OTHER, BY_SSN), name="Mill Group", state="approved"
    )
    browser = signed_in(reviewer)
    first, second = (browser.get(GROUPS, {"as_of": "2027-06-30", "p": number}) for number in (1, 2))
    names = [line.group.snapshot.virtual_group_name for page in (first, second) for line in page.context["lines"]]
    assert sorted(names) == ["Harbor Group", "Mill Group"]
    assert "1 2 2 in all" in text(first)
    assert 'href="?as_of=2027-06-30&amp;p=2"' in first.content.decode()


def test_three_groups_and_exports_take_as_many_queries_as_one(reported_once, lead, django_assert_num_queries):
    practices = PracticeFactory.build_batch(4)
    browser = signed_in(lead)
    for number in (1, 3):
        while Election.objects.count() < number:
            at = 2 * Election.objects.count() - 2
            by = UserFactory(email=f"by{at}@example.org")
            ElectionFactory(by=by, practices=practices[at : at + 2], name=f"Group {at}", state="approved")
        while Export.objects.count() < number:
            call_command("export_virtual_groups", performance_year=2027, stdout=io.StringIO())
        browser.get(GROUPS)
        with django_assert_num_queries(6):
            assert len(browser.get(GROUPS).context["lines"]) == number
        with django_assert_num_queries(8):
            browser.get(f"{GROUPS}{Election.objects.values_list('pk', flat=True)[0]}/")
        with django_assert_num_queries(8):
            assert browser.get(LIST).context["cl"].result_count == number
        with django_assert_num_queries(3):
            browser.get(MAKE)
