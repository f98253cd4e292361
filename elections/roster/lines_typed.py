"""Changing rosters line by line, as several people may do at once."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db import transaction

from accounts.models import User

from ..drafts.merging import Overtaken
from ..models import Election, Member, MemberClinician
from ..practices.members import TinDropped, drop_ssns, record_asking
from ..verbs import Refused
from ..working_copy import lock_to_edit, note_change

Cells: TypeAlias = tuple[str, str, str]
"""NPI, last name and first name of one line."""

CELLS = ["npi", "last_name", "first_name"]
MOST_LINES = 5_000  # of an election


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as somebody typed it. `key` is the page's own, `member_id` whose line a new one is.

    `was` is what the page showed of it before; None for a new line, or where it does not say so.
    """

    key: uuid.UUID
    member_id: int | None
    npi: str
    last_name: str
    first_name: str
    was: Cells | None = None
    is_removed: bool = False

    @property
    def cells(self) -> Cells:
        return (self.npi, self.last_name, self.first_name)


class LinesOvertaken(Overtaken):
    """Somebody else changed the same lines meanwhile: those were not saved, and all others were.

    `lines` says by key what stands there now; None: it was removed.
    """

    def __init__(self, lines: Mapping[uuid.UUID, Cells | None], *, by: User | None, at: datetime) -> None:
        super().__init__({}, by=by, at=at)
        self.lines = dict(lines)


class PracticeGone(Refused):
    """Lines were typed for a practice that somebody removed meanwhile; all others were saved."""

    was_saved = True

    def __init__(self, lines: Iterable[TypedLine]) -> None:
        listed = "; ".join(" ".join(filter(None, line.cells)) for line in lines)
        super().__init__(
            f"Someone removed a practice from the election while you were typing. These lines were not saved: {listed}."
        )


def save_lines(
    election_id: uuid.UUID, lines: Sequence[TypedLine], *, by: User, now: datetime, address: str | None = None
) -> None:
    """Keep lines as they were typed: changed, added or removed. An empty new line is none.

    A line that was left as the page showed it stays as it stands. Raises Refused where there would be too many,
    LinesOvertaken where somebody else changed the same line.
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        before_by, before_at = election.changed_by, election.changed_at
        members = {member.pk: member for member in election.members.all()}
        dropped: list[Member] = []
        touched, twice = _apply(election, members, lines)
        if touched:
            concerned = [members[member_id] for member_id in sorted(touched)]
            record_asking(election, concerned, by=by, now=now, address=address)
            dropped = drop_ssns(election, concerned, by=by, now=now, address=address)
            note_change(election, by=by, now=now)
    gone = [line for line in lines if line.member_id is not None and line.member_id not in members and any(line.cells)]
    if gone:
        raise PracticeGone(gone)
    if twice:
        raise LinesOvertaken(twice, by=before_by, at=before_at)
    if dropped:
        raise TinDropped(dropped)


def _apply(
    election: Election, members: Mapping[int, Member], lines: Sequence[TypedLine]
) -> tuple[set[int], dict[uuid.UUID, Cells | None]]:
    """Change the lines; return whose rosters that changed, and what stands where somebody else was first."""
    standing = {
        line.key: line
        for line in MemberClinician.objects.filter(member__election=election, key__in=[line.key for line in lines])
    }
    touched: set[int] = set()
    twice: dict[uuid.UUID, Cells | None] = {}
    changed, added, removed = [], [], []
    for typed in lines:
        line = standing.get(typed.key)
        stands = line.cells if line else None
        wanted = None if typed.is_removed or (not any(typed.cells) and line is None) else typed.cells
        if wanted == stands or (typed.was is not None and wanted == typed.was):
            continue
        if typed.was is not None and typed.was != stands:
            twice[typed.key] = stands
        elif line is None:
            if typed.member_id is not None and typed.member_id in members and wanted:
                added.append(typed)
                touched.add(typed.member_id)
        else:
            touched.add(line.member_id)
            if wanted is None:
                removed.append(line.pk)
            else:
                line.npi, line.last_name, line.first_name = wanted
                changed.append(line)
    MemberClinician.objects.filter(pk__in=removed).delete()
    MemberClinician.objects.bulk_update(changed, CELLS, batch_size=500)
    _add(election, added)
    return touched, twice


def _add(election: Election, lines: Sequence[TypedLine]) -> None:
    """Put new lines behind those that their practices have."""
    count = MemberClinician.objects.filter(member__election=election).count()
    if count + len(lines) > MOST_LINES:
        raise Refused(f"Nothing was saved. An election can list at most {MOST_LINES:,} clinicians.")
    last = dict(
        MemberClinician.objects.filter(member__in={line.member_id for line in lines})
        .order_by("member", "position")
        .values_list("member", "position")
    )
    rows = []
    for line in lines:
        assert line.member_id is not None
        last[line.member_id] = last.get(line.member_id, 0) + 1
        rows.append(MemberClinician.of_cells(line.member_id, last[line.member_id], line.cells, key=line.key))
    MemberClinician.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
