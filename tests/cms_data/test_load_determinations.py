"""load_determinations, as on the command line: what becomes active, what stays, what is said."""

import gzip
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from eligibility.data import cms_data
from eligibility.law.facts import ClinicianData, PracticeData
from eligibility.loads import determinations, runs
from eligibility.loads.report import LoadRefused
from eligibility.models import DeterminationClinician, DeterminationPractice, LoadRun
from tests.conftest import PINNED
from tests.factories.load_files import EIN, NPIS, SSN, clinician, listed, practice, write
from tests.factories.practices import LoadRunFactory

from .conftest import patients_shown, run

pytestmark = pytest.mark.django_db


def statuses() -> list[tuple[int | None, str, bool]]:
    return list(LoadRun.objects.order_by("pk").values_list("performance_year", "status", "rows_kept"))


def test_becomes_active_as_one_run(load, tmp_path) -> None:
    said = load()
    found = LoadRun.objects.get()
    assert said == (0, f"Determinations for 2027: run {found.pk} is active. 1 practice, 1 clinician.\n", [])
    assert (found.kind, found.performance_year, found.status) == ("determinations", 2027, "active")
    assert found.counts == {"practices": 1, "clinicians": 1}
    assert found.files == [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name in ("practices.csv", "clinicians.csv")
        for content in [(tmp_path / name).read_bytes()]
    ]
    assert found.by is None
    assert found.started_by.endswith(", on the command line")
    assert (found.started_at, found.activated_at, found.finished_at) == (PINNED, PINNED, PINNED)
    assert cms_data.practice_data(2027, [listed("EIN", EIN, ())]) == [
        PracticeData(
            Decimal("90000.01"),
            201,
            200,
            (ClinicianData(NPIS[0], "physician", False, "none", Decimal(45000), 100, None, False, True, False, True),),
        )
    ]
    practice = DeterminationPractice.objects.get()
    assert (practice.name, practice.tin_kind, practice.tin_last4) == ("Lakeside Family Medicine", "EIN", "4567")
    assert (practice.clinicians.get().last_name, practice.clinicians.get().first_name) == ("Rivera", "Dana")


def test_columns_stand_in_any_order_and_files_may_be_gzipped(tmp_path) -> None:
    rows = [dict(reversed(row.items())) for row in (practice(name='A "fine" \\N, practice'), clinician())]
    paths = [write(tmp_path / name, [row]) for name, row in zip(("p.csv", "c.csv"), rows, strict=True)]
    zipped = [Path(f"{path}.gz") for path in paths]
    for path, target in zip(paths, zipped, strict=True):
        target.write_bytes(gzip.compress(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")))
    assert run("load_determinations", *zipped).status == 0
    assert DeterminationPractice.objects.get().name == 'A "fine" \\N, practice'
    assert DeterminationClinician.objects.get().npi == NPIS[0]


def test_a_row_in_which_every_cell_is_empty_is_no_row(tmp_path) -> None:
    """As Excel leaves them at the end of what it saves as CSV."""
    practices = write(tmp_path / "practices.csv", [practice()])
    clinicians = write(tmp_path / "clinicians.csv", [clinician()])
    for path in (practices, clinicians):
        header, row = path.read_bytes().splitlines()
        path.write_bytes(b"\r\n".join([b"\xef\xbb\xbf" + header, b",,,,,,", row, b'""', b"," * 40, b""]))
    said = run("load_determinations", practices, clinicians, "--stage")
    assert (said.status, said.err) == (0, [])
    assert LoadRun.objects.get().counts == {"practices": 1, "clinicians": 1}


def test_empty_cells_are_not_known(load) -> None:
    nothing = dict.fromkeys(("allowed_charges", "patients", "services"), "")
    names = {"last_name": "", "first_name": ""}
    assert load([practice(name="", **nothing)], [clinician(**names, **nothing)]).status == 0
    [data] = cms_data.practice_data(2027, [listed("EIN", EIN, ())])
    assert data is not None
    assert (data.allowed_charges, data.patients, data.services) == (None, None, None)
    assert (data.clinicians[0].allowed_charges, data.clinicians[0].patients, data.clinicians[0].services) == (None,) * 3


def test_the_same_files_again_change_nothing(load) -> None:
    load()
    before = list(LoadRun.objects.values())
    run_id = before[0]["id"]
    for options in ((), ("--stage",)):
        said = load(None, None, *options)
        already = f"these files were already loaded (run {run_id}, active). Nothing changed."
        assert said == (0, f"Determinations for 2027: {already}\n", [])
    assert list(LoadRun.objects.values()) == before


def test_a_later_run_supersedes_and_only_the_run_before_keeps_its_rows(load) -> None:
    for patients in ("1", "2", "3"):
        assert load([practice(patients=patients)]).status == 0
    assert statuses() == [(2027, "superseded", False), (2027, "superseded", True), (2027, "active", True)]
    assert set(DeterminationPractice.objects.values_list("patients", flat=True)) == {2, 3}
    assert DeterminationClinician.objects.count() == 2
    assert patients_shown() == 3


def test_only_its_own_year_is_replaced(load) -> None:
    load()
    load([practice(performance_year="2026")], [clinician(performance_year="2026")])
    assert statuses() == [(2027, "active", True), (2026, "active", True)]


def test_a_staged_run_waits_and_its_files_make_it_active(load) -> None:
    load()
    said = load([practice(patients="9")], None, "--stage")
    staged = LoadRun.objects.get(status="staged")
    assert said.out == f"Determinations for 2027: run {staged.pk} is staged. 1 practice, 1 clinician.\n"
    assert staged.activated_at is None
    assert patients_shown() == 201
    said = load([practice(patients="9")])
    assert said.out == f"Determinations for 2027: these files were staged as run {staged.pk}. It is active now.\n"
    assert statuses() == [(2027, "superseded", True), (2027, "active", True)]
    assert patients_shown() == 9


def test_staging_again_replaces_what_was_staged(load) -> None:
    load([practice(patients="1")], None, "--stage")
    load([practice(patients="2")], None, "--stage")
    assert statuses() == [(2027, "superseded", False), (2027, "staged", True)]
    assert list(DeterminationPractice.objects.values_list("patients", flat=True)) == [2]


def test_one_can_go_back_to_the_run_before(load) -> None:
    load([practice(patients="1")])
    load([practice(patients="2")])
    before = LoadRun.objects.get(status="superseded")
    runs.activate(before, now=PINNED)
    assert statuses() == [(2027, "active", True), (2027, "superseded", True)]
    load([practice(patients="3")])
    with pytest.raises(LoadRefused, match="can activate only a staged run"):
        runs.activate(LoadRun.objects.get(rows_kept=False), now=PINNED)


def test_an_ssn_is_cut_and_joined_as_given(load) -> None:
    ssn = {"tin_kind": "SSN", "tin": SSN}
    other = {"tin_kind": "SSN", "tin": "987555462"}  # the same last six digits
    short = {"tin_kind": "SSN", "tin": "555462"}
    practices = [practice(**ssn, patients="1"), practice(**other, patients="2")]
    practices.append(practice(**short, patients="3"))
    clinicians = [clinician(npi=npi, **tin) for npi, tin in zip(NPIS, (ssn, other, short), strict=False)]
    assert load(practices, clinicians).status == 0
    asked = [listed("SSN", "555462", [npi]) for npi in NPIS]
    assert [data and data.patients for data in cms_data.practice_data(2027, asked)] == [1, 2, 3, None]
    assert set(DeterminationPractice.objects.values_list("tin_key", "tin_last4")) == {(None, "5462")}


def test_an_interrupted_load_is_told_by_the_next(load) -> None:
    LoadRunFactory(status="loading", activated_at=None, finished_at=None, started_by="a killed worker")
    assert load().status == 0
    dead = LoadRun.objects.order_by("pk")[0]
    assert (dead.status, dead.error_count) == ("failed", 1)
    interrupted = "The load was interrupted before its end. Nothing changed. Load the files again."
    assert dead.errors[0]["problem"] == interrupted


def test_what_breaks_it_in_the_middle_undoes_it(tmp_path) -> None:
    files = [write(tmp_path / "p.csv", [practice()]), write(tmp_path / "c.csv", [clinician()])]

    def break_off(name: str, rows: int, done: int, size: int) -> None:
        if name == "c.csv":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        determinations.load(*files, by=None, now=PINNED, progress=break_off)
    assert statuses() == [(None, "failed", False)]
    assert (DeterminationPractice.objects.count(), DeterminationClinician.objects.count()) == (0, 0)
    call_command("load_determinations", *map(str, files))
    assert statuses() == [(None, "failed", False), (2027, "active", True)]
