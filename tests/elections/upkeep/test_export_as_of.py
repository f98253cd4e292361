"""What can be asked of the export, what it writes of names, and which identifiers it has.

The export as of any day, and as recorded by any moment, is held to a year of updates in test_year.py.
"""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from elections.desk.reopening import reopen
from elections.models import Election, Export
from eligibility.loads.runs import only_load
from eligibility.models import FormerName, LoadKind, LoadRun
from ground import clock
from tests.elections.steps import desk, replace_identifier
from tests.elections.upkeep.exported import exported, rows
from tests.factories.elections import ElectionFactory
from tests.factories.load_files import nppes, write
from tests.factories.people import LeadFactory, ReviewerFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, LoadRunFactory, PracticeFactory, load_cms_data

pytestmark = pytest.mark.django_db

SURE = {"is_sure": "on", "sure_of": "1629200712"}


@pytest.fixture(scope="module")
def approved_once(module_db: None) -> Election:
    """Three practices, approved on December 1, 2026."""
    load_cms_data()
    return ElectionFactory(practices=(SOLO, GROUP, OTHER), state="approved")


@pytest.fixture
def election(approved):
    return approved


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


def test_only_csv_is_escaped(cms_data):
    ElectionFactory(practices=(BY_SSN, PracticeFactory.build()), name="=Group", state="approved")
    assert ",'=Group," in exported()
    assert '"virtual_group_name": "=Group"' in exported(format="jsonl")


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
    LoadRunFactory(kind="nppes", performance_year=None, status=LoadRun.Status.LOADING, activated_at=None)
    with only_load(LoadKind.NPPES):
        assert len(rows(exported(recorded_by="2026-12-01T10:15:00-05:00"))) == 5
        with pytest.raises(CommandError, match=r"An NPPES load that started Dec 1, 2026, 10:30:00 a\.m\. ET is still"):
            exported(recorded_by="2026-12-01T10:30:00-05:00")


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
