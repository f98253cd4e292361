"""What a signer's link shows after a submission: their practice as it was submitted, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from agreements.models import SigningRequest
from ground.templatetags.et import et_date

from ..content import PracticeEntry, Snapshot
from ..models import Election, PracticeSigner, Submission, Update
from ..readiness import keys_of

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
        keys = set(keys_of(self.entry))
        entries = enumerate(Snapshot.of_submission(last).practices)
        return next(((last, position) for position, entry in entries if keys.intersection(keys_of(entry))), None)

    @property
    def is_still_named(self) -> bool:
        """Say whether the last submission names it, even if no one gave an address for it since."""
        return self.last_named is not None

    @property
    def is_replaced(self) -> bool:
        """Say whether another link took the place of this one, in the last submission that names the practice."""
        submission, position = self.last_named or (self.submission, self.position)
        current = submission.signers.filter(practice=position).last()
        return current is not None and current.request_id != self.request.pk

    @property
    def updates(self) -> list[Update]:
        """What was reported about it since the approval, and about the representative."""
        reported = self.submission.updates.select_related("reported_by").order_by("-reported_at")
        return [update for update in reported if update.practice in (None, self.position)]


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
    return NEWER if named.is_replaced else ""
