"""What a personal link opens: one practice's place in an agreement that is being signed."""

from dataclasses import dataclass, replace
from datetime import datetime

from accounts.templatetags.et import et_closing, et_date, et_datetime
from agreements.fingerprints import Covered
from agreements.models import Signature, SigningRequest

from .models import Election
from .snapshots import PracticeEntry, Snapshot
from .states import Status

OVER = (Status.REJECTED, Status.WITHDRAWN, Status.LAPSED)


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
        """Say whether the practice signed what now stands; in an earlier year does not count for who is asked anew."""
        return self.position is not None and self.entry.signed is not None and not self.snapshot.is_carried(self.entry)

    def signature(self) -> Signature | None:
        """Return what was last signed by this link, whether or not it still counts; None where nothing was."""
        return self.request.signatures.order_by("-pk").first()

    def why_closed(self, now: datetime) -> str:
        """Say why nothing can be signed by this link; empty where it can."""
        request = self.request
        if request.revoked_at and not self.election.agreement.is_signed_here:
            return "The practices now execute this agreement elsewhere, on paper for instance. You need not sign here."
        if request.revoked_at:
            return "This link was replaced: a newer one was sent, or somebody else was asked to sign for the practice."
        if self.position is None:
            return "This practice was removed from the virtual group. There is nothing for you to sign."
        if request.declined_at:
            return f"You declined on {et_datetime(request.declined_at)}."
        if request.expires_at <= now:
            return f"This link was good until {et_date(request.expires_at)}."
        if self.election.status in OVER:
            return f"This election is {self.election.status} now."
        if now >= self.election.window.closes:
            return f"The election window closed {et_closing(self.election.window.closes)}."
        return ""


def room_of(request: SigningRequest) -> Room:
    """Return what a link opens now."""
    election = Election.objects.select_related("agreement", "virtual_group").get(agreement=request.party.agreement_id)
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
