"""Which practice of one version of an election is which of another: the same for what changed, and for who is told."""

from collections import Counter
from collections.abc import Callable, Sequence

from .content import PracticeEntry, Snapshot


def paired(
    submitted: Snapshot, now: Snapshot
) -> tuple[list[tuple[PracticeEntry | None, PracticeEntry]], list[PracticeEntry]]:
    """Return each practice with what it was before, None if it is new, and the practices that are no longer listed.

    The surest pairs are found first: a practice is not taken for another one that has more in common with it.
    """
    left = list(submitted.practices)
    befores: dict[int, PracticeEntry] = {}
    for is_same in (_is_same_by_name_too, _has_same_tin, _alone_or_of_one_name(submitted.practices, now.practices)):
        for position, entry in enumerate(now.practices):
            same = None if position in befores else next((other for other in left if is_same(other, entry)), None)
            if same is not None:
                befores[position] = same
                left.remove(same)
    return [(befores.get(position), entry) for position, entry in enumerate(now.practices)], left


def places(before: Snapshot, now: Snapshot) -> dict[int, int]:
    """Return at which position each practice of an earlier version is now; one that is gone is left out."""
    pairs, _ = paired(before, now)
    return {before.practices.index(entry): position for position, (entry, _) in enumerate(pairs) if entry}


def _has_same_tin(before: PracticeEntry, after: PracticeEntry) -> bool:
    return bool(before.tin) and before.has_same_tin(after)


def _is_same_by_name_too(before: PracticeEntry, after: PracticeEntry) -> bool:
    return before.name == after.name and _has_same_tin(before, after)


def _alone_or_of_one_name(
    before: Sequence[PracticeEntry], after: Sequence[PracticeEntry]
) -> Callable[[PracticeEntry, PracticeEntry], bool]:
    """Return what says whether two are one practice although no NPI of theirs says so.

    Both have its name, and no other on either side lists the TIN as written; or one of them has no TIN.
    """
    counts = [Counter((entry.tin_kind, entry.tin) for entry in side) for side in (before, after)]

    def is_same(one: PracticeEntry, other: PracticeEntry) -> bool:
        if not one.name or one.name != other.name:
            return False
        tin = one.tin_kind, one.tin
        return not (one.tin and other.tin) or (
            tin == (other.tin_kind, other.tin) and all(listed[tin] == 1 for listed in counts)
        )

    return is_same
