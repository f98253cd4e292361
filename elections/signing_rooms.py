"""What a personal link opens: one practice's place in an agreement that is being signed."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet

from accounts.templatetags.et import et_closing, et_date, et_datetime
from agreements.fingerprints import Covered
from agreements.models import Document, DocumentState, Signature, SigningRequest

from .models import Claim, Conflict, Election
from .readiness import keys_of
from .signing_flags import same_name
from .snapshots import PracticeEntry, Snapshot
from .states import Status

OVER = (Status.REJECTED, Status.WITHDRAWN, Status.LAPSED)


SETTLED_BY_SOMEBODY = (Conflict.Outcome.KEPT, Conflict.Outcome.MOVED)  # else the TIN came free


@dataclass(frozen=True, slots=True)
class Choice:
    """What a practice's signer chose between two elections: when, and whether it was the one that is looked at."""

    at: datetime
    is_this: bool


@dataclass(frozen=True)
class Room:
    """The practice whose signer was asked, as the working copy lists it now; `position` None: it was removed."""

    request: SigningRequest
    election: Election
    snapshot: Snapshot
    position: int | None

    @property
    def entry(self) -> PracticeEntry:
        """The practice; raises TypeError where it was removed."""
        return self.snapshot.practices[self.position]  # type: ignore[index]

    @property
    def covered(self) -> Covered:
        """What a signature would cover now; raises TypeError where the practice was removed."""
        return self.snapshot.covered[self.position]  # type: ignore[index]

    @property
    def has_signed(self) -> bool:
        """Say whether the signature that counts for the practice was given by this link."""
        given = self.signature if self.position is not None and self.entry.signed else None
        return given is not None and self.entry.signed is not None and given.signed_at == self.entry.signed.signed_at

    @cached_property
    def signature(self) -> Signature | None:
        """Return what was last signed by this link, whether or not it still counts; None where nothing was."""
        return self.request.signatures.order_by("-pk").first()

    def executed_before(self, now: datetime) -> Document | None:
        """Return the executed agreement that the signer was told of; None where there is none, or the link is over."""
        told = self.request.told_of if self.request.is_open(now) else None
        return told if told and told.state == DocumentState.READY else None

    def why_closed(self, now: datetime) -> str:
        """Say why nothing can be signed by this link; empty where it can."""
        request = self.request
        if request.revoked_at and not self.election.agreement.is_signed_here:
            return "The practices now execute this agreement elsewhere, on paper for instance. You need not sign here."
        if request.revoked_at:
            return "This link was replaced: a newer one was sent, or somebody else was asked to sign for the practice."
        if self.position is None:
            return "This practice was removed from the virtual group. There is nothing for you to sign."
        signed = self.entry.signed
        if signed and not (self.has_signed or self.snapshot.is_carried(self.entry)):
            return f"{signed.name} has signed for the practice already, on {et_datetime(signed.signed_at)}."
        if request.declined_at:
            return f"You declined on {et_datetime(request.declined_at)}."
        if request.expires_at <= now:
            return f"This link was good until {et_date(request.expires_at)}."
        if self.election.status in OVER:
            return f"This election is {self.election.status} now."
        if now >= self.election.window.closes and self.election.status != Status.ACTION_NEEDED:
            return f"The election window closed {et_closing(self.election.window.closes)}."
        return ""


def room_of(request: SigningRequest) -> Room:
    """Return what a link opens now.

    The text is read after the fingerprints, with `election.agreement`: who is shown a newer one signs nothing by it.
    """
    election = Election.objects.select_related("virtual_group").get(agreement=request.party.agreement_id)
    snapshot = Snapshot.of_working_copy(election)
    member = getattr(request.party, "member", None)
    is_listed = member is not None and member.pk in snapshot.member_ids and bool(snapshot.covered)
    return Room(request, election, snapshot, snapshot.member_ids.index(member.pk) if member and is_listed else None)


def unsigned(snapshot: Snapshot) -> Snapshot:
    """Return the agreement as it stands to be signed, whoever has signed it already."""
    entries = [
        replace(entry, executed_on=None, signer_name="", signer_title="", signed=None) for entry in snapshot.practices
    ]
    return replace(snapshot, practices=tuple(entries))


def is_known_to_cms(room: Room) -> bool:
    """Say whether CMS approved an election in which this address signed for this very TIN, in whatever year.

    Until then nothing but the word of whoever prepares the election says that the address is the practice's own.
    """
    keys = keys_of(room.entry)
    approved = Election.objects.filter(
        status=Status.APPROVED, claims__tin_key__in=keys, claims__state=Claim.State.HELD
    ).select_related("last_submission")
    return any(
        entry.signed and entry.signed.asked_email == room.request.email and set(keys_of(entry)) & set(keys)
        for election in approved.distinct()
        if election.last_submission
        for entry in Snapshot.of_submission(election.last_submission).practices
    )


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
        if Status.APPROVED not in [side.status for side in sides] and _names_the_same_signer(other, room, now):
            return other
    return None


def conflicts_of(room: Room) -> QuerySet[Conflict]:
    """Return the open conflicts over the practice's TIN with this election on a side; of an SSN one for each NPI."""
    return _over_the_tin(room).filter(closed_at=None).select_related("waiting__election", "holder__election")


def choice_of(room: Room) -> Choice | None:
    """Return what the practice's signer chose last between this election and another; None where nobody did."""
    settled = _over_the_tin(room).filter(outcome__in=SETTLED_BY_SOMEBODY, settled_by=None)
    last = settled.select_related("waiting", "holder").order_by("closed_at", "pk").last()
    if last is None or last.closed_at is None:
        return None
    won = last.holder if last.outcome == Conflict.Outcome.KEPT else last.waiting
    return Choice(last.closed_at, won.election_id == room.election.pk)


def _over_the_tin(room: Room) -> QuerySet[Conflict]:
    of_tin = Conflict.objects.filter(waiting__tin_key__in=keys_of(room.entry))
    return of_tin.filter(Q(waiting__election=room.election) | Q(holder__election=room.election))


def _names_the_same_signer(other: Election, room: Room, now: datetime) -> bool:
    asked = SigningRequest.objects.filter(
        party__agreement=other.agreement_id,
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
