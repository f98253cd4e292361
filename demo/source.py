"""Real public provider data: the extract that comes with the code, or a folder of the same form that DEMO_DATA names.

All identifiers are text. What is not known is empty.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

EXTRACT = Path(__file__).parent / "extract"


@dataclass(frozen=True, slots=True)
class DemoClinician:
    """One clinician under one practice; `practices_listed` is under how many practices CMS lists the NPI."""

    npi: str
    last_name: str
    first_name: str
    specialty: str
    state: str
    practices_listed: int


@dataclass(frozen=True, slots=True)
class DemoPractice:
    """A real practice and its roster, which the demo takes for the whole practice; `tin` is made up."""

    id: str
    tin: str
    known_name: str
    state: str
    clinicians: tuple[DemoClinician, ...]

    @property
    def name(self) -> str:
        """The name, or the id where none is known: never a borrowed one."""
        return self.known_name or f"Practice {self.id}"

    @property
    def is_individual(self) -> bool:
        """Whether CMS lists the clinician under no group."""
        return self.id.startswith("individual:")


@dataclass(frozen=True, slots=True)
class NppesRow:
    """What the demo keeps of a row of NPPES; dates as MM/DD/YYYY."""

    npi: str
    entity_type: str
    organization_name: str
    last_name: str
    first_name: str
    deactivated_on: str
    reactivated_on: str


class StateUse(NamedTuple):
    """What a state's clinicians together received from Medicare Part B in 2017, in standardized dollars."""

    clinicians: int
    patients: int
    payment: float


class Segment(NamedTuple):
    """How many clinicians of a specialty fell into one fifth by payment and one by patients, 1 the lowest."""

    specialty: str
    payment_fifth: int
    patients_fifth: int
    clinicians: int


@dataclass(frozen=True, slots=True)
class RealData:
    """All real data that the demo is made from."""

    practices: tuple[DemoPractice, ...]
    nppes: tuple[NppesRow, ...]
    states: dict[str, StateUse]
    segments: tuple[Segment, ...]


FILES = ("practices.csv", "clinicians.csv", "nppes.csv", "utilization_by_state.csv", "utilization_segments.csv")


class NoDataError(Exception):
    """The folder that DEMO_DATA names holds none of the data."""


def read() -> RealData:
    """Return the data of the folder DEMO_DATA names, else of the extract; raise NoDataError where there are none."""
    folder = Path(settings.DEMO_DATA or EXTRACT)
    if lacking := [name for name in FILES if not (folder / name).is_file()]:
        raise NoDataError(
            f"DEMO_DATA names a folder without {', '.join(lacking)}. Unset it to use the data that come with the code."
        )
    return read_extract(folder)


def read_extract(folder: Path = EXTRACT) -> RealData:
    """Return the data that come with the code, or those of another folder of the same form."""
    rosters: dict[str, list[DemoClinician]] = defaultdict(list)
    for row in rows_of(folder / "clinicians.csv"):
        practice, listed = row.pop("practice"), int(row.pop("practices_listed"))
        rosters[practice].append(DemoClinician(**row, practices_listed=listed))
    return RealData(
        practices=tuple(
            DemoPractice(**row, clinicians=tuple(rosters[row["id"]])) for row in rows_of(folder / "practices.csv")
        ),
        nppes=tuple(NppesRow(**row) for row in rows_of(folder / "nppes.csv")),
        states={
            row["state"]: StateUse(
                int(row["clinicians"]), int(row["beneficiaries"]), float(row["standardized_payment"])
            )
            for row in rows_of(folder / "utilization_by_state.csv")
        },
        segments=tuple(
            Segment(
                row["medicare_specialty"],
                int(row["payment_quintile"]),
                int(row["beneficiary_quintile"]),
                int(row["clinicians"]),
            )
            for row in rows_of(folder / "utilization_segments.csv")
        ),
    )


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file as mappings from its header."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Write rows as CSV, the first one's keys as the header."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
