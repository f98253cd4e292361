"""What a signer's link shows after a submission: their practice as it was submitted, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from agreements.models import SigningRequest
from ground.templatetags.et import et_date, et_datetime

from ..content import PracticeEntry, Snapshot
from ..models import Election, PracticeSigner, Submission
from ..same_practices import paired
from ..standing import reported

NEWER = (
    "This link no longer works. A newer link was sent, someone else was asked to sign for the practice, "
    "or the practice’s TIN was changed."
)


@dataclass(frozen=True)
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

    @cached_property
    def last_named(self) -> tuple[Submission, int] | None:
        """The last submission, with the practice's position in it; None if it no longer names it."""
        last = self.election.submissions.latest("number")
        if last.pk == self.submission.pk:
            return last, self.position
        pairs, _ = paired(Snapshot.of_submission(self.submission), Snapshot.of_submission(last))
        return next(((last, position) for position, (before, _) in enumerate(pairs) if before == self.entry), None)

    @property
    def is_still_named(self) -> bool:
        """Say whether the last submission names it, even if no one gave an address for it since."""
        return self.last_named is not None

    @property
    def replaced_by(self) -> SigningRequest | None:
        """The link that took the place of this one in the last submission that names the practice, if one did."""
        submission, position = self.last_named or (self.submission, self.position)
        current = submission.signers.filter(practice=position).select_related("request").last()
        return current.request if current and current.request_id != self.request.pk else None

    @property
    def reported(self) -> list[str]:
        """What was reported about it since the approval, and about the representative, in words."""
        return reported(self.submission, {self.position: self.entry.name})


def practice_named_for(request: SigningRequest) -> NamedPractice | None:
    """Return the practice that a link is for, as it was last submitted; None if it never was."""
    rows = PracticeSigner.objects.filter(request=request)
    row = rows.select_related("submission__election__virtual_group", "submission__election__last_submission").last()
    if row is None:
        return None
    entry = Snapshot.of_submission(row.submission).practices[row.practice]
    return NamedPractice(request, row.submission, row.practice, entry)


def why_not_shown(named: NamedPractice, now: datetime) -> str:
    """Say why a link shows nothing any longer; empty if it does. It does after the window closed, too."""
    if named.request.expires_at <= now:
        return f"This link worked until {et_date(named.request.expires_at)}."
    newer = named.replaced_by
    return why_replaced(named.request, newer) if newer else ""


def why_replaced(request: SigningRequest, newer: SigningRequest) -> str:
    """Say why a newer link shows what this one did; to the same person, when we sent them the newer one."""
    if newer.email != request.email:
        return NEWER
    return f"We sent a newer email to you on {et_datetime(newer.asked_at)}. Use the link in it."
