"""Determinations: what CMS data show of every practice and clinician of a performance year (contracts.md 3)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from accounts.models import User

from ..data.tin_hashes import last4
from ..law import parameters
from ..law.facts import CLINICIAN_TYPES, QP_STATUSES
from ..law.identifiers import SSN, TIN_KINDS, npi_problem
from ..models import LoadKind, LoadRun
from . import cells, runs
from .copying import NULL, analyze, copy_rows, escaped
from .files import Progress, SourceFile
from .report import LoadFileUnreadable, Report
from .roster import Roster
from .tins import Tins

FIGURES: dict[str, cells.Check] = {"allowed_charges": cells.money, "patients": cells.count, "services": cells.count}
STATUSES = ("newly_enrolled", "non_patient_facing", "hospital_based", "rural", "hpsa")
OF_BOTH: dict[str, cells.Check | None] = {
    "performance_year": None,  # these two are judged together with what was read before
    "tin": None,
    "tin_kind": cells.Word(TIN_KINDS),
}
PRACTICE = OF_BOTH | {"name": cells.name} | FIGURES
CLINICIAN = OF_BOTH | {
    "npi": npi_problem,
    "last_name": cells.name,
    "first_name": cells.name,
    "clinician_type": cells.Word(CLINICIAN_TYPES),
    "qp_status": cells.Word(QP_STATUSES),
    **FIGURES,
    **dict.fromkeys(STATUSES, cells.Word(("Y", "N"))),
}
TABLES = ("eligibility_determinationpractice", "eligibility_determinationclinician")
COPY_PRACTICES = (
    "COPY eligibility_determinationpractice"
    " (id, run_id, tin_kind, tin_key, tin_last4, name, allowed_charges, patients, services) FROM STDIN"
)
COPY_CLINICIANS = (
    "COPY eligibility_determinationclinician"
    " (id, practice_id, npi, tin_key, last_name, first_name, clinician_type, qp_status,"
    " allowed_charges, patients, services, newly_enrolled, non_patient_facing, hospital_based, rural, hpsa) FROM STDIN"
)


Placed: TypeAlias = list[tuple[int, str, cells.Check]]  # place in the row, column, check


class Checks:
    """The checks of a file's cells by their place, and what spares most rows most of them.

    Cells of few words are looked up as a whole once they were met; names and figures are looked at together.
    """

    def __init__(self, columns: Mapping[str, cells.Check | None]) -> None:
        self.all: Placed = [(place, column, check) for place, (column, check) in enumerate(columns.items()) if check]
        self.words: Placed = [entry for entry in self.all if isinstance(entry[2], cells.Word)]
        self.others: Placed = [entry for entry in self.all if entry[2] is npi_problem]
        self.words_of = itemgetter(*(place for place, _, _ in self.words))
        self.names_of = itemgetter(*(place for place, _, check in self.all if check is cells.name))
        self.figures_of = itemgetter(*(place for place, column, _ in self.all if column in FIGURES))
        self.met: set[object] = set()

    def of(self, row: tuple[str, ...]) -> Placed:
        """Return the checks that this row still needs."""
        words = self.words_of(row)
        if words in self.met:
            plain = cells.is_plain("".join(self.names_of(row))) and cells.are_figures(*self.figures_of(row))
            return self.others if plain else self.all
        if not any(check(row[place]) for place, _, check in self.words):
            self.met.add(words)
        return self.all


YEAR_DIGITS = 4
KNOWN_YEARS = tuple(str(year) for year in parameters.PERFORMANCE_YEARS)
UNKNOWN_YEAR = f"We have no rules for this performance year, only for {KNOWN_YEARS[0]} to {KNOWN_YEARS[-1]}."
TWO_YEARS = "A load covers one performance year. This row has a different year than the first row."


def load(
    practices: str | Path,
    clinicians: str | Path,
    *,
    by: User | None,
    now: datetime,
    activate: bool = True,
    started_by: str = "",
    progress: Progress | None = None,
) -> runs.Loaded:
    """Load both files as one run and make it the active one of its year, or stage it; raise LoadRefused."""
    kind, paths = LoadKind.DETERMINATIONS, [practices, clinicians]
    into = partial(load_into, tins=Tins(), now=now, activate=activate, progress=progress)
    return runs.load_files(kind, paths, into, by=by, started_by=started_by, now=now, activating=activate)


def load_into(
    run: LoadRun, files: list[SourceFile], *, tins: Tins, now: datetime, activate: bool, progress: Progress | None
) -> None:
    """Load both files into a run that was begun, under the lock of its kind; raise LoadRefused."""
    practices, clinicians = files
    if practices.name == clinicians.name:
        practices.name, clinicians.name = f"practices {practices.name}", f"clinicians {clinicians.name}"
    report = Report([practices.name, clinicians.name])
    with runs.all_or_nothing(run, report):
        _Load(run, report, tins, progress).read(practices, clinicians)
        if not report.count:
            analyze(*TABLES)
            runs.put_to_use(run, now=now) if activate else runs.stage(run)


class _Load:
    """One pass over both files: every good row copied until a bad one was met, and all of them judged."""

    def __init__(self, run: LoadRun, report: Report, tins: Tins, progress: Progress | None) -> None:
        self.run = run
        self.run_id: int = run.pk
        self.report = report
        self.tins = tins
        self.progress = progress
        self.roster = Roster()
        self.year = ""
        self.ssn_digits = parameters.SSN_DIGITS.for_year(parameters.PERFORMANCE_YEARS[-1])

    def read(self, practices: SourceFile, clinicians: SourceFile) -> None:
        with runs.problems_of(practices, self.report):
            copy_rows(COPY_PRACTICES, self._practice_rows(practices), self.report)
        with runs.problems_of(clinicians, self.report):
            copy_rows(COPY_CLINICIANS, self._clinician_rows(clinicians), self.report)
        for line in self.roster.without_clinicians():
            self.report.add(practices.name, line, None, "No clinician is listed under this practice.")
        self.run.performance_year = int(self.year) if self.year else None
        self.run.counts = self.roster.counts()
        self.run.rows_kept = True

    def _practice_rows(self, file: SourceFile) -> Iterator[str]:
        checks = Checks(PRACTICE)
        for line, row in file.records(tuple(PRACTICE), self.report, progress=self.progress):
            _, tin, kind, name, charges, patients, services = row
            bad = self._bad_columns(file, line, checks, row)
            if "tin" in bad:
                continue
            if sentence := self.roster.add_practice(kind, tin, line):
                self.report.add(file.name, line, "tin", sentence)
            key = NULL if kind == SSN else self.tins.ein_key(tin)
            yield (
                f"{self._id(line)}\t{self.run_id}\t{kind}\t{key}\t{last4(self.tins.digits(tin))}\t{escaped(name)}"
                f"\t{charges or NULL}\t{patients or NULL}\t{services or NULL}"
            )

    def _clinician_rows(self, file: SourceFile) -> Iterator[str]:
        checks, given, practice = Checks(CLINICIAN), None, None
        for line, row in file.records(tuple(CLINICIAN), self.report, progress=self.progress):
            _, tin, kind, npi, last, first, clinician_type, qp_status, charges, patients, services, *statuses = row
            bad = self._bad_columns(file, line, checks, row)
            if "tin" in bad:
                continue
            if given != (kind, tin):  # the rows of a practice mostly stand together
                given, practice = (kind, tin), self.roster.practice(kind, tin)
            if practice is None:
                self.report.add(file.name, line, "tin", "The practices file has no practice with this kind and TIN.")
                continue
            key, sentence = self._join(practice, kind, tin, npi if "npi" not in bad else None)
            if sentence:
                self.report.add(file.name, line, "npi", sentence)
            yield (
                f"{self._id(line)}\t{self._id(practice)}\t{npi}\t{key}\t{escaped(last)}\t{escaped(first)}"
                f"\t{clinician_type}\t{qp_status}\t{charges or NULL}\t{patients or NULL}\t{services or NULL}\t"
            ) + "\t".join(statuses)

    def _join(self, practice: int, kind: str, tin: str, npi: str | None) -> tuple[str, str | None]:
        """Put a clinician (None: a bad NPI) under a practice; return its key, and what is wrong with it."""
        sentence = self.roster.add_clinician(practice, npi)
        if kind != SSN or npi is None or sentence:
            return NULL, sentence
        return self.roster.ssn_key(self.tins.digits(tin)[-self.ssn_digits :], npi)

    def _bad_columns(self, file: SourceFile, line: int, checks: Checks, row: tuple[str, ...]) -> list[str]:
        """Report every bad cell of a row and return their columns; of a bad kind the TIN is bad too."""
        bad: list[str] = []
        year, tin, kind = row[:3]
        if year != self.year and not self._same_year(file, line, year):
            bad.append("performance_year")
        for place, column, check in checks.of(row):
            if sentence := check(row[place]):
                self.report.add(file.name, line, column, sentence)
                bad.append(column)
        if "tin_kind" in bad:
            bad.append("tin")
        elif sentence := self.tins.problem(kind, tin, ssn_digits=self.ssn_digits):
            self.report.add(file.name, line, "tin", sentence)
            bad.append("tin")
        return bad

    def _same_year(self, file: SourceFile, line: int, year: str) -> bool:
        """Take the year of the first row that has one; report any other. Raise LoadFileUnreadable if unknown."""
        if not (year.isascii() and year.isdigit() and len(year) == YEAR_DIGITS):
            self.report.add(file.name, line, "performance_year", "It must be a year in 4 digits.")
            return False
        if self.year:
            self.report.add(file.name, line, "performance_year", TWO_YEARS)
            return False
        if year not in KNOWN_YEARS:
            raise LoadFileUnreadable(UNKNOWN_YEAR, line, "performance_year")
        self.year, self.ssn_digits = year, parameters.SSN_DIGITS.for_year(int(year))
        return True

    def _id(self, line: int) -> int:
        """Return the row's id, by run and line: rows that refer to it need not ask the database for it."""
        return self.run_id << 32 | line
