"""What a practice's signer does by their personal link: open it, say what is wrong, decline, sign."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from agreements.models import KnownBy, Signature, SigningRequest
from agreements.text.fingerprints import WHAT_CHANGED, Fingerprints
from ground import links

from ..agreement.actions import make_executed
from ..mails import concerned, tell
from ..verbs import Refused, lock, record
from .rooms import Room, room_of

BETWEEN_CORRECTIONS = timedelta(minutes=5)
WITH_ITS_PARTY = SigningRequest.objects.select_related("party__agreement", "party__member", "asked_by", "forwarded_by")


class Changed(Refused):
    """What was to be signed changed after the page was opened; nothing was signed."""

    def __init__(self, what: tuple[str, ...]) -> None:
        said = " and ".join(WHAT_CHANGED[each] for each in what)
        super().__init__(f"Nothing was signed yet. Since you opened this page, {said}. Read the page again, then sign.")


def find(token: str) -> SigningRequest | None:
    """Return the request of a link, whatever its state; None if the link is none of ours."""
    return WITH_ITS_PARTY.filter(token_hash=links.hash_of(token)).first()


def note_opened(request: SigningRequest, *, now: datetime) -> None:
    """Note when the person first opened what they are asked to sign: opening the link alone does nothing."""
    SigningRequest.objects.filter(pk=request.pk, opened_at=None).update(opened_at=now)


@transaction.atomic
def correct(request: SigningRequest, *, text: str, now: datetime) -> None:
    """Tell those who work on the election what is wrong with the practice's roster."""
    room = _locked(request, now)
    if room.request.corrected_at and now - room.request.corrected_at < BETWEEN_CORRECTIONS:
        raise Refused(
            "Nothing was sent now. You wrote to them a few minutes ago. Wait a few minutes and try again, or call them."
        )
    SigningRequest.objects.filter(pk=request.pk).update(correction=text, corrected_at=now)
    _record_and_tell(room, "correct_roster", text, now)


@transaction.atomic
def decline(request: SigningRequest, *, reason: str, now: datetime) -> None:
    """Answer no, with a reason, which those who work on the election are told."""
    room = _locked(request, now)
    if room.has_signed:
        raise Refused("You already signed, so you can no longer decline. Talk to the representative.")
    SigningRequest.objects.filter(pk=request.pk).update(declined_at=now, reason=reason)
    _record_and_tell(room, "decline_to_sign", reason, now)


@transaction.atomic
def sign(
    request: SigningRequest,
    *,
    name: str,
    title: str,
    statement: str,
    opt_in_accepted: bool | None,
    seen: Fingerprints,
    user: User | None,
    has_second_factor: bool,
    now: datetime,
) -> Signature:
    """Sign for a practice what the page showed, known by its three fingerprints.

    `opt_in_accepted` is None where the opt-in was not asked for. What was signed already, by a double click or in
    another browser, gives the signature that stands; who has not accepted the opt-in may sign again and do so. Raises
    Changed where something else stands by now, Refused where the link is closed. The last signature has the executed
    agreement made.
    """
    room = _locked(request, now)
    standing = room.signature
    if standing and room.has_signed and not (opt_in_accepted and may_accept_opt_in(standing)):
        return standing
    if what := room.covered.changed_since(seen):
        raise Changed(what)
    signature = Signature.objects.create(
        request=request,
        party_id=request.party_id,
        name=name,
        title=title,
        statement=statement,
        opt_in_accepted=opt_in_accepted,
        signed_at=now,
        known_by=known_by(user, has_second_factor),
        user=user,
        text_sha256=seen.text,
        parties_sha256=seen.parties,
        schedule_sha256=seen.schedule,
    )
    record(room.election, "sign", by=user, now=now, signer=name, practice=room.entry.name)
    make_executed(room.election, now=now)
    return signature


def may_accept_opt_in(signature: Signature | None) -> bool:
    """Say whether somebody signed and has not accepted the opt-in, refused or not asked then: it can be, once."""
    return signature is not None and not signature.opt_in_accepted


def known_by(user: User | None, has_second_factor: bool) -> KnownBy:
    """Say how we know who signs: by the link alone, signed in with the address it went to, or with a second factor."""
    if user is None:
        return KnownBy.LINK
    return KnownBy.SECOND_FACTOR if has_second_factor else KnownBy.ACCOUNT


def _locked(request: SigningRequest, now: datetime) -> Room:
    """Return the room with its election locked; raise Refused where the link is closed."""
    lock(room_of(request).election.pk)
    room = room_of(WITH_ITS_PARTY.get(pk=request.pk))
    if why := room.why_closed(now):
        raise Refused(why)
    return room


def _record_and_tell(room: Room, verb: str, text: str, now: datetime) -> None:
    request, practice = room.request, room.entry.name
    event = record(room.election, verb, by=None, now=now, signer=request.name, practice=practice, reason=text)
    said: dict[str, Any] = {"signing": request, "practice": practice, "text": text, "has_signed": room.has_signed}
    tell(event, verb, concerned(room.election), now=now, **said)
