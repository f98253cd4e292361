"""The two sides of a conflict over a TIN."""

from dataclasses import dataclass
from datetime import datetime

from agreements.models import KnownBy

from ..content import PracticeEntry, Snapshot
from ..models import Claim
from ..readiness import keys_of


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: its claim, the practice as its election last submitted it, and who represents it now.

    `entry` is None where the election does not name the practice any more; `known_by` says how its signer was known.
    """

    claim: Claim
    entry: PracticeEntry | None
    known_by: str
    received_at: datetime | None


def side_of(claim: Claim) -> Side:
    """Return the side of the election that this claim is of."""
    submission = claim.election.last_submission
    entries = Snapshot.of_submission(submission).practices if submission else ()
    entry = next((entry for entry in entries if claim.tin_key in keys_of(entry)), None)
    known_by = KnownBy(entry.signed.known_by).label if entry and entry.signed else ""
    return Side(claim, entry, known_by, submission.received_at if submission else None)
