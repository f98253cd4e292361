"""What a personal link opens: one practice's place in an agreement that is being signed."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from agreements.models import Document, DocumentState, Signature, SigningRequest
from agreements.text.fingerprints import WHAT_CHANGED, Fingerprints
from ground.templatetags.et import et_closing, et_date, et_datetime

from ..agreement.actions import missing
from ..agreement.text import named_in_text
from ..content import PracticeEntry, Snapshot
from ..models import Claim, Election
from ..readiness import keys_of
from ..states import OVER, ElectionStatus

MOST_REFUSED = 5  # addresses, by one link: room for slips, and too few to try out who has a part in the election


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
    def group(self) -> str:
        """What the agreement calls the group: it may have another name by now."""
        return named_in_text(self.election)

    @property
    def changed(self) -> list[str]:
        """What changed since a signature for the practice that counts no more; nothing where none was given."""
        return [WHAT_CHANGED[what] for what in self.entry.void]

    @property
    def covered(self) -> Fingerprints:
        """What a signature would cover now; raises TypeError where the practice was removed."""
        return self.snapshot.covered[self.position]  # type: ignore[index]

    @property
    def has_signed(self) -> bool:
        """Say whether the signature that counts for the practice was given by this link."""
        given = self.signature if self.position is not None and self.entry.signed else None
        return given is not None and self.entry.signed is not None and given.signed_at == self.entry.signed.signed_at

    @cached_property
    def signature(self) -> Signature | None:
        """Return the last signature by this link, whether or not it still counts; None if there is none."""
        return self.request.signatures.order_by("-pk").first()

    def executed_before(self, now: datetime) -> Document | None:
        """Return the executed agreement that the signer was told of; None where there is none, or the link is over.

        Also where the practices sign elsewhere by now; not where somebody else, or another link, took its place.
        """
        told = self.request.told_of
        if told is None or told.state != DocumentState.READY or now >= self.request.expires_at:
            return None
        later = SigningRequest.objects.filter(party=self.request.party_id, pk__gt=self.request.pk)
        return None if later.exists() else told

    def why_closed(self, now: datetime) -> str:
        """Say why nothing can be signed by this link; empty where it can."""
        request = self.request
        if not self.election.agreement.is_signed_here:
            return (
                "The practices now sign this agreement somewhere else, such as on paper. You don’t have to sign here."
            )
        if not request.asked_for:
            return "This link shows what was submitted for the practice. You can’t sign with it."
        if request.revoked_at:
            return self._why_revoked()
        if self.position is None:
            return "This practice was removed from the virtual group. There is nothing for you to sign."
        signed = self.entry.signed
        if signed and not (self.has_signed or self.snapshot.is_carried(self.entry)):
            return f"{signed.name} already signed for the practice, on {et_datetime(signed.signed_at)}."
        if request.declined_at:
            return f"You declined on {et_datetime(request.declined_at)}."
        if request.expires_at <= now:
            return f"This link worked until {et_date(request.expires_at)}."
        return self.why_no_one_signs(now)

    def _why_revoked(self) -> str:
        if newer := self._newer_to_the_same():
            return f"We sent a newer email to you on {et_datetime(newer.asked_at)}. Use the link in it."
        if to := SigningRequest.objects.filter(forwarded_from=self.request).first():
            return f"On {et_datetime(to.asked_at)}, you forwarded this request to {to.name}. You don’t have to sign."
        if self.request.forwarded_by_id:
            return (
                "This link no longer works. The people who prepare the election canceled it, sent a newer link, or "
                "asked someone else to sign for the practice."
            )
        return (
            "This link no longer works. A newer link was sent, someone else was asked to sign for the practice, "
            "or the practice’s TIN was changed."
        )

    def _newer_to_the_same(self) -> SigningRequest | None:
        """Return the last link for the practice, if it went to the same address after this one."""
        last = SigningRequest.objects.filter(party=self.request.party_id).order_by("pk").last()
        is_newer = last is not None and last.pk != self.request.pk and last.email == self.request.email
        return last if is_newer and last and last.asked_for else None

    @property
    def asker(self) -> str:
        """Who asked for the signature, with their address."""
        by = self.request.asked_by
        return f"{by} ({by.email})" if by.name else by.email

    @property
    def why_not_forwarded(self) -> str:
        """Why a request that is open cannot be forwarded; empty if it can."""
        if self.request.forwarded_by_id:
            return (
                "This request was already forwarded once, to you. If you don’t sign for the practice either, decline "
                "and say who does."
            )
        if self.signature:
            return (
                f"You signed with this link, so you can’t forward it. If someone else should sign, tell {self.asker}."
            )
        if self.request.refused_forwards >= MOST_REFUSED:
            return f"You can’t forward this request here any longer. Tell {self.asker} who signs for the practice."
        if missing(self.snapshot):
            return "Nothing was sent. The list of practices is being changed right now. Try again later."
        return ""

    def why_no_one_signs(self, now: datetime) -> str:
        """Say why nothing can be signed in this election, by whatever link; empty if something can."""
        if self.election.public_status in OVER:
            return f"This election is now {self.election.public_status}."
        if now >= self.election.window.closes and self.election.status != ElectionStatus.ACTION_NEEDED:
            return f"The election window closed {et_closing(self.election.window.closes)}."
        return ""

    def may_get_a_link(self, now: datetime) -> bool:
        """Say whether a new link would help: the practices sign here, and the practice is one of them."""
        return self.election.agreement.is_signed_here and self.position is not None and not self.why_no_one_signs(now)


def room_of(request: SigningRequest) -> Room:
    """Return the room that a link opens now.

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
    """Say whether CMS approved an election of this year, or the one before, in which this address signed for this TIN.

    Until then nothing but the word of whoever prepares the election says that the address is the practice's own.
    """
    keys, year = keys_of(room.entry), room.election.performance_year
    approved = Election.objects.filter(
        status=ElectionStatus.APPROVED,
        pending_decision=None,
        performance_year__in=(year - 1, year),
        claims__tin_key__in=keys,
        claims__state=Claim.State.HELD,
    ).select_related("last_submission")
    return any(
        entry.signed and entry.signed.asked_email == room.request.email and set(keys_of(entry)) & set(keys)
        for election in approved.distinct()
        if election.last_submission
        for entry in Snapshot.of_submission(election.last_submission).practices
    )
