"""What a signer wrote is answered: fixed, or why not. They read it by mail and at their link, and are asked again."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import SigningRequest

from ..agreement.actions import missing
from ..content import Snapshot
from ..link_limits import refuse_if_too_many
from ..models import Election, Event
from ..signers import VALID_FOR, Signer, link_for, signers_before, take_place
from ..verbs import Refused, record
from ..working_copy import lock_to_edit
from .actions import WITH_ITS_PARTY
from .asking import ELSEWHERE, tell_signer

ANSWER = "answer_signer"


def written_at(request: SigningRequest) -> datetime | None:
    """Return when the signer wrote what waits for an answer; None if nothing does."""
    return request.declined_at or request.corrected_at


@transaction.atomic
def answer(
    election_id: uuid.UUID, request: SigningRequest, *, fixed: bool, text: str, written: str, by: User, now: datetime
) -> None:
    """Answer what a signer wrote at this moment (`written`), and ask them again: who declined, by a new link.

    Answered already, nothing changes. Raises Refused where they wrote again since, signed, or cannot be asked.
    """
    election = lock_to_edit(election_id, now)
    asked = WITH_ITS_PARTY.get(pk=request.pk)
    if election.events.filter(verb=ANSWER, details__answered=asked.pk, details__written=written).exists():
        return
    if not election.agreement.is_signed_here:
        raise Refused(ELSEWHERE)
    member = getattr(asked.party, "member", None)
    if member is None:
        raise Refused("Nothing was sent. This practice was removed from the election a moment ago.")
    snapshot = Snapshot.of_working_copy(election)
    if lacks := missing(snapshot):
        raise Refused(*lacks)
    place = snapshot.member_ids.index(member.pk)
    entry, digest = snapshot.practices[place], snapshot.covered[place].digest
    at = written_at(asked)
    if asked.revoked_at or at is None or at.isoformat() != written or (entry.signed and entry.signed.signed_at > at):
        raise Refused("Nothing was sent. This changed after you opened the page. Read what the signer says now.")
    has_declined, said = asked.declined_at is not None, asked.reason or asked.correction
    to = _asked_anew(asked, digest, by, now) if has_declined else asked
    again = {"asked_for": digest, "reminded_at": now, "expires_at": now + VALID_FOR, "corrected_at": None}
    SigningRequest.objects.filter(pk=to.pk).update(correction=said, **again)
    details = {"practice": entry.name, "reason": text, "fixed": fixed, "said": said, "to": to.name}
    event = record(election, ANSWER, by=by, now=now, link=to.pk, answered=asked.pk, written=written, **details)
    told = {"practice": entry.name, "answer": event, "declined": has_declined, "signed": entry.signed is not None}
    tell_signer(event, "answered", to, now=now, **told)
    _keep_place(event, signers_before(election.last_submission, snapshot)[place], to, now=now)


def _asked_anew(asked: SigningRequest, digest: str, by: User, now: datetime) -> SigningRequest:
    """Return a new link for who declined: by the old one they did, and what it signed before stays void."""
    refuse_if_too_many([asked.email], by, now)
    SigningRequest.objects.filter(pk=asked.pk).update(revoked_at=now)
    link = link_for(asked.party_id, name=asked.name, email=asked.email, by=by, now=now, asked_for=digest)
    link.party, link.forwarded_by = asked.party, asked.forwarded_by
    link.save()
    return link


def _keep_place(event: Event, former: Signer | None, to: SigningRequest, *, now: datetime) -> None:
    """Let who was told of the last submission by a link that is closed now be told by the new one."""
    if former and former.request.pk != to.pk:
        take_place(event, former, to, now=now)


def answers_to(election: Election, requests: Collection[SigningRequest]) -> dict[int, Event]:
    """Return the last answer to each of these links, in one query; in none where no one wrote something before."""
    wrote = {request.pk for request in requests if request.correction and not request.corrected_at}
    if not wrote:
        return {}
    events = election.events.filter(verb=ANSWER).select_related("by").order_by("pk")
    return {event.details["link"]: event for event in events if event.details["link"] in wrote}
