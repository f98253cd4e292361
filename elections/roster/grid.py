"""The roster as a grid: what was typed into it, what stands, and what is wrong with each line."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from eligibility.data import nppes
from eligibility.data.nppes import NppesName

from ..drafts.merging import Overtaken
from ..frame import judge_for_viewer
from ..frame_forms import typed
from ..models import Election, Member, MemberClinician
from ..practices import cms_lists
from ..practices.cms_lists import CmsList, ListedClinician
from ..readiness import JudgedElection
from .forms import TypedRoster, read_typed, shown_as
from .lines_typed import Cells, LinesOvertaken, TypedLine
from .problems import LineProblem, Missing, PracticeRoster, examine

BLANK_LINES = 3  # of one practice; where all stand on a page, each has one


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line as the page shows it: its cells as typed, and what it `was`, which the page sends back.

    `theirs` is what somebody else saved in it meanwhile, in words; `refused` what was not kept of it. `shown_since` is
    the date of the CMS data that show the NPI under the TIN, None where they do not.
    """

    key: uuid.UUID
    number: int | None
    cells: Cells
    was: str
    name: NppesName | None = None
    problems: tuple[LineProblem, ...] = ()
    refused: str = ""
    theirs: str = ""
    shown_since: datetime | None = None

    @property
    def was_removed(self) -> bool:
        """Say whether somebody else removed the line."""
        return self.number is None and bool(self.theirs)

    @property
    def shown_name(self) -> str:
        """The name in NPPES; empty if there is none."""
        return str(self.name or "")

    @property
    def is_wrong(self) -> bool:
        """Say whether there is something to look at."""
        return bool(self.problems or self.refused or self.theirs)


@dataclass(frozen=True, slots=True)
class Shown:
    """One practice in the grid; `left` are clinicians of CMS's list who were reported as having left it before."""

    member: Member
    lines: list[RosterRow]
    blank: list[RosterRow]
    missing: tuple[Missing, ...]
    left: tuple[ListedClinician, ...]
    missing_count: int
    too_many: LineProblem | None
    to_add: tuple[str, ...]
    count: int
    cms_list: CmsList | None  # None where it may not be told

    @property
    def open_lines(self) -> list[RosterRow]:
        """The lines that could not be saved as they were typed."""
        return [line for line in self.lines if line.refused or line.theirs]

    def problems_alone(self) -> "Shown":
        """Return the practice with only the lines that there is something to look at in."""
        return replace(self, lines=[line for line in self.lines if line.is_wrong], blank=[])


class Grid:
    """The rosters of an election, or of one practice of it, in one request."""

    def __init__(self, request: HttpRequest, election: Election, member: Member | None = None) -> None:
        self.request, self.election, self.member = request, election, member
        self.is_unsaved = request.method != "POST"  # then anything typed was sent too late, and came back after sign-in
        self.typed: TypedRoster = read_typed(typed(request) or {}, member.pk if member else None)
        self._by_key = {line.key: line for line in self.typed.lines}
        self.overtaken: LinesOvertaken | None = None

    @property
    def has_open(self) -> bool:
        """Say whether some of what was typed could not be saved."""
        return bool(self.typed.refused or self.overtaken)

    def takes(self, overtaken: Overtaken) -> bool:
        """Show the lines that somebody else changed meanwhile; False where something else was overtaken."""
        if not isinstance(overtaken, LinesOvertaken):
            return False
        self.overtaken = overtaken
        return True

    def shown(self, judged_election: JudgedElection | None = None) -> list[Shown]:
        """Return each practice with its lines as they stand now, and as typed where that could not be saved."""
        judged_election = judged_election or judge_for_viewer(self.request, self.election)
        listed = judged_election.snapshot.member_ids
        members = self.election.members.prefetch_related("clinicians").in_bulk(listed)
        rosters = [list(members[pk].clinicians.all()) if pk in members else [] for pk in listed]
        names = nppes.names(_everybody(judged_election, rosters))
        lists = cms_lists.lists_of(self.election, judged_election, members, names)
        open_lists = {place for place, cms_list in enumerate(lists) if cms_list and cms_list.is_shown}
        found = examine(judged_election, rosters, names, open_lists)
        return [
            self._practice(members[pk], roster, names, cms_list)
            for pk, roster, cms_list in zip(listed, found, lists, strict=True)
            if pk in members and (self.member is None or pk == self.member.pk)
        ]

    def answer(self) -> dict[str, Any]:
        """Return the lines' states, as HTML, and the count of problems, for a page that saves by itself."""
        sent = {line.key for line in self.typed.lines}
        shown = self.shown()
        lines = {
            str(line.key): {
                "state": render_to_string("elections/roster/roster_line_state.html", {"line": line, "is_auto": True}),
                "was": line.was,
                "cells": line.cells,
                "refused": bool(line.refused),
                "theirs": bool(line.theirs),
            }
            for practice in shown
            for line in practice.lines
            if line.key in sent
        }
        return {"lines": lines, "to_look_at": sum(practice.count for practice in shown)}

    def _practice(
        self, member: Member, found: PracticeRoster, names: dict[str, NppesName], cms_list: CmsList | None
    ) -> Shown:
        lines = [
            self._line(line, number, problems, names) for number, (line, problems) in enumerate(found.lines, start=1)
        ]
        if cms_list:
            npis = cms_list.npis
            lines = [replace(line, shown_since=cms_list.as_of) if line.cells[0] in npis else line for line in lines]
        left = cms_list.left if cms_list else ()
        gone = {clinician.npi for clinician in left}
        standing = {line.key for line in lines}
        lines += [self._left_over(line) for line in self._open(member) if line.key not in standing]
        blank = [RosterRow(uuid.uuid4(), None, ("", "", ""), "") for _ in range(BLANK_LINES if self.member else 1)]
        return Shown(
            member=member,
            lines=lines,
            blank=blank,
            missing=tuple(one for one in found.missing if one.npi not in gone),
            left=left if found.missing else (),
            missing_count=found.missing_count,
            too_many=found.too_many,
            to_add=tuple(npi for npi in found.to_add if npi not in gone),
            count=found.count,
            cms_list=cms_list,
        )

    def _open(self, member: Member) -> list[TypedLine]:
        """Return the lines typed for a practice that could not be saved as they were."""
        overtaken = self.overtaken.lines if self.overtaken else {}
        return [
            line
            for line in self.typed.lines
            if line.member_id == member.pk
            and (line.key in self.typed.refused or line.key in overtaken or (self.is_unsaved and any(line.cells)))
        ]

    def _left_over(self, typed: TypedLine) -> RosterRow:
        """Return a line that does not stand: somebody removed it meanwhile, or nothing was left of it to save."""
        is_theirs = self.overtaken is not None and typed.key in self.overtaken.lines
        refused = self.typed.refused.get(typed.key, "")
        return RosterRow(
            typed.key, None, typed.cells, "", refused=refused, theirs="removed this line" if is_theirs else ""
        )

    def _line(
        self, line: MemberClinician, number: int, problems: tuple[LineProblem, ...], names: dict[str, NppesName]
    ) -> RosterRow:
        cells: Cells = line.cells
        theirs, was = "", shown_as(line)
        typed_line = self._by_key.get(line.key)
        if typed_line and self.overtaken and line.key in self.overtaken.lines:
            theirs = f"saved “{' '.join(cells).strip()}” here"
            cells = typed_line.cells
        elif typed_line and self.is_unsaved:
            cells, was = typed_line.cells, "\t".join(typed_line.was or cells)
        return RosterRow(
            key=line.key,
            number=number,
            cells=cells,
            was=was,
            name=names.get(line.npi),
            problems=problems,
            refused=self.typed.refused.get(line.key, ""),
            theirs=theirs,
        )


def _everybody(judged_election: JudgedElection, rosters: Sequence[Iterable[MemberClinician]]) -> set[str]:
    """Return the NPIs whose names the grid shows: those listed, and those whom CMS data show."""
    listed = {line.npi for roster in rosters for line in roster}
    return listed.union(*(practice.data.npis for practice in judged_election.proposal.practices if practice.data))
