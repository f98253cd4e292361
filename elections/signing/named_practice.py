"""What a signer's link shows after a submission: their practice as it was submitted, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from agreements.models import SigningRequest
from ground.templatetags.et import et_date

from ..content import PracticeEntry, Snapshot
from ..models import Election, PracticeSigner, Submission, Update
from ..signers import is_for

NEWER = (
    "This link no longer works. A newer link was sent, someone else was asked to sign for the practice, "
    "or the practice’s TIN was changed."
)


@dataclass(frozen=True, slots=True)
class NamedPractice:
    """A practice as the last submission that named it says, for the person who signs for it alone."""

    request: SigningRequest
    submission: Submission
    position: int
    entry: PracticeEntry

    @property
    def election(self) -> Election:
        """The election, whose last submission may be another."""
        return self.submission.election

    @property
    def is_still_named(self) -> bool:
        """Say whether the last submission names it, even if no one gave an address for it since."""
        last = self.election.last_submission
        if last is None or last.pk == self.submission.pk:
            return last is not None
        tin = (self.entry.tin_kind, self.entry.tin)
        return any((entry.tin_kind, entry.tin) == tin for entry in Snapshot.of_submission(last).practices)

    @property
    def updates(self) -> list[Update]:
        """What was reported about it since the approval, and about the representative."""
        reported = self.submission.updates.select_related("reported_by").order_by("-reported_at")
        return [update for update in reported if update.practice in (None, self.position)]


def practice_named_for(request: SigningRequest) -> NamedPractice | None:
    """Return the practice that a link is for, as it was last submitted; None if it never was."""
    rows = PracticeSigner.objects.filter(request__party=request.party_id).order_by("-submission__number")
    for row in rows.select_related("submission__election__virtual_group", "submission__election__last_submission"):
        entry = Snapshot.of_submission(row.submission).practices[row.practice]
        if row.request_id == request.pk or is_for(request, entry):
            return NamedPractice(request, row.submission, row.practice, entry)
    return None


def why_not_shown(request: SigningRequest, now: datetime) -> str:
    """Say why a link shows nothing any longer; empty if it does. It does after the window closed, too."""
    if request.expires_at <= now:
        return f"This link worked until {et_date(request.expires_at)}."
    later = SigningRequest.objects.filter(party=request.party_id, pk__gt=request.pk)
    return NEWER if later.exists() else ""
