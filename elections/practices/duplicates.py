"""Practices that list one TIN more than once: found, and merged into one."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from django.db import transaction

from accounts.models import User
from eligibility.law.facts import DeclaredPractice
from eligibility.law.identifiers import tin_problem
from eligibility.law.parameters import SSN_DIGITS
from eligibility.law.rule_results import count

from ..content import Snapshot
from ..models import Member
from ..verbs import Refused
from ..working_copy import lock_to_edit, note_change
from .members import delete_member


def same_tin(practices: Sequence[DeclaredPractice], performance_year: int) -> list[list[int]]:
    """Return the positions of the practices of each TIN that is listed more than once; only of whole TINs."""
    digits = SSN_DIGITS.for_year(performance_year)
    alike: defaultdict[tuple[str, str], list[list[int]]] = defaultdict(list)
    for position, practice in enumerate(practices):
        if tin_problem(practice.tin_kind, practice.tin, ssn_digits=digits):
            continue
        groups = alike[practice.tin_kind, practice.tin]  # of an SSN one may tie several together
        same = [group for group in groups if any(practice.has_same_tin(practices[other]) for other in group)]
        apart = [group for group in groups if group not in same]
        alike[practice.tin_kind, practice.tin] = [*apart, [*chain.from_iterable(same), position]]
    return [group for groups in alike.values() for group in groups if len(group) > 1]


def listed_twice(snapshot: Snapshot) -> list[list[str]]:
    """Return the names of the practices of each TIN that is listed more than once."""
    named = [entry.name or f"Practice {number}" for number, entry in enumerate(snapshot.practices, start=1)]
    return [
        [named[position] for position in group] for group in same_tin(snapshot.practices, snapshot.performance_year)
    ]


@transaction.atomic
def merge_duplicates(election_id: uuid.UUID, *, by: User, now: datetime) -> list[str]:
    """Merge the practices of each TIN into one with all their clinicians; return what became of each, in a sentence.

    The one whose signer is known stays, else the first. The others leave as removed practices do: the agreement is
    acknowledged again, and what was signed for them counts no more. Raises Refused if no TIN is listed twice.
    """
    election = lock_to_edit(election_id, now)
    snapshot = Snapshot.of_working_copy(election)
    members = election.members.select_related("party").in_bulk(snapshot.member_ids)
    merged = []
    for group in same_tin(snapshot.practices, election.performance_year):
        listed = [members[snapshot.member_ids[position]] for position in group]
        kept, *others = sorted(listed, key=lambda member: (not _has_signer(member), member.position))
        for other in others:
            _take_from(kept, other)
            delete_member(election, other)
        clinicians = count(kept.clinicians.count(), "clinician")
        merged.append(f"{kept} was listed {len(group)} times. It is listed once now, with {clinicians}.")
    if not merged:
        raise Refused("No TIN is listed twice. Nothing was changed.")
    note_change(election, by=by, now=now)
    return merged


def _has_signer(member: Member) -> bool:
    return bool(member.party.signer_name or member.party.executed_on)


def _take_from(kept: Member, other: Member) -> None:
    """Give a practice what another has and it has not: its name, its contests and its lines, none of them lost.

    A line of a clinician that both list is one line, unless each has other names: then both stay, to be looked at.
    """
    kept.name, kept.contests = kept.name or other.name, other.contests | kept.contests
    kept.save(update_fields=["name", "contests"])
    lines = list(kept.clinicians.all())
    by_npi = {line.npi: line for line in lines if line.npi}
    position = max((line.position for line in lines), default=0)
    for line in other.clinicians.all():
        same = by_npi.get(line.npi)
        if same and not any(same.cells[1:]):
            same.last_name, same.first_name = line.last_name, line.first_name
            same.save(update_fields=["last_name", "first_name"])
        elif not same or line.cells[1:] not in (same.cells[1:], ("", "")):
            position += 1
            line.member, line.position = kept, position
            line.save(update_fields=["member", "position"])
