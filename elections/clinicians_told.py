"""Which clinicians of an election's practices were told that they take part, and how (414.1315(c)(3)(iii)).

Who was told after an earlier submission stays told where the last one names the same practice.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from .content import Snapshot
from .models import ClinicianNotice, Submission
from .roster_history import clinicians_now, counting, names_on, updates_of
from .same_practices import places


@dataclass(frozen=True, slots=True)
class PracticeTold:
    """One practice, by its position in the submission, and what is on record of each of its clinicians of today."""

    position: int
    name: str
    clinicians: Mapping[str, tuple[ClinicianNotice, ...]]

    @property
    def told(self) -> int:
        """How many of them were told; one whose only email did not arrive was not."""
        return sum(is_told(notices) for notices in self.clinicians.values())

    @property
    def all_told(self) -> bool:
        return self.told == len(self.clinicians)


def is_told(notices: tuple[ClinicianNotice, ...]) -> bool:
    """Say whether a clinician with these on record was told."""
    return any(notice.reached for notice in notices)


def state_of(notices: tuple[ClinicianNotice, ...]) -> str:
    """Return in a word or two how far it is with a clinician with these on record."""
    if is_told(notices):
        return "Told"
    return "Sending" if any(notice.is_on_its_way for notice in notices) else "Not told"


def practices_told(submission: Submission) -> list[PracticeTold]:
    """Return a row for each practice, in the order of the submission; as many queries whatever their number."""
    snapshot = Snapshot.of_submission(submission)
    updates = updates_of(submission, snapshot)
    now = clinicians_now(submission, snapshot, updates)
    names = names_on(snapshot, counting(updates))
    kept = _kept(submission, snapshot)
    return [
        PracticeTold(position, name, {npi: tuple(kept[position, npi]) for npi in sorted(npis)})
        for position, (name, npis) in enumerate(zip(names, now, strict=True))
    ]


def clinicians_told(submission: Submission) -> tuple[int, int]:
    """Return how many practices have told all their clinicians of today, and how many practices there are."""
    practices = practices_told(submission)
    return sum(practice.all_told for practice in practices), len(practices)


def _kept(submission: Submission, snapshot: Snapshot) -> dict[tuple[int, str], list[ClinicianNotice]]:
    """Return what is on record by the practice's position in this submission, and NPI."""
    found = ClinicianNotice.objects.filter(submission__election=submission.election_id)
    rows = list(found.select_related("mail", "by", "undo").defer("mail__body"))
    earlier = {row.submission_id for row in rows} - {submission.pk}
    moved = {
        each.pk: places(Snapshot.of_submission(each), snapshot)
        for each in (Submission.objects.filter(pk__in=earlier).only("election", "snapshot") if earlier else ())
    }
    kept: dict[tuple[int, str], list[ClinicianNotice]] = defaultdict(list)
    for row in rows:
        position = moved[row.submission_id].get(row.practice) if row.submission_id in moved else row.practice
        if position is not None:
            kept[position, row.npi].append(row)
    return kept
