"""A full SSN planted at every place of a load is nowhere in the database, nor in what is said of it."""

import re

import pytest
from django.db import connection

from eligibility.models import DeterminationClinician, LoadRun

from . import make
from .conftest import run
from .make import NPIS, SSN, clinician, practice

pytestmark = pytest.mark.django_db

PLANTED = re.compile(r"457[-\s]?55[-\s]?5462")


def database() -> str:
    """Return every row of every table as COPY gives it."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT') as rows:
                parts += [bytes(row).decode() for row in rows]
    return "".join(parts)


@pytest.mark.parametrize("ssn", [SSN, "457-55-5462"])
def test_no_ssn_in_the_database(ssn, load, load_nppes, tmp_path) -> None:
    said = []
    if ssn == SSN:
        said.append(load([practice(tin_kind="SSN", tin=ssn)], [clinician(tin_kind="SSN", tin=ssn)]))
        assert (said[0].status, DeterminationClinician.objects.count()) == (0, 1)
    planted_practices = [practice() | {column: ssn} for column in make.PRACTICE]
    planted_clinicians = [clinician() | {column: ssn} for column in make.CLINICIAN]
    said.append(load([practice(), *planted_practices], [clinician(), *planted_clinicians]))
    header = make.write(tmp_path / f"{ssn}.csv", [{ssn: "1", "tin": ssn}])
    said.append(run("load_determinations", header, header))
    names = {column: ssn for column in make.NPPES if column.startswith("Provider")}
    said.append(load_nppes(make.nppes() | names))
    said.append(load_nppes(*(make.nppes(NPIS[0]) | {column: ssn} for column in make.NPPES)))
    assert [answer.status for answer in said] == [0, 1, 1, 0, 1][-len(said) :]
    assert LoadRun.objects.filter(status="failed").count() == 3
    for text in (database(), str(said)):
        assert [text[max(hit.start() - 90, 0) : hit.end() + 40] for hit in PLANTED.finditer(text)] == []


def test_the_search_would_find_it() -> None:
    LoadRun.objects.create(kind="nppes", started_at="2026-12-01T10:00Z", started_by=f"x {SSN}")
    assert PLANTED.findall(database()) == [SSN]
