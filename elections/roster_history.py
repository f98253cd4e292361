"""Who was in an approved virtual group, and from when to when: its submission and the updates reported since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from .content import Snapshot
from .models import Submission, Update, UpdateKind


@dataclass(frozen=True, slots=True)
class Stay:
    """One clinician's time under one practice (its position in the submission); `to_date` None: still there."""

    practice: int
    npi: str
    from_date: date
    to_date: date | None = None


def stays(
    submission: Submission, snapshot: Snapshot | None = None, updates: Iterable[Update] | None = None
) -> list[Stay]:
    """Return every stay as of the last recorded update, in the order of practices and NPIs.

    `updates` are all of the submission in the order they were reported, None to read them.
    """
    snapshot = snapshot or Snapshot.of_submission(submission)
    first_day = date(snapshot.performance_year, 1, 1)
    found = [Stay(position, npi, first_day) for position, entry in enumerate(snapshot.practices) for npi in entry.npis]
    for update in submission.updates.exclude(kind=UpdateKind.CONTACT) if updates is None else updates:
        found = list(_after(found, update, first_day))
    return sorted(found, key=lambda stay: (stay.practice, stay.npi, stay.from_date))


def clinicians_now(
    submission: Submission, snapshot: Snapshot | None = None, updates: Iterable[Update] | None = None
) -> list[set[str]]:
    """Return for each practice of the submission the NPIs that have not left; what is None is read, as in `stays`."""
    snapshot = snapshot or Snapshot.of_submission(submission)
    practices: list[set[str]] = [set() for _ in snapshot.practices]
    for stay in stays(submission, snapshot, updates):
        if stay.to_date is None:
            practices[stay.practice].add(stay.npi)
    return practices


def _after(before: list[Stay], update: Update, first_day: date) -> Iterator[Stay]:
    """Yield the stays after an update; none begins before the performance year, or ends before it begins."""
    for stay in before:
        left = update.kind == UpdateKind.LEFT and (stay.practice, stay.npi) == (update.practice, update.npi)
        ends = left and stay.to_date is None
        yield replace(stay, to_date=max(update.effective_on, stay.from_date)) if ends else stay
    if update.kind == UpdateKind.JOINED and update.practice is not None:
        yield Stay(update.practice, update.npi, max(update.effective_on, first_day))
