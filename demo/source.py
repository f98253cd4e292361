"""Real public provider data: from the folder DEMO_DATA names, or from the extract of it that comes with the code.

All identifiers are text. What is not known is empty.
"""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from itertools import islice
from pathlib import Path

from django.conf import settings

from . import cast
from .draws import Draw

EXTRACT = Path(__file__).parent / "extract"
MOST_LISTED = 12  # two more than the law allows, so that some practices are too large

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Clinician:
    """One clinician under one practice; `practices_listed` is under how many practices CMS lists the NPI."""

    npi: str
    last_name: str
    first_name: str
    specialty: str
    state: str
    practices_listed: int


@dataclass(frozen=True, slots=True)
class Practice:
    """A real practice and its roster, which the demo takes for the whole practice; `tin` is made up."""

    id: str
    tin: str
    known_name: str
    state: str
    clinicians: tuple[Clinician, ...]

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


@dataclass(frozen=True, slots=True)
class StateUse:
    """What a state's clinicians together received from Medicare Part B in 2017, in standardized dollars."""

    clinicians: int
    patients: int
    payment: float


@dataclass(frozen=True, slots=True)
class Segment:
    """How many clinicians of a specialty fell into one fifth by payment and one by patients, 1 the lowest."""

    specialty: str
    payment_fifth: int
    patients_fifth: int
    clinicians: int


@dataclass(frozen=True, slots=True)
class Source:
    """All real data that the demo is made from."""

    practices: tuple[Practice, ...]
    nppes: tuple[NppesRow, ...]
    states: dict[str, StateUse]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is taken, None for all: practices with a name, practices without one, individuals, NPPES rows."""

    named: int
    nameless: int
    individuals: int
    nppes: int | None


DEMO = Amounts(named=1500, nameless=150, individuals=400, nppes=None)


class NoDataError(Exception):
    """The folder that DEMO_DATA names holds none of the data."""


def read() -> Source:
    """Return the data of the folder DEMO_DATA names, else of the one beside the project, else of the extract.

    Raises NoDataError where a folder is named and is not one; the extract's own folder may be named.
    """
    beside = settings.BASE_DIR.parent / "shared" / "data"
    folder = Path(settings.DEMO_DATA) if settings.DEMO_DATA else beside
    if folder.resolve() == EXTRACT.resolve():
        return read_extract()
    if (folder / "practices.csv").is_file():
        return read_folder(folder, DEMO)
    if settings.DEMO_DATA:
        raise NoDataError("DEMO_DATA names a folder without practices.csv. Unset it to use the data that come along.")
    return read_extract()


def read_folder(folder: Path, amounts: Amounts) -> Source:
    """Return a choice of the folder's data, by hash: a smaller choice is part of every larger one."""
    practices = _groups(folder, amounts) + _individuals(folder, amounts.individuals)
    nppes = (
        NppesRow(
            npi=row["NPI"],
            entity_type=row["Entity Type Code"],
            organization_name=row["Provider Organization Name (Legal Business Name)"],
            last_name=row["Provider Last Name (Legal Name)"],
            first_name=row["Provider First Name"],
            deactivated_on=row["NPI Deactivation Date"],
            reactivated_on=row["NPI Reactivation Date"],
        )
        for row in _rows(folder / "nppes_sample.csv")
    )
    chosen = sorted(nppes, key=lambda row: _order(row.npi))[: amounts.nppes]
    return Source(
        practices=tuple(sorted(practices, key=lambda practice: practice.id)),
        nppes=tuple(sorted(chosen, key=lambda row: row.npi)),
        states=_states(folder),
        segments=_segments(folder),
    )


def _groups(folder: Path, amounts: Amounts) -> list[Practice]:
    """Choose practices of at most 12 clinicians, first of all the cast; those with names where a clinician has one."""
    people = {row["npi"]: row for row in _rows(folder / "clinicians.csv")}
    rosters: dict[str, list[str]] = defaultdict(list)
    listed: Counter[str] = Counter()
    with gzip.open(folder / "practice_clinicians.csv.gz", "rt", encoding="ascii") as pairs:
        for pair in islice(pairs, 1, None):
            practice, _, npi = pair.rstrip("\n").partition(",")
            rosters[practice].append(npi)
            listed[npi] += 1
    named, nameless = [], []
    for row in _rows(folder / "practices.csv"):
        roster = rosters.get(row["org_pac_id"], [])
        if not 1 <= len(roster) <= MOST_LISTED:
            continue
        if not row["org_name"]:
            nameless.append(row)
        elif any(npi in people for npi in roster):
            named.append(row)
    chosen = _first(named, "org_pac_id", amounts.named) + _first(nameless, "org_pac_id", amounts.nameless)
    return [
        Practice(
            id=row["org_pac_id"],
            tin=row["synthetic_tin"],
            known_name=row["org_name"],
            state=row["community_leader_state"],
            clinicians=tuple(
                _clinician(npi, people.get(npi, {}), listed[npi]) for npi in sorted(rosters[row["org_pac_id"]])
            ),
        )
        for row in chosen
    ]


def _individuals(folder: Path, amount: int) -> list[Practice]:
    rows = [row | {"id": f"individual:{row['ind_pac_id']}"} for row in _rows(folder / "solo_practitioners.csv")]
    return [
        Practice(
            id=row["id"],
            tin=row["synthetic_tin"],
            known_name=" ".join(filter(None, (row["first_name"], row["middle_name"], row["last_name"]))),
            state=row["state"],
            clinicians=(_clinician(row["npi"], row, 1),),
        )
        for row in _first(rows, "id", amount)
    ]


def _clinician(npi: str, person: Row, practices_listed: int) -> Clinician:
    return Clinician(
        npi=npi,
        last_name=person.get("last_name", ""),
        first_name=person.get("first_name", ""),
        specialty=person.get("medicare_specialty", ""),
        state=person.get("state", ""),
        practices_listed=practices_listed,
    )


def _first(rows: list[Row], key: str, amount: int) -> list[Row]:
    return sorted(rows, key=lambda row: (row[key] not in cast.ALL, _order(row[key])))[:amount]


def _order(subject: str) -> float:
    return Draw(subject).unit("order")


# --- The extract ----------------------------------------------------------------------------------------------------


def read_extract() -> Source:
    """Return the data that come with the code."""
    rosters: dict[str, list[Clinician]] = defaultdict(list)
    for row in _rows(EXTRACT / "clinicians.csv"):
        practice, listed = row.pop("practice"), int(row.pop("practices_listed"))
        rosters[practice].append(Clinician(**row, practices_listed=listed))
    return Source(
        practices=tuple(
            Practice(**row, clinicians=tuple(rosters[row["id"]])) for row in _rows(EXTRACT / "practices.csv")
        ),
        nppes=tuple(NppesRow(**row) for row in _rows(EXTRACT / "nppes.csv")),
        states=_states(EXTRACT),
        segments=_segments(EXTRACT),
    )


def write_extract(source: Source, folder: Path) -> None:
    """Write what `read_extract` reads; the same source gives the same bytes."""
    names = [field.name for field in fields(Practice) if field.name != "clinicians"]
    write(folder / "practices.csv", ({name: getattr(one, name) for name in names} for one in source.practices))
    pairs = ((practice.id, clinician) for practice in source.practices for clinician in practice.clinicians)
    write(folder / "clinicians.csv", ({"practice": practice, **asdict(clinician)} for practice, clinician in pairs))
    write(folder / "nppes.csv", (asdict(row) for row in source.nppes))


def write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Write rows as CSV, the first one's keys as the header."""
    rows = iter(rows)
    first = next(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first), lineterminator="\n")
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


# --- Files of one form in both --------------------------------------------------------------------------------------


def _states(folder: Path) -> dict[str, StateUse]:
    return {
        row["state"]: StateUse(int(row["clinicians"]), int(row["beneficiaries"]), float(row["standardized_payment"]))
        for row in _rows(folder / "utilization_by_state.csv")
    }


def _segments(folder: Path) -> tuple[Segment, ...]:
    return tuple(
        Segment(
            row["medicare_specialty"],
            int(row["payment_quintile"]),
            int(row["beneficiary_quintile"]),
            int(row["clinicians"]),
        )
        for row in _rows(folder / "utilization_segments.csv")
    )


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        for row in rows:
            yield dict(zip(header, row, strict=True))
