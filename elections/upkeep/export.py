"""Approved virtual groups as other systems of CMS take them: a row per identifier, TIN and NPI, and from when to when.

What is asked as recorded by a moment gives the same bytes forever (decision 45).
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from eligibility.data import nppes
from eligibility.law.parameters import PERFORMANCE_YEARS
from eligibility.loads.runs import is_loading
from eligibility.models import LoadKind, LoadRun
from ground.csv_cells import escaped
from ground.templatetags.et import et_datetime

from ..models import Export, ExportFormat
from ..roster_history import roster_day, stays_by
from .approved import ApprovedGroup, approved_groups

COLUMNS = (
    "performance_year",
    "virtual_group_identifier",
    "virtual_group_name",
    "tin_kind",
    "tin",
    "practice_name",
    "npi",
    "last_name",
    "first_name",
    "from_date",
    "to_date",
)
ORDER = ("virtual_group_identifier", "tin_kind", "tin", "npi", "from_date")
Row = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What an export is asked for.

    `as_of` leaves out what began later, and ends that came later; `recorded_by` what was recorded later; with
    `changed_since` it has only the rows that differ from the same export as recorded by that moment.
    """

    performance_year: int
    as_of: date | None = None
    recorded_by: datetime | None = None
    changed_since: datetime | None = None
    format: ExportFormat = ExportFormat.CSV

    @property
    def arguments(self) -> dict[str, str]:
        """The days and moments that were given, by name."""
        named = {"as_of": self.as_of, "recorded_by": self.recorded_by, "changed_since": self.changed_since}
        return {name: given.isoformat() for name, given in named.items() if given}

    def problems(self, now: datetime) -> dict[str, str]:
        """Return what is wrong with it at a moment, by the name of what was given, in sentences."""
        found = {}
        if self.performance_year not in PERFORMANCE_YEARS:
            found["performance_year"] = f"Enter a year from {PERFORMANCE_YEARS[0]} to {PERFORMANCE_YEARS[-1]}."
        for name, moment in (("recorded_by", self.recorded_by), ("changed_since", self.changed_since)):
            if moment and moment.year < PERFORMANCE_YEARS[0] - 1:
                found[name] = f"Enter a date and time in {PERFORMANCE_YEARS[0] - 1} or later."
            elif moment and moment > now:
                found[name] = "This time is in the future. Enter an earlier one."
            elif moment and (sentence := _names_may_change(moment)):
                found[name] = sentence
        if self.changed_since and self.recorded_by and self.changed_since > self.recorded_by:
            found["changed_since"] = f"Enter {et_datetime(self.recorded_by, 'seconds')} or an earlier moment."
        return found


def _names_may_change(moment: datetime) -> str:
    """Say that a load of NPPES, which may still change names as of a moment, is not over; empty where none runs.

    The rows of those that were killed may still say that they are loading: the one that runs is the newest.
    """
    run = LoadRun.objects.filter(kind=LoadKind.NPPES, status=LoadRun.Status.LOADING).order_by("started_at").last()
    if run and run.started_at <= moment and is_loading(LoadKind.NPPES):
        since = et_datetime(run.started_at, "seconds")
        return f"An NPPES load that started {since} is still running. Wait until it ends, or enter an earlier moment."
    return ""


@transaction.atomic
def export(asked: ExportRequest, *, by: User | None, now: datetime) -> tuple[Export, bytes]:
    """Make a file of what is asked for, which has no problems, and keep that it was made; `by` None: a command."""
    rows = rows_of(asked)
    content = (_jsonl if asked.format == ExportFormat.JSONL else _csv)(rows).encode()
    made = Export.objects.create(
        by=by,
        at=now,
        performance_year=asked.performance_year,
        arguments=asked.arguments,
        format=asked.format,
        row_count=len(rows),
        identifiers=sorted({str(row["virtual_group_identifier"]) for row in rows}),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return made, content


def rows_of(asked: ExportRequest) -> list[Row]:
    """Return the rows that are asked for, in order; of an SSN TIN they have only the last six digits."""
    rows = _recorded(asked, asked.recorded_by)
    if asked.changed_since:
        rows = _changes(_recorded(asked, asked.changed_since), rows)
    return rows


def _recorded(asked: ExportRequest, recorded_by: datetime | None) -> list[Row]:
    groups = approved_groups(asked.performance_year, recorded_by)
    day = asked.as_of and roster_day(asked.as_of, asked.performance_year)
    names = _names({stay.npi for group in groups for stay in group.stays}, recorded_by)
    return _in_order(row for group in groups for row in _rows(group, day, names))


def _names(npis: Iterable[str], recorded_by: datetime | None) -> dict[str, tuple[str, str]]:
    """Return the clinicians' last and first names, as NPPES data had them by a moment; None: as they have them now."""
    if recorded_by is None:
        return {npi: (name.last_name, name.first_name) for npi, name in nppes.names(npis).items()}
    return nppes.names_by(npis, recorded_by)


def _rows(group: ApprovedGroup, day: date | None, names: Mapping[str, tuple[str, str]]) -> Iterable[Row]:
    snapshot, called = group.snapshot, group.names_on(day)
    for stay in stays_by(group.stays, day) if day else group.stays:
        entry, (last_name, first_name) = snapshot.practices[stay.practice], names.get(stay.npi, ("", ""))
        yield {
            "performance_year": snapshot.performance_year,
            "virtual_group_identifier": group.identifier,
            "virtual_group_name": snapshot.virtual_group_name,
            "tin_kind": entry.tin_kind,
            "tin": entry.tin,
            "practice_name": called[stay.practice],
            "npi": stay.npi,
            "last_name": last_name,
            "first_name": first_name,
            "from_date": stay.from_date.isoformat(),
            "to_date": stay.to_date.isoformat() if stay.to_date else "",
        }


def _changes(before: list[Row], after: list[Row]) -> list[Row]:
    """Return the rows that are new or changed, with those of the same clinician that begin on the same day.

    One that is no longer there ends on the day it began: for no day.
    """
    known, present = {_cells(row) for row in before}, {_cells(row) for row in after}
    told = {_place(row) for row in after if _cells(row) not in known}
    changed = [row for row in after if _place(row) in told]
    gone = [row for row in before if _cells(row) not in present and _place(row) not in told]
    return _in_order([*changed, *({**row, "to_date": row["from_date"]} for row in gone)])


def _cells(row: Row) -> tuple[str | int, ...]:
    return tuple(row.values())


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ORDER)


def _csv(rows: Iterable[Row]) -> str:
    lines = _Lines()
    writer = csv.DictWriter(lines, COLUMNS)
    writer.writeheader()
    writer.writerows({name: escaped(cell) for name, cell in row.items()} for row in rows)
    return "".join(lines)


class _Lines(list[str]):
    """Takes lines of CSV and ends them in LF; the writer's own end is CR LF, and it quotes cells that hold either."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


def _jsonl(rows: Iterable[Row]) -> str:
    """Return a JSON object a line, with the columns as its keys, in their order."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
