"""Make the extract from a folder of raw public data: `python -m tests.demo.make_extract FOLDER`.

Practices are chosen in the order of a hash, so a smaller choice is part of every larger one.
"""

import gzip
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, fields
from itertools import islice
from pathlib import Path

from demo import cast
from demo.draws import Draw
from demo.files import NPPES_COLUMNS
from demo.source import EXTRACT, DemoClinician, DemoPractice, NppesRow, rows_of, write

NAMED, NAMELESS, INDIVIDUALS, NPPES_ROWS = 140, 15, 45, 900
MOST_LISTED = 12  # two more than the law allows, so that some practices are too large
AS_THEY_ARE = ("utilization_by_state.csv", "utilization_segments.csv")

Row = dict[str, str]


def main(folder: Path, to: Path = EXTRACT) -> None:
    """Write the extract's files."""
    to.mkdir(exist_ok=True)
    for name in AS_THEY_ARE:
        shutil.copyfile(folder / name, to / name)
    nppes = (NppesRow(*(row[column] for column in NPPES_COLUMNS)) for row in rows_of(folder / "nppes_sample.csv"))
    chosen = sorted(nppes, key=lambda row: order(row.npi))[:NPPES_ROWS]
    practices = sorted([*groups(folder), *individuals(folder)], key=lambda practice: practice.id)
    write_extract(practices, sorted(chosen, key=lambda row: row.npi), to)


def write_extract(practices: list[DemoPractice], nppes: list[NppesRow], folder: Path) -> None:
    """Write what `read_extract` reads of them; the same source gives the same bytes."""
    names = [field.name for field in fields(DemoPractice) if field.name != "clinicians"]
    write(folder / "practices.csv", ({name: getattr(one, name) for name in names} for one in practices))
    pairs = ((practice.id, clinician) for practice in practices for clinician in practice.clinicians)
    write(folder / "clinicians.csv", ({"practice": practice, **asdict(clinician)} for practice, clinician in pairs))
    write(folder / "nppes.csv", (asdict(row) for row in nppes))


def groups(folder: Path) -> Iterator[DemoPractice]:
    """Choose practices of at most 12 clinicians, first of all the cast; those with names where a clinician has one."""
    people = {row["npi"]: row for row in rows_of(folder / "clinicians.csv")}
    rosters: dict[str, list[str]] = defaultdict(list)
    listed: Counter[str] = Counter()
    with gzip.open(folder / "practice_clinicians.csv.gz", "rt", encoding="ascii") as pairs:
        for pair in islice(pairs, 1, None):
            practice, _, npi = pair.rstrip("\n").partition(",")
            rosters[practice].append(npi)
            listed[npi] += 1
    named, nameless = [], []
    for row in rows_of(folder / "practices.csv"):
        roster = rosters.get(row["org_pac_id"], [])
        if not 1 <= len(roster) <= MOST_LISTED:
            continue
        if not row["org_name"]:
            nameless.append(row)
        elif any(npi in people for npi in roster):
            named.append(row)
    for row in first(named, "org_pac_id", NAMED) + first(nameless, "org_pac_id", NAMELESS):
        npis = sorted(rosters[row["org_pac_id"]])
        yield DemoPractice(
            id=row["org_pac_id"],
            tin=row["synthetic_tin"],
            known_name=row["org_name"],
            state=row["community_leader_state"],
            clinicians=tuple(clinician(npi, people.get(npi, {}), listed[npi]) for npi in npis),
        )


def individuals(folder: Path) -> Iterator[DemoPractice]:
    """Choose clinicians whom CMS lists under no group, first of all the cast."""
    rows = [row | {"id": f"individual:{row['ind_pac_id']}"} for row in rows_of(folder / "solo_practitioners.csv")]
    for row in first(rows, "id", INDIVIDUALS):
        yield DemoPractice(
            id=row["id"],
            tin=row["synthetic_tin"],
            known_name=" ".join(filter(None, (row["first_name"], row["middle_name"], row["last_name"]))),
            state=row["state"],
            clinicians=(clinician(row["npi"], row, 1),),
        )


def clinician(npi: str, person: Row, practices_listed: int) -> DemoClinician:
    """Return a clinician as the extract keeps one; of whom nothing is known, `person` is empty."""
    return DemoClinician(
        npi=npi,
        last_name=person.get("last_name", ""),
        first_name=person.get("first_name", ""),
        specialty=person.get("medicare_specialty", ""),
        state=person.get("state", ""),
        practices_listed=practices_listed,
    )


def first(rows: list[Row], key: str, amount: int) -> list[Row]:
    """Return so many rows, the cast before all others."""
    return sorted(rows, key=lambda row: (row[key] not in cast.ALL, order(row[key])))[:amount]


def order(subject: str) -> float:
    """Return where a practice or an NPI stands in the order of the choice."""
    return Draw(subject).unit("order")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
