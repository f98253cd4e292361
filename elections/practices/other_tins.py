"""A practice that got another practice's TIN: does the signer who was named for the one before sign for this one too?

What was typed stays. Until someone answers, or names another signer, no link is sent and the election is not submitted:
the signer of one practice must not be told about another.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from agreements.models import Party

from ..models import Election, Member
from ..verbs import record
from ..working_copy import lock_to_edit

ASKED, ANSWERED = "other_tin", "same_signer"
SALT = "elections.practices.other_tins"


@dataclass(frozen=True, slots=True)
class SignerQuestion:
    """A practice whose signer was named while it had another TIN."""

    member: Member

    @property
    def signer(self) -> str:
        """Return the signer as the page names them: name and email address, as far as they are known."""
        return ", ".join(filter(None, (self.member.party.signer_name, self.member.party.signer_email)))

    @property
    def sentence(self) -> str:
        return f"You changed the TIN of {self.member}. Say whether {self.signer} still signs for it."


def is_another(before: str, after: str) -> bool:
    """Say whether a TIN is more than the other one with one slip mended: a digit, or two that changed places.

    Before there was a TIN, there was no other practice.
    """
    if not before or before == after:
        return False
    start = next(
        (place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    left, right = before[start:], after[start:]
    one_digit = left[1:] == right[1:] or left[1:] == right or left == right[1:]
    return not (one_digit or (left[:2] == right[:2][::-1] and left[2:] == right[2:]))


def ask_about_signer(election: Election, member: Member, *, by: User, now: datetime) -> None:
    """Ask about the signer of a practice that got another's TIN, if one is named; within the caller's transaction."""
    if SignerQuestion(member).signer:
        record(election, ASKED, by=by, now=now, **_about(member))


def signer_questions(election: Election) -> dict[int, SignerQuestion]:
    """Return the questions that no one answered, by the practice's id; one query if none was ever asked, else two."""
    events = election.events.filter(verb__in=(ASKED, ANSWERED)).order_by("pk").values_list("verb", "details")
    last: dict[int, tuple[str, Mapping[str, str]]] = {details["member"]: (verb, details) for verb, details in events}
    asked = {pk: details["signer_was"] for pk, (verb, details) in last.items() if verb == ASKED}
    members = election.members.select_related("party").in_bulk(asked) if asked else {}
    return {pk: SignerQuestion(member) for pk, member in members.items() if _fingerprint(member.party) == asked[pk]}


@transaction.atomic
def keep_signer(election_id: uuid.UUID, member_id: int, *, by: User, now: datetime) -> None:
    """Answer that the same person signs for the practice with its new TIN; again, it changes nothing."""
    election = lock_to_edit(election_id, now)
    if question := signer_questions(election).get(member_id):
        record(election, ANSWERED, by=by, now=now, **_about(question.member))


def _about(member: Member) -> dict[str, str | int]:
    return {"practice": str(member), "member": member.pk, "signer_was": _fingerprint(member.party)}


def _fingerprint(party: Party) -> str:
    """Return a keyed hash of who is named: once another is, nothing is left to ask."""
    named = f"{party.signer_name.strip()}\n{party.signer_email.strip()}".lower()
    return salted_hmac(SALT, named, algorithm="sha256").hexdigest()
