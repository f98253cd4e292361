"""After the window closed, an answered correction touches only what was pinned (design 4; practices never join)."""

from collections.abc import Collection, Iterator, Sequence

from ..content import PracticeEntry, Snapshot
from ..models import CorrectionRequest
from ..models.correction import Pin, PinnedField

Pair = tuple[PracticeEntry | None, PracticeEntry | None]  # as submitted, as it stands; None where it is not there


def changes_beside(submitted: Snapshot, now: Snapshot, requests: Sequence[CorrectionRequest]) -> list[str]:
    """Return what was changed beside the requests, in sentences; contact details and signatures aside."""
    fields = {request.field for request in requests}
    found = []
    if submitted.virtual_group_name != now.virtual_group_name and PinnedField.VIRTUAL_GROUP not in fields:
        found.append("The virtual group’s name changed.")
    whole = {request.practice for request in requests if request.pin == Pin.PRACTICE}
    npis: dict[int | None, set[str]] = {}
    for request in requests:
        if request.pin == Pin.CLINICIAN:
            npis.setdefault(request.practice, set()).add(request.npi)
    for position, (before, after) in enumerate(_pairs(submitted, now, requests)):
        if before is None and after is not None:
            found.append(f"{after.name or 'A practice'} was added. After the deadline, no practice can join.")
        elif before is not None and position not in whole:
            found += _of_practice(before, after, npis.get(position, set()))
    return found


def _of_practice(before: PracticeEntry, after: PracticeEntry | None, pinned: Collection[str]) -> Iterator[str]:
    if after is None:
        yield f"{before.name} was removed."
        return
    if (before.name, before.tin_kind, before.tin) != (after.name, after.tin_kind, after.tin):
        yield f"The name or TIN of {before.name} changed."
    gone, new = {*before.npis} - {*after.npis}, {*after.npis} - {*before.npis}
    if not gone <= {*pinned} or len(new) > len(gone):
        yield f"The clinicians of {before.name} changed."


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
