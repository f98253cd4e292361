"""The export as of any day, and as recorded by any moment: the same bytes forever, whatever happens later.

What the roster of each day is, test_year.py holds to files written by hand.
"""

import csv
import hashlib
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, transaction

from elections.desk import decisions
from elections.desk.reopening import reopen
from elections.models import Election, Export, Update
from elections.submission.actions import withdraw
from elections.upkeep.export import COLUMNS
from eligibility.loads.runs import only_load
from eligibility.models import FormerName, LoadKind, LoadRun
from ground import clock
from tests.elections.steps import desk, hidden
from tests.elections.upkeep.test_year import play
from tests.factories.elections import ElectionFactory, take_effect
from tests.factories.load_files import nppes, write
from tests.factories.people import LeadFactory, ReviewerFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO, LoadRunFactory, PracticeFactory, load_cms_data

pytestmark = pytest.mark.django_db

SURE = {"is_sure": "on", "sure_of": "1629200712"}
JULY_1 = "2027-07-01T00:00:00-04:00"
LATER = "2028-02-01T10:00:00-05:00"


@pytest.fixture
def election(cms_data):
    """Three practices, approved on December 1, 2026."""
    return ElectionFactory(practices=(SOLO, GROUP, OTHER), state="approved")


@pytest.fixture
def played(client, election, set_clock):
    """The same, with the year of test_year.py behind it; it is now February 2028."""
    play(client, election, set_clock)
    set_clock(LATER)
    return Election.objects.get(pk=election.pk)


def exported(**options):
    out = io.StringIO()
    call_command("export_virtual_groups", performance_year=2027, stdout=out, **options)
    return out.getvalue()


def rows(text):
    """Return NPI, the last four of the TIN, and the two days of each row."""
    read = csv.DictReader(io.StringIO(text, newline=""))
    return [(row["npi"], row["tin"][-1], row["from_date"], row["to_date"]) for row in read]


def replace_identifier(client, election, identifier, **fields):
    address = desk(election, "identifier/")
    shown = client.post(address, {"identifier": identifier, **fields})
    if not shown.context["mail"]:
        return shown
    return client.post(address, hidden(shown) | {"identifier": identifier, **fields}, follow=True)


def test_a_day_outside_the_year_is_the_nearest_one_in_it(played):
    first, last = exported(as_of="2027-01-01"), exported(as_of="2027-12-31")
    assert first != last
    assert (exported(as_of="2026-12-10"), exported(as_of="2028-01-15")) == (first, last)


def test_as_recorded_by_now_it_is_everything(played):
    assert exported(recorded_by=LATER) == exported()


def test_as_recorded_by_a_moment_it_is_the_same_bytes_whatever_happens_later(
    client, played, reviewer, lead, set_clock, tmp_path
):
    asked = [{"recorded_by": JULY_1, "format": kind} for kind in ("csv", "jsonl")]
    asked += [{**each, "as_of": "2027-07-31"} for each in asked]
    asked += [{**asked[0], "changed_since": "2027-02-15T00:00:00-05:00"}]
    before = [exported(**each) for each in asked]

    def assert_same(what):
        assert [exported(**each) for each in asked] == before, what

    back_dated = {"kind": "left", "practice": 1, "npi": "1558598797", "effective_on": "2027-02-01"}
    client.post(f"/elections/{played.pk}/updates/clinician", back_dated)
    assert ("1558598797", "2", "2027-01-01", "2027-02-01") in rows(exported())
    assert_same("a back-dated update")
    client.post(f"/elections/{played.pk}/updates/{Update.objects.latest('pk').pk}/undo")
    assert ("1558598797", "2", "2027-01-01", "") in rows(exported())
    assert_same("an undone one")

    said = replace_identifier(signed_in(reviewer), played, "VG-1", reason="CMS assigned it.").content.decode()
    assert "The identifier was replaced." in said
    assert ",VG-1,Harbor Group," in exported()
    assert_same("another identifier")

    write(tmp_path / "nppes.csv", [nppes("1558598797", **{"Provider Last Name (Legal Name)": "VALE"})])
    call_command("load_nppes", str(tmp_path / "nppes.csv"), stdout=io.StringIO())
    assert "1558598797,VALE,DANA," in exported()
    assert_same("another name in NPPES")

    reopen(played.pk, by=lead, now=clock.now(), submission_number=1, reason="A TIN is wrong.")
    assert rows(exported()) == []
    assert_same("a reopening")
    decisions.reject(played.pk, by=reviewer, now=clock.now(), submission_number=1, reasons="The TIN.", in_place=True)
    take_effect(played)
    assert_same("a rejection")


def test_a_name_that_nppes_did_not_list_by_then_is_empty(election, set_clock, tmp_path, client):
    set_clock("2027-04-01T10:00:00-04:00")
    joined = {"kind": "joined", "practice": 1, "npi": "1629200712", "effective_on": "2027-03-01", **SURE}
    assert client.post(f"/elections/{election.pk}/updates/clinician", joined).status_code == 302
    for month, name in ((5, "VALE"), (6, "REED"), (7, "REED"), (8, "VALE")):
        set_clock(f"2027-0{month}-01T10:00:00-04:00")
        of_month = {"Provider Last Name (Legal Name)": name, "NPI_Deactivation_Date": f"0{month}/01/2026"}
        write(tmp_path / f"{month}.csv", [nppes("1629200712", **of_month)])
        call_command("load_nppes", str(tmp_path / f"{month}.csv"), stdout=io.StringIO())
    names = []
    for month in (4, 5, 6, 7, 8):
        text = exported(recorded_by=f"2027-0{month}-15T10:00:00+00:00" if month < 8 else "2027-08-01T10:00:00-04:00")
        names.append(next(row["last_name"] for row in csv.DictReader(io.StringIO(text)) if row["npi"] == joined["npi"]))
    assert names == ["", "VALE", "REED", "REED", "VALE"]
    assert list(FormerName.objects.values_list("last_name", flat=True)) == ["VALE", "REED"]


def test_an_approval_counts_from_its_effect_on_and_while_it_stands(cms_data, reviewer, lead, set_clock):
    election, now = ElectionFactory(state="in_review"), clock.now()
    decisions.approve(election.pk, by=reviewer, now=now, submission_number=1, identifier="VG-1")
    set_clock("2026-12-01T10:00:30-05:00")
    decisions.take_back(election.pk, by=reviewer, now=clock.now())
    set_clock("2026-12-02T10:00:00-05:00")
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1, identifier="VG-2")
    take_effect(election)
    set_clock("2026-12-03T10:00:00-05:00")
    reopen(election.pk, by=lead, now=clock.now(), submission_number=1, reason="A TIN is wrong.")
    set_clock("2026-12-04T10:00:00-05:00")
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1, identifier="VG-3")
    take_effect(election)
    set_clock("2026-12-05T10:00:00-05:00")
    moments = {
        "2026-12-01T10:00:10-05:00": set(),
        "2026-12-01T10:01:10-05:00": set(),
        "2026-12-02T10:00:59-05:00": set(),
        "2026-12-02T10:01:00-05:00": {"VG-2"},
        "2026-12-03T09:59:59-05:00": {"VG-2"},
        "2026-12-03T10:00:00-05:00": set(),
        "2026-12-04T10:01:00-05:00": {"VG-3"},
    }
    for moment, identifiers in moments.items():
        read = csv.DictReader(io.StringIO(exported(recorded_by=moment)))
        assert {row["virtual_group_identifier"] for row in read} == identifiers, moment


def test_a_decision_undone_late_by_a_withdrawal_changes_no_answer(client, cms_data, reviewer, set_clock):
    election = ElectionFactory(state="in_review")
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1, identifier="VG-1")
    set_clock("2026-12-01T10:05:00-05:00")  # the sweep is late
    before = exported(recorded_by="2026-12-01T10:04:00-05:00")
    assert before.count(",VG-1,Harbor Group,") == 3
    assert exported() == before.splitlines(keepends=True)[0]
    withdraw(election.pk, by=election.started_by, now=clock.now())
    assert Election.objects.get().virtual_group_identifier is None
    assert exported(recorded_by="2026-12-01T10:04:00-05:00") == before
    assert len(exported(recorded_by="2026-12-01T10:05:00-05:00").splitlines()) == 1


def test_both_formats_say_the_same(played):
    lines = exported(format="jsonl").splitlines()
    objects = [json.loads(line) for line in lines]
    assert [list(each) for each in objects] == [list(COLUMNS)] * 6
    assert [{**each, "performance_year": "2027"} for each in objects] == list(csv.DictReader(io.StringIO(exported())))
    assert lines[1] == (
        '{"performance_year": 2027, "virtual_group_identifier": "'
        + played.virtual_group_identifier
        + '", "virtual_group_name": "Harbor Group", "tin_kind": "EIN", "tin": "961000002", '
        '"practice_name": "Lakeside Primary Care", "npi": "1234567893", "last_name": "NAME7893", '
        '"first_name": "ROBIN", "from_date": "2027-01-01", "to_date": "2027-01-01"}'
    )


def test_only_csv_is_escaped(cms_data):
    ElectionFactory(name="=Group", state="approved")
    assert ",'=Group," in exported()
    assert '"virtual_group_name": "=Group"' in exported(format="jsonl")


def test_changes_since_a_moment_are_the_rows_that_differ(played):
    july, march = "2027-07-01T00:00:00-04:00", "2027-03-10T00:00:00-05:00"
    assert rows(exported(changed_since=LATER)) == []
    assert rows(exported(changed_since=july)) == [
        ("1003003153", "2", "2027-05-15", "2027-05-15"),
        ("1003001041", "3", "2027-01-01", "2027-08-01"),
    ]
    assert rows(exported(changed_since=march, recorded_by=july)) == [("1003003153", "2", "2027-05-15", "")]
    assert rows(exported(changed_since=july, as_of="2027-07-31")) == [("1003003153", "2", "2027-05-15", "2027-05-15")]
    assert rows(exported(changed_since="2027-02-20T00:00:00-05:00", recorded_by=march)) == [
        ("1234567893", "2", "2027-01-01", "2027-01-01"),
        ("1558598797", "2", "2027-01-01", ""),
    ]


def test_a_group_that_is_no_longer_approved_was_in_it_for_no_day(election, lead, set_clock):
    set_clock("2027-03-01T10:00:00-05:00")
    reopen(election.pk, by=lead, now=clock.now(), submission_number=1, reason="A TIN is wrong.")
    gone = rows(exported(changed_since="2027-02-01T00:00:00-05:00"))
    assert len(gone) == 5
    assert {(begins, ends) for _, _, begins, ends in gone} == {("2027-01-01", "2027-01-01")}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"as_of": "31.07.2027"}, "--as-of: “31.07.2027” is not a day. Write it as YYYY-MM-DD."),
        (
            {"recorded_by": "2027-07-01T00:00:00"},
            "--recorded-by: “2027-07-01T00:00:00” is not a moment. Write it with its offset, as in "
            "2027-07-01T00:00:00-04:00.",
        ),
        (
            {"changed_since": "yesterday"},
            "--changed-since: “yesterday” is not a moment. Write it with its offset, as in 2027-07-01T00:00:00-04:00.",
        ),
        (
            {"recorded_by": "2026-12-01T10:00:01-05:00"},
            "--recorded-by: This time is in the future. Enter an earlier one.",
        ),
        (
            {"recorded_by": "2026-11-01T10:00:00-05:00", "changed_since": "2026-11-02T10:00:00-05:00"},
            "--changed-since: Enter Nov 1, 2026, 10:00:00 a.m. ET or an earlier moment.",
        ),
        ({"performance_year": 2017}, "--performance-year: Enter a year from 2018 to 2032."),
    ],
)
def test_what_cannot_be_asked_is_refused(db, options, said):
    asked = {"performance_year": 2027} | options
    with pytest.raises(CommandError) as refused:
        call_command("export_virtual_groups", **asked)
    assert str(refused.value) == said
    assert Export.objects.count() == 0


def test_while_nppes_is_loaded_only_moments_before_it_are_answered(election, set_clock):
    LoadRunFactory(kind="nppes", performance_year=None, status=LoadRun.Status.LOADING, activated_at=None)
    set_clock("2026-12-01T10:30:00-05:00")
    with only_load(LoadKind.NPPES):
        with pytest.raises(CommandError) as refused:
            exported(recorded_by="2026-12-01T10:15:00-05:00")
        assert rows(exported(recorded_by="2026-12-01T09:59:00-05:00")) == []
    assert str(refused.value) == (
        "--recorded-by: An NPPES load that started Dec 1, 2026, 10:00:00 a.m. ET is still running. Wait until it ends, "
        "or enter an earlier moment."
    )


def test_an_nppes_load_that_was_killed_keeps_no_moment_from_being_answered(election, set_clock):
    LoadRunFactory(kind="nppes", performance_year=None, status=LoadRun.Status.LOADING, activated_at=None)
    set_clock("2026-12-01T10:30:00-05:00")
    assert len(rows(exported(recorded_by="2026-12-01T10:15:00-05:00"))) == 5
    with only_load(LoadKind.DETERMINATIONS):
        assert exported(recorded_by="2026-12-01T10:15:00-05:00") == exported()


def test_each_export_is_kept_for_good(played):
    text = exported(as_of="2027-07-31", recorded_by=JULY_1)
    made = Export.objects.get()
    assert (made.by, made.at, made.performance_year, made.format) == (None, clock.now(), 2027, "csv")
    assert made.arguments == {"as_of": "2027-07-31", "recorded_by": JULY_1}
    assert (made.row_count, made.identifiers) == (7, [played.virtual_group_identifier])
    assert made.sha256 == hashlib.sha256(text.encode()).hexdigest()
    for change in (lambda: Export.objects.update(row_count=0), lambda: Export.objects.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_three_groups_take_as_many_queries_as_one(db, set_clock, django_assert_num_queries):
    practices = PracticeFactory.build_batch(6)
    load_cms_data(practices)
    for number, moment in ((1, "2026-12-01T10:30:00-05:00"), (3, "2026-12-01T11:30:00-05:00")):
        while Election.objects.count() < number:
            at = 2 * Election.objects.count()
            ElectionFactory(practices=practices[at : at + 2], name=f"Group {at}", state="approved")
        set_clock(moment)
        with django_assert_num_queries(6):
            everything = exported()
        with django_assert_num_queries(9):
            assert exported(recorded_by=moment) == everything
        assert len(everything.splitlines()) == 1 + 2 * number


def test_replacing_an_identifier_that_an_export_has_needs_a_reason(client, election):
    reviewer = signed_in(ReviewerFactory())
    assert "reason" not in reviewer.get(desk(election, "identifier/")).context["form"].fields
    replace_identifier(reviewer, election, "VG-1")
    assert Election.objects.get().virtual_group_identifier == "VG-1"
    exported(format="jsonl")
    refused = replace_identifier(reviewer, election, "VG-2").content.decode()
    assert "Enter your reason. An export already has the current identifier." in refused
    assert Election.objects.get().virtual_group_identifier == "VG-1"
    replace_identifier(reviewer, election, "VG-2", reason="CMS sent another one on Dec 3.")
    assert Election.objects.get().virtual_group_identifier == "VG-2"
    packet = reviewer.get(desk(election)).content.decode()
    assert "(CMS sent another one on Dec 3.)" in packet
    replace_identifier(signed_in(LeadFactory()), election, "VG-3")
    assert Election.objects.get().virtual_group_identifier == "VG-3", "no export has the one before"
