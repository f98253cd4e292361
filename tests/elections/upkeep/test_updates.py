"""After approval: what changed is reported, the approved submission stays, and the export follows."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command

from elections.desk import decisions
from elections.models import Election, Update, UpdateKind
from elections.people.actions import accept, invite, open_for
from eligibility.models import NppesRecord
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, complete, report_clinician, submit, take_effect
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def election(approved, set_clock):
    """Approved on December 1, 2026; it is now December 2027."""
    set_clock("2027-12-01T10:00:00-05:00")
    return approved


def report(client, election, **fields):
    form = {"kind": "joined", "practice": 1, "npi": "2000000002", "effective_on": "2027-04-01"} | fields
    return client.post(f"/elections/{election.pk}/updates/clinician", form)


def exported_rows():
    out = io.StringIO()
    call_command("export_virtual_groups", performance_year=2027, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


def exported():
    return [(row["npi"], row["from_date"], row["to_date"]) for row in exported_rows()]


def test_joined_and_left_are_exported_with_their_days(client, election, reviewer):
    before = election.last_submission.snapshot_sha256
    assert report(client, election).status_code == 302
    assert report(client, election, kind="left", npi="1234567893", effective_on="2027-03-31").status_code == 302
    assert exported() == [
        ("1999999992", "2027-01-01", ""),
        ("1234567893", "2027-01-01", "2027-03-31"),
        ("1558598797", "2027-01-01", ""),
        ("2000000002", "2027-04-01", ""),
    ]
    election.refresh_from_db()
    assert election.last_submission.snapshot_sha256 == before
    packet = signed_in(reviewer).get(desk(election)).content.decode()
    assert "joined Lakeside Family Practice on Apr 1, 2027" in packet


def test_nobody_is_in_a_virtual_group_before_its_performance_year(election):
    report_clinician(election, "2000000002", UpdateKind.JOINED, on=date(2026, 12, 15))
    assert exported()[-1] == ("2000000002", "2027-01-01", "")


@pytest.mark.parametrize(
    ("kept", "refused", "sentence"),
    [
        (
            [("joined", "2027-06-01")],
            ("left", "2027-03-01"),
            "Nothing was reported. The clinician with NPI 2000000002 joined this practice on Jun 1, 2027, so "
            "they cannot "
            "have left on Mar 1, 2027. Enter Jun 1, 2027 or a later date.",
        ),
        (
            [("joined", "2027-02-01"), ("left", "2027-06-01")],
            ("joined", "2027-05-31"),
            "Nothing was reported. The clinician with NPI 2000000002 left this practice on Jun 1, 2027, so they cannot "
            "have joined again on May 31, 2027. Enter Jun 1, 2027 or a later date.",
        ),
    ],
)
def test_the_days_of_a_clinicians_reports_follow_each_other(client, election, kept, refused, sentence):
    for kind, day in kept:
        assert report(client, election, kind=kind, effective_on=day).status_code == 302
    before = exported()
    answer = report(client, election, kind=refused[0], effective_on=refused[1])
    assert sentence in text(answer)
    assert (exported(), Update.objects.count()) == (before, len(kept))
    same_day = report(client, election, kind=refused[0], effective_on="2027-06-01")
    assert same_day.status_code == 302, "the same day will do"


def test_who_left_before_the_year_began_was_in_it_for_no_day(client, election, set_clock):
    set_clock("2026-12-20T10:00:00-05:00")
    assert report(client, election, kind="left", npi="1234567893", effective_on="2026-12-15").status_code == 302
    assert exported()[1] == ("1234567893", "2027-01-01", "2027-01-01")
    assert "(it counts from Jan 1, 2027, when the performance year begins)" in text(
        client.get(f"/elections/{election.pk}/updates/{Update.objects.get().pk}")
    )


def test_the_export_for_cms_escapes_nothing_else(cms_data):
    ElectionFactory(practices=(replace(OTHER, name="＝Harbor"), BY_SSN), name=" =Group", state="approved")
    row = next(row for row in exported_rows() if row["npi"] == OTHER.npis[0])
    assert (row["virtual_group_name"].strip(), row["practice_name"]) == ("=Group", "＝Harbor")


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_begins_like_a_formula_is_escaped(cms_data, begins):
    NppesRecord.objects.filter(npi=OTHER.npis[0]).update(last_name=f"{begins}1+1", first_name="A-B=C")
    odd = replace(OTHER, name=f"{begins}Harbor")
    ElectionFactory(practices=(odd, BY_SSN), name=f"{begins}Group", state="approved")
    row = next(row for row in exported_rows() if row["npi"] == OTHER.npis[0])
    names = ("virtual_group_name", "practice_name", "last_name", "first_name", "tin", "from_date")
    assert [row[name] for name in names] == [
        f"'{begins}Group",
        f"'{begins}Harbor",
        f"'{begins}1+1",
        "A-B=C",
        OTHER.tin,
        "2027-01-01",
    ]


def test_what_was_reported_stays_in_the_packet_of_the_next_submission(client, election, reviewer, set_clock):
    report(client, election, kind="left", npi="1234567893", effective_on="2027-03-31")
    set_clock("2026-12-20T10:00:00-05:00")
    solo = election.members.get(position=1)
    client.post(f"/elections/{election.pk}/practices/{solo.pk}/remove")
    submit(complete(election, OTHER))
    packet = text(signed_in(reviewer).get(desk(election)))
    assert "NPI 1234567893 left Lakeside Family Practice on Mar 31, 2027" in packet
    assert "by Dana Rivera, about submission 1)" in packet
    assert "Submission 1: approved · Alex Reviewer" in packet


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"npi": "1234567893"}, "NPI 1234567893 is already listed under this practice."),
        ({"kind": "left"}, "NPI 2000000002 is not listed under this practice, or is already reported as having left."),
        ({"npi": "2000000003"}, "The last digit does not match the others"),
        ({"effective_on": "31/12/2027"}, "Enter a valid date."),
        ({"kind": ""}, "What happened? Choose one."),
        ({"npi": ""}, "NPI: Fill this in."),
        ({"effective_on": ""}, "On what date? Enter the date."),
    ],
)
def test_a_wrong_report_changes_nothing(election, client, fields, sentence):
    answer = report(client, election, **fields)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Update.objects.count() == 0


def test_contact_details_are_reported(client, election):
    fields = {"name": "Dana R. Rivera", "email": "dana@example.org", "phone": "555-0199"}
    path = f"/elections/{election.pk}/updates/contact"
    assert client.post(path, fields).status_code == 302
    assert Update.objects.get().details == {
        "before": {"name": "Dana Rivera", "email": "dana@example.org", "phone": "555-0100"},
        "after": fields,
    }
    assert "Phone: Fill this in." in text(client.post(path, fields | {"phone": ""}))
    answer = client.post(path, fields | {"email": "else@example.org"})
    assert "else@example.org is not a verified email address of your account." in answer.content.decode()
    assert Update.objects.count() == 1
    assert "You have changes that are not submitted" not in client.get(f"/elections/{election.pk}/").content.decode()


def test_who_took_over_before_the_approval_is_on_record(cms_data, reviewer, set_clock):
    sam, waiting = (
        UserFactory(email="sam@example.org", name="Sam Successor"),
        ElectionFactory(practices=(OTHER, BY_SSN), state="in_review"),
    )
    now = set_clock("2026-12-02T10:00:00-05:00")
    invite(waiting.pk, email=sam.email, kind="representative", by=waiting.started_by, now=now)
    [invitation] = open_for(sam, now)
    accept(invitation, by=sam, now=now)
    decisions.approve(waiting.pk, by=reviewer, now=now, submission_number=1)
    take_effect(waiting)
    form = signed_in(sam).get(f"/elections/{waiting.pk}/updates/contact").context["form"]
    assert form.initial == {"name": "Sam Successor", "email": "sam@example.org", "phone": "555-0100"}


def test_only_an_approved_election_is_updated(cms_data, client):
    election = ElectionFactory(practices=(OTHER, BY_SSN))
    for page in ("updates", "updates/contact", "updates/clinician"):
        assert client.get(f"/elections/{election.pk}/{page}").headers["Location"] == f"/elections/{election.pk}/"
    assert Election.objects.get(pk=election.pk).status == "draft"
