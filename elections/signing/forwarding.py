"""A request to sign that is forwarded: by a signer who is the wrong person, once, and canceled by who prepares it.

Nobody signs in to forward: whoever has the link does. So it reaches no one with a part in the election, and says of no
address why it cannot be written to.
"""

import unicodedata
import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from agreements.models import Party, Signature, SigningRequest
from ground.templatetags.et import et_datetime

from ..access import people_of
from ..content import Snapshot
from ..link_limits import writable
from ..mails import concerned, tell
from ..models import Election, PracticeSigner
from ..signers import link_for, signers_of
from ..verbs import Refused, lock, record
from ..working_copy import lock_to_edit
from .actions import WITH_ITS_PARTY
from .asking import tell_signer
from .flags import same_name
from .rooms import Room, room_of


def forward(request: SigningRequest, *, name: str, email: str, now: datetime) -> SigningRequest:
    """Send a link of their own to the person who signs for the practice; the link of who says so is closed.

    The same person given twice changes nothing. Raises Refused where the link may not sign or be forwarded, or where we
    do not write to the address: whatever the reason, in the same words.
    """
    with transaction.atomic():
        sent = _forward(request, name=name, email=email, now=now)
    if sent is None:
        raise Refused(
            "Nothing was sent. We can’t send the request to this email address. Check it, or give another one. If it "
            f"is right, tell {room_of(request).asker} who signs for the practice."
        )
    return sent


def _forward(request: SigningRequest, *, name: str, email: str, now: datetime) -> SigningRequest | None:
    """Return the new request; None, which is counted, where we do not write to the address."""
    lock(room_of(request).election.pk)
    room = room_of(WITH_ITS_PARTY.get(pk=request.pk))
    sent = SigningRequest.objects.filter(forwarded_from=room.request).first()
    if sent and sent.email == email and same_name(sent.name, name):
        return sent
    if why := room.why_closed(now) or room.why_not_forwarded:
        raise Refused(why)
    by = room.request.asked_by
    # In quotation marks, an address can be spelled in ways that compare as others.
    if '"' in email or _mailbox(email) in _not_written_to(room) or not writable([email], by, now):
        SigningRequest.objects.filter(pk=request.pk).update(refused_forwards=F("refused_forwards") + 1)
        return None
    SigningRequest.objects.filter(pk=request.pk).update(revoked_at=now)
    Party.objects.filter(pk=request.party_id).update(signer_name=name, signer_email=email)
    sent = link_for(request.party_id, name=name, email=email, by=by, now=now, asked_for=room.covered.digest)
    sent.forwarded_from = sent.forwarded_by = room.request
    sent.save()
    _tell(room, sent, now)
    return sent


def _tell(room: Room, sent: SigningRequest, now: datetime) -> None:
    former, practice = room.request, room.entry.name
    by_name = {"signer": former.name, "practice": practice, "to": sent.name, "email": sent.email}
    event = record(room.election, "forward_request", by=None, now=now, **by_name)
    people = concerned(room.election)
    told: dict[str, Any] = {"practice": practice, "sent": sent, "was_told": _give_place(room.election, former, sent)}
    tell(event, "forwarded", people, now=now, reply_to=former.email, signing=former, **told)
    tell_signer(event, "ask_to_sign", sent, now=now, practice=practice, by=former.asked_by)
    if former.email not in {address.lower() for address in people}:
        tell_signer(event, "forward_sent", former, now=now, **told)


def open_link(sent: SigningRequest) -> SigningRequest | None:
    """Return the link that who a request was forwarded to has now, be it a later one; None if they have none."""
    of_party = WITH_ITS_PARTY.filter(party=sent.party_id, forwarded_by__isnull=False)
    return of_party.filter(forwarded_by=sent.forwarded_by_id, revoked_at=None).first()


def signatures_of(sent: SigningRequest) -> QuerySet[Signature]:
    """Return what who a request was forwarded to has signed for the practice, by this link and by earlier ones."""
    parties = [sent.party_id, sent.party.continues_id]
    return Signature.objects.filter(party__in=parties, request__forwarded_by=sent.forwarded_by_id)


def is_submitted(election: Election, sent: SigningRequest) -> bool:
    """Say whether what was submitted last has a signature of who a request was forwarded to."""
    given = set(signatures_of(sent).values_list("signed_at", "request__email"))
    if not (given and election.last_submission):
        return False
    signed = [entry.signed for entry in Snapshot.of_submission(election.last_submission).practices if entry.signed]
    return any((each.signed_at, each.asked_email) in given for each in signed)


@transaction.atomic
def cancel_forward(election_id: uuid.UUID, request: SigningRequest, *, by: User, now: datetime) -> None:
    """Close the link of a forwarded request, and give the place back to who was asked, to be asked again.

    A signature by that link no longer counts, and it opens nothing: no one who prepares the election had named that
    person. Canceled already, nothing changes. Raises Refused where the practice was removed.
    """
    election = lock_to_edit(election_id, now)
    sent = open_link(request)
    former = sent and sent.forwarded_by
    if sent is None or former is None:
        return
    member, had_signed = getattr(sent.party, "member", None), signatures_of(sent).exists()
    if member is None:
        raise Refused("This practice was removed from the election a moment ago. No one can sign for it here.")
    answered = {"declined_at": now, "reason": "The forwarded request was canceled."} if had_signed else {}
    SigningRequest.objects.filter(pk=sent.pk).update(revoked_at=now, expires_at=now, **answered)
    named = {"signer_name": former.name, "signer_email": former.email}
    Party.objects.filter(pk=sent.party_id, signer_email=sent.email).update(**named)
    said = {"practice": member.name, "to": sent.name, "email": sent.email, "former": former.pk}
    event = record(election, "cancel_forward", by=by, now=now, **said)
    _give_place(election, sent, former)
    tell_signer(event, "forward_canceled", sent, now=now, practice=member.name, had_signed=had_signed)


def _give_place(election: Election, before: SigningRequest, after: SigningRequest) -> bool:
    """Let a person be told of the last submission where another one was; say whether that one was."""
    last = election.last_submission
    places = [signer.position for signer in signers_of(last) if signer.request.pk == before.pk] if last else []
    for position in places:
        PracticeSigner.objects.create(submission_id=election.last_submission_id, practice=position, request=after)
    return bool(places)


def _not_written_to(room: Room) -> set[str]:
    """Return the mailboxes of everyone with a part in the election but this practice's signer, and of who forwards."""
    election, own = room.election, room.request
    requests = SigningRequest.objects.filter(party__agreement=election.agreement_id).exclude(party=own.party_id)
    signers = requests.filter(Q(revoked_at=None) | Q(asked_for="") | Q(signatures__isnull=False))
    parties = Party.objects.filter(agreement=election.agreement_id).exclude(pk=own.party_id)
    invited = election.invitations.filter(answered_at=None, revoked_at=None)
    addresses = {
        *people_of(election),
        *concerned(election),
        *signers.values_list("email", flat=True),
        *parties.values_list("signer_email", flat=True),
        *invited.values_list("email", flat=True),
        own.email,
        own.asked_by.email,
    }
    return {_mailbox(address) for address in addresses if address}


def _mailbox(address: str) -> str:
    """Return what mail to an address is sorted by: its letters in one form, without what follows a plus sign."""
    local, _, domain = unicodedata.normalize("NFKC", address.strip()).casefold().rpartition("@")
    domain = domain.rstrip(".")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{local.partition('+')[0]}@{domain}"


def forwarded_signatures(election: Election) -> dict[tuple[datetime, str], str]:
    """Return who forwarded the request, for signatures that were given by such a link, by their moment and its address.

    Those of an earlier year, too, where the agreement goes on. If the request was canceled after that, they say when.
    """
    ended = election.events.filter(verb="cancel_forward").order_by("pk")
    canceled = dict(ended.values_list("details__former", "at"))
    of_parties = Q(party__agreement=election.agreement_id) | Q(party__continued_by__agreement=election.agreement_id)
    given = Signature.objects.filter(of_parties, request__forwarded_by__isnull=False)
    former = [f"request__forwarded_by__{name}" for name in ("pk", "name", "email", "forwarded_to__asked_at")]
    said = {}
    for at, to, pk, name, email, on in given.values_list("signed_at", "request__email", *former):
        until = canceled.get(pk)
        end = f", and canceled on {et_datetime(until)}" if until and until >= at else ""
        said[at, to] = f"forwarded by {name}, {email}, on {et_datetime(on)}{end}"
    return said
