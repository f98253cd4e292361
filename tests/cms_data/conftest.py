"""Files to load, and loads as the command line does them."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Role
from eligibility.data import cms_data
from eligibility.models import LoadRun
from tests.factories.load_files import EIN, clinician, listed, practice, write


def statuses() -> list[str]:
    """Return the status of each load, the first load's first."""
    return list(LoadRun.objects.order_by("pk").values_list("status", flat=True))


def patients_shown() -> int | None:
    """Return how many patients the site shows of the practice that files list unless a test says otherwise."""
    [data] = cms_data.practice_data(2027, [listed("EIN", EIN, [])])
    return data.patients if data else None


class Said(NamedTuple):
    """What a command said: exit status, standard output, standard error as lines."""

    status: int
    out: str
    err: list[str]


def run(*command: object) -> Said:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*map(str, command), stdout=out, stderr=err)
    except CommandError as refusal:
        return Said(refusal.returncode, out.getvalue(), [*err.getvalue().splitlines(), str(refusal)])
    return Said(0, out.getvalue(), err.getvalue().splitlines())


Load = Callable[..., Said]


@pytest.fixture
def steward(staff: Callable[..., Client]) -> Client:
    """The browser of a data steward."""
    return staff(Role.DATA_STEWARD, email="data_steward@example.gov")


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write practices and clinicians (rows) to files and load them; the rows are one right practice unless given."""

    def load(practices=None, clinicians=None, *options: str) -> Said:
        first = write(tmp_path / "practices.csv", practices or [practice()])
        second = write(tmp_path / "clinicians.csv", clinicians or [clinician()])
        return run("load_determinations", first, second, *options)

    return load


@pytest.fixture
def load_nppes(tmp_path: Path) -> Load:
    """Write rows to an NPPES file and load it."""

    def load_nppes(*rows: dict[str, str]) -> Said:
        return run("load_nppes", write(tmp_path / "npidata_pfile_20261108.csv", rows))

    return load_nppes
