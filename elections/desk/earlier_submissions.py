"""What came with a submission that replaced another."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..content import Snapshot
from ..models import CorrectionRequest, Submission
from ..submission.differences import THEY_CONTEST, differences


@dataclass(frozen=True, slots=True)
class Since:
    """What came with a submission: the requests for correction that it answers, and what it says anew.

    `number` is that of the submission before.
    """

    number: int
    requests: Sequence[CorrectionRequest]
    differences: list[str]


def since_the_last(
    snapshot: Snapshot, before: Submission | None, answered: Sequence[CorrectionRequest]
) -> Since | None:
    """Return what changed since the submission before, and the requests it answered; None if this is the first."""
    if before is None:
        return None
    return Since(
        before.number, answered, differences(Snapshot.of_submission(before), snapshot, contested_by=THEY_CONTEST)
    )


def until_the_next(submission: Submission, snapshot: Snapshot) -> list[str]:
    """Return what the submission after this one said anew; nothing if there is none."""
    after = Submission.objects.filter(election=submission.election_id, number=submission.number + 1).first()
    return differences(snapshot, Snapshot.of_submission(after), contested_by=THEY_CONTEST) if after else []
