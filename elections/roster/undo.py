"""Changing many lines of rosters at once, in a way that can be undone."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import Q

from accounts.models import User

from ..models import Election, Member, MemberClinician, RosterStep
from ..practices.members import delete_member
from ..verbs import Refused
from ..working_copy import lock_to_edit, note_change

Lines: TypeAlias = dict[str, list[list[Any]]]
"""The lines of practices by member id: key, position, NPI, last name, first name."""


@dataclass(slots=True)
class Doing:
    """What a step does, in words; `added`: ids of practices it added, `notes`: what it could not take as it was."""

    what: str
    added: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@contextmanager
def step(election_id: uuid.UUID, what: str = "", *, by: User, now: datetime) -> Iterator[tuple[Election, Doing]]:
    """Lock the election to change lines within, and keep what they were; what changes nothing leaves no step."""
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        ids = list(election.members.values_list("pk", flat=True))
        before = _lines(ids)
        doing = Doing(what)
        yield election, doing
        added = doing.added
        after = _lines([*ids, *added])
        changed = {member for member in after if before.get(member) != after[member]} | set(map(str, added))
        if changed:
            RosterStep.objects.create(
                election=election,
                what=doing.what[:200],
                notes=doing.notes,
                before={member: lines for member, lines in before.items() if member in changed},
                after={member: lines for member, lines in after.items() if member in changed},
                added=added,
                by=by,
                at=now,
            )
            note_change(election, by=by, now=now)


def undoable(election: Election) -> RosterStep | None:
    """Return the last step, where it is not undone yet and its practices are as it left them."""
    last = RosterStep.objects.filter(election=election).first()
    if last is None or last.undone_at or _lines(map(int, last.after)) != last.after or _are_worked_on(last.added):
        return None
    return last


def _are_worked_on(added: list[int]) -> bool:
    """Say whether more was said of practices that a step added: undoing it would take that away too."""
    signed = ~Q(party__signer_name="", party__signer_title="", party__opt_in_accepted=False, party__executed_on=None)
    signed |= Q(party__signature_page__isnull=False)
    return bool(added) and Member.objects.filter(signed | ~Q(contests={}), pk__in=added).exists()


@transaction.atomic
def undo(election_id: uuid.UUID, *, by: User, now: datetime) -> RosterStep:
    """Put the lines back as they were before the last step, and take out the practices it added."""
    election = lock_to_edit(election_id, now)
    last = undoable(election)
    if last is None:
        raise Refused("There is nothing to undo. The roster has changed since then, or the change is already undone.")
    MemberClinician.objects.filter(member__in=map(int, last.after)).delete()
    for member in election.members.select_related("party__signature_page").filter(pk__in=last.added):
        delete_member(election, member, by=by, now=now)
    standing = {str(pk) for pk in Member.objects.filter(election=election).values_list("pk", flat=True)}
    MemberClinician.objects.bulk_create(
        MemberClinician.of_cells(int(member), position, cells, key=key)
        for member, lines in last.before.items()
        if member in standing
        for key, position, *cells in lines
    )
    last.undone_at = now
    last.save(update_fields=["undone_at"])
    note_change(election, by=by, now=now)
    return last


def _lines(members: Iterable[int]) -> Lines:
    """Return the lines of practices as they stand; one query."""
    found: Lines = {str(member): [] for member in members}
    rows = MemberClinician.objects.filter(member__in=map(int, found)).order_by("position", "id")
    for member, key, *cells in rows.values_list("member", "key", "position", "npi", "last_name", "first_name"):
        found[str(member)].append([str(key), *cells])
    return found
