"""After the window closed, an answered correction touches only what was pinned (design 4; practices never join)."""

from collections.abc import Collection, Iterator, Sequence

from ..content import PracticeEntry, Snapshot
from ..models import CorrectionRequest
from ..models.correction import Pin, PinnedField

UNDO = "The election window has closed, so you can change only what CMS asked about. Change it back."
NO_PRACTICE = "The election window has closed, so no practice can join."
NO_CLINICIAN = "The election window has closed, so no clinician can join."
DIGITS_MISTYPED = 2  # one wrong digit, with the check digit that follows it; or two that are swapped

Pair = tuple[PracticeEntry | None, PracticeEntry | None]  # as submitted, as it stands; None where it is not there


def changes_beside(submitted: Snapshot, now: Snapshot, requests: Sequence[CorrectionRequest]) -> list[str]:
    """Return what was changed beside the requests and how to undo it, in sentences; not contact details, signatures."""
    fields = {request.field for request in requests}
    found = []
    if submitted.virtual_group_name != now.virtual_group_name and PinnedField.VIRTUAL_GROUP not in fields:
        found.append(f"The virtual group’s name changed. {UNDO}")
    whole = {request.practice for request in requests if request.pin == Pin.PRACTICE}
    npis: dict[int | None, set[str]] = {}
    for request in requests:
        if request.pin == Pin.CLINICIAN:
            npis.setdefault(request.practice, set()).add(request.npi)
    for position, (before, after) in enumerate(_pairs(submitted, now, requests)):
        if before is None and after is not None:
            found.append(f"{after.name or 'A practice'} was added. {NO_PRACTICE} Remove it.")
        elif before is not None and position in whole:
            found += _of_a_pinned_practice(before, after)
        elif before is not None:
            found += _of_practice(before, after, npis.get(position, set()))
    return found


def _of_a_pinned_practice(before: PracticeEntry, after: PracticeEntry | None) -> Iterator[str]:
    """Yield why it is another practice now: one that is fixed keeps its TIN or, under another TIN, its clinicians."""
    if after and _tin(before) != _tin(after) and not {*after.npis} <= {*before.npis}:
        ways = "Remove the clinicians you added, or change the TIN back."
        yield f"{before.name} now has another TIN and other clinicians. {NO_PRACTICE} {ways}"


def _of_practice(before: PracticeEntry, after: PracticeEntry | None, pinned: Collection[str]) -> Iterator[str]:
    if after is None:
        yield f"{before.name} was removed. {UNDO}"
        return
    if (before.name, *_tin(before)) != (after.name, *_tin(after)):
        yield f"The name or TIN of {before.name} changed. {UNDO}"
    gone, new = {*before.npis} - {*after.npis}, {*after.npis} - {*before.npis}
    if not gone <= {*pinned} or not all(any(_is_corrected(one, other) for one in gone) for other in new):
        ways = "You can remove an NPI that CMS asked about, or correct 1 or 2 digits of it. Change all others back."
        yield f"The clinicians of {before.name} changed. {f'{NO_CLINICIAN} {ways}' if pinned else UNDO}"


def _tin(entry: PracticeEntry) -> tuple[str, str]:
    return entry.tin_kind, entry.tin


def _is_corrected(npi: str, other: str) -> bool:
    """Say whether an NPI is another one mistyped: then it is the same clinician's, and nobody joins."""
    return len(npi) == len(other) and sum(one != two for one, two in zip(npi, other, strict=True)) <= DIGITS_MISTYPED


def _pairs(submitted: Snapshot, now: Snapshot, requests: Sequence[CorrectionRequest]) -> list[Pair]:
    """Return each practice as submitted with what it is now, in the submission's order; then those that are new.

    A practice is known by its TIN; one that a request is about also by its place in the working copy.
    """
    left = dict(zip(now.member_ids, now.practices, strict=True))
    members = {request.practice: request.member_id for request in requests if request.member_id}
    pairs: list[Pair] = []
    for position, before in enumerate(submitted.practices):
        same = (pk for pk, entry in left.items() if (entry.tin_kind, entry.tin) == (before.tin_kind, before.tin))
        member = members.get(position, next(same, None))
        pairs.append((before, left.pop(member, None) if member is not None else None))
    return [*pairs, *((None, entry) for entry in left.values())]
