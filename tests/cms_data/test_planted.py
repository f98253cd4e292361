"""A full SSN planted at every place of a load is nowhere in the database, nor in what is said of it."""

import pytest

from eligibility.models import DeterminationClinician, LoadRun, NppesRecord
from tests.factories.load_files import NPIS, NPPES, clinician, nppes, practice, write
from tests.factories.numbers import npi
from tests.factories.practices import LoadRunFactory
from tests.planted.numbers import SHAPES, SSN, WHOLE_SSN, found
from tests.planted.places import tables

from .conftest import run

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("ssn", [SSN, "457-55-5462"])
def test_no_ssn_in_the_database(ssn, load, load_nppes, tmp_path) -> None:
    said = []
    if ssn == SSN:
        said.append(load([practice(tin_kind="SSN", tin=ssn)], [clinician(tin_kind="SSN", tin=ssn)]))
        assert (said[0].status, DeterminationClinician.objects.count()) == (0, 1)
    planted_practices = [practice() | {column: ssn} for column in practice()]
    planted_clinicians = [clinician() | {column: ssn} for column in clinician()]
    said.append(load([practice(), *planted_practices], [clinician(), *planted_clinicians]))
    header = write(tmp_path / f"{ssn}.csv", [{ssn: "1", "tin": ssn}])
    said.append(run("load_determinations", header, header))
    names = {column: ssn for column in NPPES if column.startswith("Provider")}
    said.append(load_nppes(nppes() | names))
    said.append(load_nppes(*(nppes(NPIS[0]) | {column: ssn} for column in NPPES)))
    assert [answer.status for answer in said] == [0, 1, 1, 0, 1][-len(said) :]
    assert LoadRun.objects.filter(status="failed").count() == 3
    assert found(WHOLE_SSN, tables() + str(said)) == []


def test_no_shape_of_it_in_a_load_of_determinations(load) -> None:
    by_name = ("name", "last_name", "first_name")
    practices = [practice() | {column: shape} for shape in SHAPES for column in practice()]
    clinicians = [clinician() | {column: shape} for shape in SHAPES for column in clinician()]
    said = load(practices, clinicians)
    run_ = LoadRun.objects.get()
    refused = {row["column"]: row["count"] for row in run_.error_counts if row["problem"].startswith("It contains 9")}
    assert (said.status, refused) == (1, dict.fromkeys(by_name, len(SHAPES) - 1)), "of a tab, that is said"
    assert found(WHOLE_SSN, tables() + str(said)) == []


def test_no_shape_of_it_in_a_name_of_nppes(load_nppes) -> None:
    names = [column for column in NPPES if column.startswith("Provider") and "Name" in column]
    rows = [nppes(npi(number)) | dict.fromkeys(names, shape) for number, shape in enumerate(SHAPES)]
    assert load_nppes(*rows).status == 0
    assert LoadRun.objects.get().counts["names_cut"] == len(names) * len(SHAPES)
    assert NppesRecord.objects.filter(last_name__contains="•••", first_name__contains="•••").count() == len(SHAPES)
    assert found(WHOLE_SSN, tables()) == []


def test_the_search_would_find_it() -> None:
    LoadRunFactory(kind="nppes", performance_year=None, started_by=f"x {SSN}")
    assert found(WHOLE_SSN, tables()) != []
