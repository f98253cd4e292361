"""Whose turn it is while an agreement is signed here: a signer's, or that of those who work on the election."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agreements.models import SigningRequest
from agreements.text.fingerprints import Fingerprints

from ..content import PracticeEntry, Snapshot
from ..mails import latest_mails
from ..models import Election
from ..signing.asking import open_requests


class Turn(StrEnum):
    """Why a practice's signature waits for those who work on the election."""

    WRONG = "says something is wrong"
    DECLINED = "declined to sign"
    LOST = "didn’t get our email"
    EXPIRED = "has a link that expired"


@dataclass(frozen=True, slots=True)
class Turns:
    """How far the signatures are: `ours` are the requests that wait for an answer, `theirs` those that wait to sign."""

    signed: int
    practices: int
    ours: tuple[tuple[SigningRequest, Turn], ...] = ()
    theirs: tuple[SigningRequest, ...] = ()
    unasked: int = 0  # practices that have not signed, and whose signer has no link

    @property
    def unsigned(self) -> int:
        return self.practices - self.signed


def read_turns(election: Election, snapshot: Snapshot, now: datetime) -> Turns | None:
    """Return whose turn it is, in at most two queries; None if the practices don't sign here."""
    if not snapshot.is_signed_here:
        return None
    requests = list(open_requests(election).filter(party__member__in=snapshot.member_ids))
    latest = latest_mails(election, {request.email for request in requests}) if requests else {}
    lost = {address for address, mail in latest.items() if mail.did_not_arrive}
    return take_turns(snapshot, requests, lost, now)


def take_turns(snapshot: Snapshot, requests: Iterable[SigningRequest], lost: Collection[str], now: datetime) -> Turns:
    """Return whose turn it is; `lost` are the addresses whose latest email did not arrive."""
    of_member = {request.party.member.pk: request for request in requests}
    listed = zip(snapshot.member_ids, snapshot.practices, snapshot.covered, strict=True)
    ours, theirs = [], []
    for pk, entry, covered in listed:
        request = of_member.get(pk)
        if request is None:
            continue
        if why := _why_ours(request, entry, covered, lost, now):
            ours.append((request, why))
        elif not entry.signed:
            theirs.append(request)
    signed = sum(entry.signed is not None for entry in snapshot.practices)
    unasked = sum(1 for _ in _unasked(snapshot, of_member))
    return Turns(signed, len(snapshot.practices), tuple(ours), tuple(theirs), unasked)


def _unasked(snapshot: Snapshot, of_member: Collection[int]) -> Iterator[int]:
    for pk, entry in zip(snapshot.member_ids, snapshot.practices, strict=True):
        if not entry.signed and pk not in of_member:
            yield pk


def _why_ours(
    request: SigningRequest, entry: PracticeEntry, covered: Fingerprints, lost: Collection[str], now: datetime
) -> Turn | None:
    """Return why a request waits for an answer; None if its signer has to act, or has signed.

    What a signer said is wrong is answered once the practice is changed: they are then asked to look again.
    """
    said = request.corrected_at
    is_signed_since = entry.signed is not None and (said is None or entry.signed.signed_at > said)
    if is_signed_since:
        return None
    if request.declined_at:
        return Turn.DECLINED
    if said and request.asked_for == covered.digest:
        return Turn.WRONG
    if entry.signed:
        return None
    if request.email in lost:
        return Turn.LOST
    return Turn.EXPIRED if request.expires_at <= now else None
