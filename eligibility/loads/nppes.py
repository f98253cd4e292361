"""NPPES: who stands behind each NPI, from the file as NPPES publishes it (contracts.md 3)."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

from django.db import connection

from accounts.models import User
from ground import clock
from ground.private_numbers import mask_private_numbers

from ..law.identifiers import npi_problem
from ..models import LoadKind, LoadRun
from . import cells, runs
from .copying import NULL, analyze, copy_rows, escaped
from .files import Progress, SourceFile
from .report import Report

TYPE = "Entity Type Code"
DEACTIVATED = "NPI Deactivation Date"
REACTIVATED = "NPI Reactivation Date"
NAMES = ("Provider Organization Name (Legal Business Name)", "Provider Last Name (Legal Name)", "Provider First Name")
ENTITY_TYPES = ("", "1", "2")
COLUMNS = ("NPI", TYPE, DEACTIVATED, REACTIVATED, *NAMES)
FIRST_NPI = 1_000_000_000
NPIS_WITHOUT_CHECK_DIGIT = 200_000_000

MAKE_INCOMING = """
CREATE TEMPORARY TABLE nppes_incoming (
    npi text, entity_type smallint, deactivated_on date, reactivated_on date,
    organization_name text, last_name text, first_name text
)
"""
COPY_INCOMING = "COPY nppes_incoming FROM STDIN"
UPDATE = """
UPDATE eligibility_nppesrecord AS held SET
    (entity_type, deactivated_on, reactivated_on, organization_name, last_name, first_name, run_id, named_at) =
    (new.entity_type, new.deactivated_on, new.reactivated_on, new.organization_name, new.last_name, new.first_name, %s,
     CASE WHEN (held.last_name, held.first_name) = (new.last_name, new.first_name) THEN held.named_at ELSE %s END)
FROM nppes_incoming AS new
WHERE held.npi = new.npi
  AND (held.entity_type, held.deactivated_on, held.reactivated_on,
       held.organization_name, held.last_name, held.first_name)
    IS DISTINCT FROM
      (new.entity_type, new.deactivated_on, new.reactivated_on,
       new.organization_name, new.last_name, new.first_name)
"""
INSERT = """
INSERT INTO eligibility_nppesrecord
    (npi, entity_type, deactivated_on, reactivated_on, organization_name, last_name, first_name, run_id, named_at)
SELECT npi, entity_type, deactivated_on, reactivated_on, organization_name, last_name, first_name, %s, %s
FROM nppes_incoming AS new
WHERE NOT EXISTS (SELECT FROM eligibility_nppesrecord AS held WHERE held.npi = new.npi)
"""


def load(
    path: str | Path, *, by: User | None, now: datetime, started_by: str = "", progress: Progress | None = None
) -> runs.Loaded:
    """Insert or update every NPI of the file in one step; NPIs not in it stay. Raise LoadRefused."""
    into = partial(load_into, now=now, progress=progress)
    return runs.load_files(LoadKind.NPPES, [path], into, by=by, started_by=started_by, now=now)


def load_into(run: LoadRun, files: list[SourceFile], *, now: datetime, progress: Progress | None) -> None:
    """Load the file into a run that was begun, under the lock of its kind; raise LoadRefused."""
    [file] = files
    report = Report([file.name])
    with runs.all_or_nothing(run, report):
        _Load(run, report, progress).read(file)
        if not report.count:
            analyze("eligibility_nppesrecord")
            runs.put_to_use(run, now=now)


class _Load:
    """One pass over the file into a temporary table, and from there into place."""

    def __init__(self, run: LoadRun, report: Report, progress: Progress | None) -> None:
        self.run = run
        self.report = report
        self.progress = progress
        self.rows = 0
        self.names_cut = 0
        self.met = bytearray(NPIS_WITHOUT_CHECK_DIGIT // 8)  # a bit per possible NPI: flat, whatever the file's size

    def read(self, file: SourceFile) -> None:
        with connection.cursor() as cursor:
            cursor.execute(MAKE_INCOMING)
            with runs.problems_of(file, self.report):
                copy_rows(COPY_INCOMING, self._rows(file), self.report)
            if self.report.count:
                return
            analyze("nppes_incoming")
            now = clock.now()
            cursor.execute(UPDATE, [self.run.pk, now])
            updated = cursor.rowcount
            cursor.execute(INSERT, [self.run.pk, now])
            inserted = cursor.rowcount
            cursor.execute("DROP TABLE nppes_incoming")
        self.run.counts = {
            "rows": self.rows,
            "inserted": inserted,
            "updated": updated,
            "unchanged": self.rows - inserted - updated,
            "names_cut": self.names_cut,
        }

    def _rows(self, file: SourceFile) -> Iterator[str]:
        for line, row in file.records(COLUMNS, self.report, others_allowed=True, progress=self.progress):
            npi, entity_type, deactivated, reactivated, *names = row
            self.rows += 1
            self._judge_npi(file, line, npi)
            if entity_type not in ENTITY_TYPES:
                self.report.add(file.name, line, TYPE, "It must be 1 (a person), 2 (an organization) or empty.")
            off = self._day(file, line, DEACTIVATED, deactivated) if deactivated else None
            on = self._day(file, line, REACTIVATED, reactivated) if reactivated else None
            if not cells.is_plain("".join(names)):
                names = [self._name(file, line, column, name) for column, name in zip(NAMES, names, strict=True)]
            shown = escaped("\t".join(names))
            yield f"{npi}\t{entity_type or NULL}\t{off or NULL}\t{on or NULL}\t{shown}"

    def _judge_npi(self, file: SourceFile, line: int, npi: str) -> None:
        if sentence := npi_problem(npi):
            self.report.add(file.name, line, "NPI", sentence)
            return
        number = (int(npi) - FIRST_NPI) // 10
        byte, bit = number >> 3, 1 << (number & 7)
        if self.met[byte] & bit:
            self.report.add(file.name, line, "NPI", "This NPI is listed twice.")
        self.met[byte] |= bit

    def _day(self, file: SourceFile, line: int, column: str, cell: str) -> date | None:
        try:
            return cells.us_date(cell)
        except ValueError:
            self.report.add(file.name, line, column, "It must be a date written as MM/DD/YYYY, or empty.")
            return None

    def _name(self, file: SourceFile, line: int, column: str, name: str) -> str:
        """Return a name for COPY; nobody can correct NPPES here, so what looks like a TIN in it is cut, not refused."""
        masked = mask_private_numbers(name)
        self.names_cut += masked != name
        if sentence := cells.name(masked):
            self.report.add(file.name, line, column, sentence)
        return masked
