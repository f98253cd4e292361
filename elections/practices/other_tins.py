"""A practice that got another practice's TIN: does the signer who was named for the one before sign for this one too?

What was typed stays. Until someone answers, or names another signer, no link is sent and the election is not submitted:
the signer of one practice must not be told about another.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from eligibility.law.identifiers import one_slip_from

from ..content import Snapshot
from ..models import Election, Member
from ..paper_records import attached_for, mark_of_tin
from ..verbs import record
from ..working_copy import lock_to_edit


@dataclass(frozen=True, slots=True)
class SignerQuestion:
    """A practice whose signer was named while it had another TIN: its id and name, and the signer's."""

    member_id: int
    practice: str
    signer: str

    @property
    def sentence(self) -> str:
        return f"You changed the TIN of {self.practice}. Say whether {self.signer} still signs for it."


def is_another(before: str, after: str) -> bool:
    """Say whether a TIN is more than the other one with one slip mended: a digit, or two that changed places.

    Before there was a TIN, there was no other practice.
    """
    return bool(before) and after not in one_slip_from(before)


def page_is_of_another(election: Election, member: Member, kind: str, before: str) -> bool:
    """Say whether the signature page that a practice has was attached while it had another TIN, as `is_another` does.

    A TIN that is still being typed is no other one. `kind` and `before` are the TIN that was just replaced.
    """
    year, now = election.performance_year, str(member.tin)
    page = getattr(member.party, "signature_page", None) if mark_of_tin(member.tin_kind, now, year) else None
    if page is None:
        return False
    if attached := attached_for(election, member, page):
        return attached not in {mark_of_tin(member.tin_kind, tin, year) for tin in one_slip_from(now)}
    return bool(mark_of_tin(kind, before, year)) and is_another(before, now)


def ask_about_signer(election: Election, member: Member, *, by: User, now: datetime) -> None:
    """Ask about the signer of a practice that got another's TIN, if one is named; within the caller's transaction."""
    if signer := member.party.signer:
        Member.objects.filter(pk=member.pk).update(signer_asked=signer)
        record(election, "other_tin", by=by, now=now, practice=str(member))


def signer_questions(snapshot: Snapshot) -> dict[int, SignerQuestion]:
    """Return the questions of a working copy that no one answered, by the practice's id."""
    listed = enumerate(zip(snapshot.member_ids, snapshot.practices, strict=True), start=1)
    return {
        pk: SignerQuestion(pk, entry.name or f"Practice {number}", entry.asks_signer)
        for number, (pk, entry) in listed
        if entry.asks_signer
    }


def is_asked(member: Member) -> bool:
    """Say whether, as the database has it now, someone has to say whether a practice's signer is the same."""
    now_there = Member.objects.select_related("party").filter(pk=member.pk).first()
    return bool(now_there and now_there.asks_signer)


@transaction.atomic
def keep_signer(election_id: uuid.UUID, member_id: int, *, by: User, now: datetime) -> None:
    """Answer that the same person signs for the practice with its new TIN; again, it changes nothing."""
    election = lock_to_edit(election_id, now)
    member = election.members.select_related("party").filter(pk=member_id).first()
    if member and member.asks_signer:
        Member.objects.filter(pk=member.pk).update(signer_asked="")
        record(election, "same_signer", by=by, now=now, practice=str(member))
