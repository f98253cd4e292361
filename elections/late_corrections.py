"""A correction answered after the window closed is judged as the submission that was received in the window."""

from dataclasses import replace
from datetime import datetime

from .content import Snapshot
from .models import Election


def late_correction_basis(election: Election, snapshot: Snapshot, at: datetime) -> tuple[Snapshot, datetime]:
    """Return the snapshot and the moment that a submission received at `at` is judged on.

    In the window that is itself. After it: at the moment of the last one received in the window, and with its
    execution dates, for who signs again in January does so for a correction. Without one it is judged as it came.
    """
    closes = election.window.closes
    in_window = election.submissions.filter(received_at__lt=closes).order_by("-number")
    received = in_window.first() if at >= closes else None
    if received is None:
        return snapshot, at
    dates = {(entry.tin_kind, entry.tin): entry.executed_on for entry in Snapshot.of_submission(received).practices}
    entries = [
        replace(entry, executed_on=dates.get((entry.tin_kind, entry.tin), entry.executed_on))
        for entry in snapshot.practices
    ]
    return replace(snapshot, practices=tuple(entries)), received.received_at
