"""What everything that changes the working copy begins and ends with."""

import uuid
from datetime import datetime
from typing import Any

from accounts.models import User
from agreements.models import Agreement
from agreements.snapshot import build_names

from ..models import Election
from ..snapshots import Snapshot
from ..states import Status
from .verbs import Refused, lock, window_is_open


def may_be_edited(election: Election, now: datetime) -> bool:
    """Say whether the working copy may be changed: a draft until it lapses, else while the window is open."""
    if election.status == Status.DRAFT:
        return now < election.window.closes
    return election.status in (Status.SUBMITTED, Status.IN_REVIEW, Status.APPROVED) and window_is_open(election, now)


def lock_to_edit(election_id: uuid.UUID, now: datetime) -> Election:
    """Return the election locked, its working copy about to change; raise Refused where it may not."""
    election = lock(election_id)
    if not may_be_edited(election, now):
        raise Refused(
            f"This election is {election.get_status_display().lower()} and can no longer be changed here. "
            "Nothing was saved."
        )
    return election


def freeze_text(election: Election) -> None:
    """Freeze the agreement's text as it is to be signed, with the names that stand now; to be saved by whoever asks."""
    named = (election.virtual_group.name, election.representative_name, election.representative_email)
    election.agreement.freeze_text(build_names(*named))


def rename_in_text(election: Election) -> None:
    """Let the text that is being signed say the names that stand now, unless a practice has signed it already.

    What was signed goes on naming the group and its representative as it did.
    """
    if not election.agreement.is_signed_here:
        return
    if any(entry.signed for entry in Snapshot.of_working_copy(election).practices):
        return
    freeze_text(election)
    election.agreement.save(update_fields=["text", "text_sha256", "salt"])


def note_change(election: Election, *, by: User | None, now: datetime) -> Election:
    """Note when and by whom the working copy was changed last."""
    election.changed_at, election.changed_by = now, by
    election.save(update_fields=["changed_at", "changed_by"])
    return election


def unacknowledge(election: Election) -> None:
    """Let the agreement be acknowledged anew: a party joined, left or has another TIN (design: the agreement)."""
    if election.agreement.acknowledged:
        election.agreement.acknowledged = False
        election.agreement.save(update_fields=["acknowledged"])


def acknowledge(agreement: Agreement, *, by: User | None, now: datetime | None) -> None:
    """Say by whom and since when the agreement is acknowledged; by nobody: it is not."""
    agreement.acknowledged, agreement.acknowledged_by = by is not None, by
    agreement.acknowledged_at = now if by else None
    agreement.save(update_fields=["acknowledged", "acknowledged_at", "acknowledged_by"])


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that were sent."""
    return {name: value for name, value in fields.items() if value is not None}
