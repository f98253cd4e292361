"""A practice in two elections: whether its signer may choose between them by their link, and what they chose."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from agreements.models import SigningRequest

from ..models import Claim, Conflict, Election
from ..readiness import keys_of
from ..states import ElectionStatus
from ..submission.claims import lock_keys, settle, tell_outcome
from ..verbs import Refused, lock
from .flags import same_name
from .rooms import Room, room_of

CHOSEN = (Conflict.Settlement.KEPT, Conflict.Settlement.MOVED)  # by whoever settled it; else the TIN came free


@dataclass(frozen=True, slots=True)
class Choice:
    """What a practice's signer chose between two elections: when, and whether it was the one that is looked at."""

    at: datetime
    is_this: bool


def rival_of(room: Room, now: datetime) -> Election | None:
    """Return the election that holds or waits for the practice's TIN too, where its signer may choose; else None.

    They may where they have signed here, both elections name the same signer at the same address, the window is open
    and neither is approved. Otherwise only a reviewer moves a claim.
    """
    window = room.election.window
    if not (room.has_signed and room.request.is_open(now) and window.opens <= now < window.closes):
        return None
    for conflict in conflicts_of(room):
        sides = [conflict.waiting.election, conflict.holder.election]
        other = sides[sides.index(room.election) - 1]
        if ElectionStatus.APPROVED not in [side.status for side in sides] and _names_the_same_signer(other, room, now):
            return other
    return None


def conflicts_of(room: Room) -> QuerySet[Conflict]:
    """Return the open conflicts over the practice's TIN with this election on a side; of an SSN one for each NPI."""
    return _over_the_tin(room).filter(closed_at=None).select_related("waiting__election", "holder__election")


def choice_of(room: Room) -> Choice | None:
    """Return the last choice of the practice's signer between this election and another, if it still counts.

    None where nobody chose, or the TIN has gone elsewhere since: one of the two was withdrawn, or CMS moved it.
    """
    settled = _over_the_tin(room).filter(outcome__in=CHOSEN, settled_by=None)
    last = settled.select_related("waiting", "holder").order_by("closed_at", "pk").last()
    if last is None or last.closed_at is None:
        return None
    won = last.holder if last.outcome == Conflict.Settlement.KEPT else last.waiting
    return Choice(last.closed_at, won.election_id == room.election.pk) if won.state == Claim.State.HELD else None


def _over_the_tin(room: Room) -> QuerySet[Conflict]:
    of_tin = Conflict.objects.filter(waiting__tin_key__in=keys_of(room.entry))
    return of_tin.filter(Q(waiting__election=room.election) | Q(holder__election=room.election))


def _names_the_same_signer(other: Election, room: Room, now: datetime) -> bool:
    asked = SigningRequest.objects.filter(
        party__agreement=other.agreement_id,
        party__agreement__is_signed_here=True,
        party__member__tin_kind=room.entry.tin_kind,
        email=room.request.email,
        revoked_at=None,
        declined_at=None,
        expires_at__gt=now,
    )
    return any(
        one.party.member.tin == room.entry.tin and same_name(one.name, room.request.name)
        for one in asked.select_related("party__member")
    )


NO_CHOICE = (
    "Nothing was changed. You can no longer choose here. "
    "Since you opened this page, the question was settled, or only CMS can settle it now."
)


@transaction.atomic
def choose_by_signature(request: SigningRequest, *, now: datetime) -> str:
    """Let a practice's signer say by their link which of two elections it takes part in; return the practice's name.

    Both representatives are told. Raises Refused where the signer may not choose (rival_of), or
    somebody settled it meanwhile.
    """
    shown = room_of(request)
    other = rival_of(shown, now)
    if other is None:
        raise Refused(NO_CHOICE)
    for election_id in sorted({shown.election.pk, other.pk}):
        lock(election_id)
    lock_keys(shown.election.performance_year, keys_of(shown.entry))
    room = room_of(request)
    if rival_of(room, now) != other:
        raise Refused(NO_CHOICE)
    reason = f"Chosen by the practice’s signer, {request.name}, by a personal link."
    between = [c for c in conflicts_of(room) if other.pk in (c.waiting.election_id, c.holder.election_id)]
    for conflict in between:
        outcome = Conflict.Settlement.KEPT if conflict.holder.election == room.election else Conflict.Settlement.MOVED
        settle(conflict, outcome, reason, by=None, now=now)
    mine = between[0].holder if between[0].holder.election == room.election else between[0].waiting
    theirs = between[0].waiting if mine == between[0].holder else between[0].holder
    tell_outcome(mine, "claim_held", now=now, chosen=True)
    tell_outcome(theirs, "claim_lost", now=now, chosen=True)
    return room.entry.name
