"""Who was in an approved virtual group, and from when to when: its submission and the updates reported since.

Every question may be asked as of any day, and as recorded by any moment: what was reported or undone later is then as
if it had not been. A clinician is in a practice from `from_date` until the day before `to_date`.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime

from eligibility.law.calendar import window

from .content import Snapshot
from .models import Election, Submission, Update, UpdateKind
from .models.update import ENDINGS
from .same_practices import places


@dataclass(frozen=True, slots=True)
class Stay:
    """One clinician's time under one practice (its position in the submission); `to_date` None: still there."""

    practice: int
    npi: str
    from_date: date
    to_date: date | None = None

    def is_in_on(self, day: date) -> bool:
        """Say whether the clinician was in the practice on a day; on the day they left they no longer are."""
        return self.from_date <= day and (self.to_date is None or day < self.to_date)


def updates_of(
    submission: Submission, snapshot: Snapshot | None = None, reported: Iterable[Update] | None = None
) -> list[Update]:
    """Return the updates about a submission, in the order they were recorded.

    A correction that came after the window closed changes only what CMS asked about: what was reported before it goes
    on, at the position that its practice has now. What was submitted in the window lists everyone again. `reported` are
    all updates of its election and perhaps others, None to read them.
    """
    by_submission: dict[int, list[Update]] = {}
    for update in reported or ():
        by_submission.setdefault(update.submission_id, []).append(update)

    def about(one: Submission) -> list[Update]:
        return list(one.updates.all()) if reported is None else by_submission.get(one.pk, [])

    found = about(submission)
    for earlier in chain_of(submission)[1:]:
        if earlier_updates := about(earlier):
            now = snapshot or Snapshot.of_submission(submission)
            moved = _corrected_places(Snapshot.of_submission(earlier), now)
            found += [_at(update, moved) for update in earlier_updates if update.practice in (None, *moved)]
    return sorted(found, key=_recorded)


def chain_of(submission: Submission) -> list[Submission]:
    """Return a submission, and those that it corrected after the window closed, back to the one received in it.

    The deadline is the law's own: a window that staff move later must not change what was known before.
    """
    chain = [submission]
    if submission.number == 1:
        return chain
    closes = window(submission.election.performance_year).closes
    if submission.received_at < closes:
        return chain
    corrected = submission.election.submissions.filter(number__lt=submission.number).order_by("-number")
    for earlier in corrected.prefetch_related("updates"):
        chain.append(earlier)
        if earlier.received_at < closes:
            break
    return chain


def _corrected_places(before: Snapshot, now: Snapshot) -> dict[int, int]:
    """Return at which position each practice is after a correction, also one whose TIN or name was corrected.

    Nobody joins by one, so that a name, or being the only one left, says which it is.
    """
    moved = places(before, now)
    left = [place for place in range(len(before.practices)) if place not in moved]
    free = [place for place in range(len(now.practices)) if place not in moved.values()]
    for place in left:
        named = [other for other in free if now.practices[other].name == before.practices[place].name]
        same = named or (free if len(left) == 1 else [])
        if len(same) == 1:
            moved[place] = same[0]
            free.remove(same[0])
    return moved


def _recorded(update: Update) -> int:
    return update.pk


def _at(update: Update, moved: Mapping[int, int]) -> Update:
    """Return an update as one of a later submission, in which its practice has another position; it is only read."""
    if update.practice is None:
        return update
    placed = copy(update)
    placed.practice = moved[update.practice]
    return placed


def counting(updates: Iterable[Update], recorded_by: datetime | None = None) -> list[Update]:
    """Return the updates that had been recorded by a moment and not been undone by then; None: so far."""
    return [update for update in updates if update.counts(recorded_by)]


def stays(
    submission: Submission,
    snapshot: Snapshot | None = None,
    updates: Iterable[Update] | None = None,
    *,
    recorded_by: datetime | None = None,
) -> list[Stay]:
    """Return every stay as recorded by a moment (None: so far), in the order of practices and NPIs.

    `updates` are those of `updates_of`, None to read them.
    """
    snapshot = snapshot or Snapshot.of_submission(submission)
    first_day = date(snapshot.performance_year, 1, 1)
    found = [Stay(position, npi, first_day) for position, entry in enumerate(snapshot.practices) for npi in entry.npis]
    for update in counting(updates_of(submission, snapshot) if updates is None else updates, recorded_by):
        found = list(_after(found, update, first_day))
    return sorted(found, key=lambda stay: (stay.practice, stay.npi, stay.from_date))


def stays_by(found: Iterable[Stay], day: date) -> list[Stay]:
    """Return the stays as they were known on a day: none that began later, and no end that came later."""
    return [
        replace(stay, to_date=stay.to_date if stay.to_date and stay.to_date <= day else None)
        for stay in found
        if stay.from_date <= day
    ]


def roster_day(day: date, performance_year: int) -> date:
    """Return the day of a performance year whose roster a day shows: January 1 before it, December 31 after it."""
    return min(max(day, date(performance_year, 1, 1)), date(performance_year, 12, 31))


def names_on(snapshot: Snapshot, updates: Iterable[Update], day: date | None = None) -> list[str]:
    """Return what the practices of a submission are called on a day (None: by all updates), in its order.

    `updates` are those that count.
    """
    names = list(snapshot.practice_names)
    renamed = [update for update in updates if update.kind == UpdateKind.RENAMED and _is_by(update, day)]
    for update in sorted(renamed, key=lambda update: update.effective_on):
        if update.practice is not None:
            names[update.practice] = update.details["after"]
    return names


def endings_by(updates: Iterable[Update], day: date | None = None) -> dict[int, Update]:
    """Return of the practices that closed, merged or were acquired by a day (None: ever) the latest such update."""
    found = (update for update in updates if update.kind in ENDINGS and _is_by(update, day))
    return {update.practice: update for update in found if update.practice is not None}


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


def left_before(election: Election, snapshot: Snapshot) -> dict[int, dict[str, date]]:
    """Return by practice id who was reported as having left it, and when, in the election that a draft was copied from.

    `snapshot` is the draft's. Two queries or a few, none of a draft that was not copied.
    """
    source = election.copied_from
    while source and source.performance_year == election.performance_year:
        source = source.copied_from  # a draft of the same year, withdrawn or rejected and copied
    submission = source.last_submission if source else None
    if submission is None:
        return {}
    before, left = Snapshot.of_submission(submission), dict[tuple[int | None, str], date]()
    for update in counting(updates_of(submission, before)):
        if update.kind == UpdateKind.LEFT:
            left[update.practice, update.npi] = update.effective_on
        elif update.kind == UpdateKind.JOINED:
            left.pop((update.practice, update.npi), None)
    found: dict[int, dict[str, date]] = {}
    for practice, position in (places(before, snapshot) if left else {}).items():
        gone = {npi: day for (place, npi), day in left.items() if place == practice}
        found[snapshot.member_ids[position]] = gone
    return found


def _is_by(update: Update, day: date | None) -> bool:
    return day is None or update.effective_on <= day


def _after(before: list[Stay], update: Update, first_day: date) -> Iterator[Stay]:
    """Yield the stays after an update; none begins before the performance year, or ends before it begins."""
    for stay in before:
        left = update.kind == UpdateKind.LEFT and (stay.practice, stay.npi) == (update.practice, update.npi)
        ends = left and stay.to_date is None
        yield replace(stay, to_date=max(update.effective_on, stay.from_date)) if ends else stay
    is_in = any(stay.to_date is None and (stay.practice, stay.npi) == (update.practice, update.npi) for stay in before)
    if update.kind == UpdateKind.JOINED and update.practice is not None and not is_in:
        yield Stay(update.practice, update.npi, max(update.effective_on, first_day))
