"""Practices that list one TIN more than once: found, and merged into one."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from eligibility.law.facts import DeclaredPractice
from eligibility.law.identifiers import tin_problem
from eligibility.law.parameters import SSN_DIGITS
from eligibility.law.rule_results import count
from ground.templatetags.et import et_date

from ..content import PracticeEntry, Snapshot
from ..models import Election, Member, MemberClinician
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


class Merger(NamedTuple):
    """What merging does to the practices of one TIN; `not_kept` says in sentences what leaves with the others."""

    kept: Member
    others: list[Member]
    names: list[str]
    not_kept: list[str]


def mergers(election: Election, snapshot: Snapshot) -> list[Merger]:
    """Return the merger of each TIN that is listed more than once. Queries only if there is one.

    The practice that executed the agreement stays, else one that signed what has changed since, else one whose signer
    is named; of equals the first.
    """
    together = same_tin(snapshot.practices, snapshot.performance_year)
    members = election.members.select_related("party__signature_page").in_bulk(snapshot.member_ids) if together else {}
    found = []
    for group in together:
        listed = [
            (members[pk], snapshot.practices[position])
            for position, pk in enumerate(snapshot.member_ids)
            if position in group and pk in members  # someone may remove one in this moment
        ]
        if len(listed) > 1:
            (kept, entry), *others = sorted(listed, key=_executed, reverse=True)
            not_kept = [sentence for other in others for sentence in _not_kept(kept, entry, *other)]
            names = [str(member) for member, _ in listed]
            found.append(Merger(kept, [member for member, _ in others], names, not_kept))
    return found


@transaction.atomic
def merge_duplicates(election_id: uuid.UUID, *, by: User, now: datetime) -> list[str]:
    """Merge the practices of each TIN into one with all their clinicians; return what became of each, in sentences.

    Which one stays, and what is not kept of the others, is as `mergers` says. The others leave as removed practices do:
    the agreement is acknowledged again, and what was signed for them counts no more. Raises Refused if no TIN is listed
    twice.
    """
    election = lock_to_edit(election_id, now)
    merged = []
    for kept, others, names, not_kept in mergers(election, Snapshot.of_working_copy(election)):
        _unite(kept, others)
        clinicians = count(_unite_lines(kept, others), "clinician")
        for other in others:
            delete_member(election, other, by=by, now=now)
        merged += [f"{kept} was listed {len(names)} times. Now it is listed once, with {clinicians}.", *not_kept]
    if not merged:
        raise Refused("No TIN is listed twice. Nothing was changed.")
    note_change(election, by=by, now=now)
    return merged


def _executed(listed: tuple[Member, PracticeEntry]) -> tuple[bool, bool, bool]:
    """Say how far a practice has come with the agreement: the further, the greater."""
    member, entry = listed
    return entry.executed_on is not None, bool(entry.void), bool(member.party.signer_name)


def _not_kept(kept: Member, kept_entry: PracticeEntry, other: Member, entry: PracticeEntry) -> Iterator[str]:
    """Yield what of the agreement leaves with another practice, in a sentence if there is anything."""
    lost, signer = [], other.party.signer_name
    if entry.executed_on:
        by = f" by {entry.signer_name}" if entry.signer_name else ""
        lost.append(f"its signature{by} on the agreement, dated {et_date(entry.executed_on)}")
    elif entry.void:
        lost.append("its earlier signature on the agreement")
    elif signer not in ("", kept.party.signer_name):
        lost.append(f"its signer, {signer}")
    if entry.opt_in_accepted and not kept_entry.opt_in_accepted:
        lost.append("its acceptance of the opt-in")
    if hasattr(other.party, "signature_page"):
        lost.append("the photo or scan of its signature page")
    if lost:
        yield f"Not kept from {other} in the merge: {', and '.join(lost)}."


def _unite(kept: Member, others: list[Member]) -> None:
    """Give a practice a name that another has and it has not, and what all say against findings, its own first."""
    listed = [kept, *others]
    kept.name = next((member.name for member in listed if member.name), "")
    said: defaultdict[str, list[str]] = defaultdict(list)
    for rule, statement in chain.from_iterable(member.contests.items() for member in listed):
        if statement not in said[rule]:
            said[rule].append(statement)
    kept.contests = {rule: "\n".join(statements) for rule, statements in said.items()}
    kept.save(update_fields=["name", "contests"])


def _unite_lines(kept: Member, others: list[Member]) -> int:
    """Give a practice the lines that others have and it has not, none of them lost; return how many it has then.

    A line of a clinician that both list is one line, unless each has other names: then both stay, to be looked at.
    """
    lines_of: defaultdict[int, list[MemberClinician]] = defaultdict(list)
    for line in MemberClinician.objects.filter(member__in=[kept, *others]):
        lines_of[line.member_id].append(line)
    lines = lines_of[kept.pk]
    position = max((line.position for line in lines), default=0)
    for other in others:
        by_npi = {line.npi: line for line in lines if line.npi}
        for line in lines_of[other.pk]:
            same = by_npi.get(line.npi)
            if same and not any(same.cells[1:]):
                same.last_name, same.first_name = line.last_name, line.first_name
            elif not same or line.cells[1:] not in (same.cells[1:], ("", "")):
                position += 1
                line.member, line.position = kept, position
                lines.append(line)
    MemberClinician.objects.bulk_update(lines, ["member", "position", "last_name", "first_name"])
    return len(lines)
