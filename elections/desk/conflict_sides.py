"""The two sides of a conflict over a TIN."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agreements.models import KnownBy

from ..content import PracticeEntry, Snapshot
from ..models import Claim
from ..readiness import keys_of
from ..representative_contact import HANDED_OVER
from ..roster_history import updates_of
from .contacts import contact_now

SIDES = tuple(  # what a conflict is read with, to name both elections
    f"{side}__election__{named}" for side in ("waiting", "holder") for named in ("virtual_group", "last_submission")
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: its claim, the practice as its election last submitted it, and who represents it now.

    `entry` is None where the election does not name the practice any more; `known_by` says how its signer was known.
    `contact` is how CMS reaches the representative, by the names of the election's fields.
    """

    claim: Claim
    entry: PracticeEntry | None
    known_by: str
    received_at: datetime | None
    contact: Mapping[str, str]


def side_of(claim: Claim) -> Side:
    """Return the side of the election that this claim is of."""
    election, submission = claim.election, claim.election.last_submission
    if submission is None:
        return Side(claim, None, "", None, {})
    snapshot = Snapshot.of_submission(submission)
    entry = next((entry for entry in snapshot.practices if claim.tin_key in keys_of(entry)), None)
    known_by = KnownBy(entry.signed.known_by).label if entry and entry.signed else ""
    contact = contact_now(
        submission, snapshot, updates_of(submission, snapshot), election.events.filter(verb=HANDED_OVER)
    )
    return Side(claim, entry, known_by, submission.received_at, contact)
