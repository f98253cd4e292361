"""Which elections would be judged otherwise on another run of CMS data."""

from dataclasses import dataclass

from accounts.models import User
from eligibility.law.determination import Finding
from eligibility.models import LoadRun

from ..access import part_of
from ..ledger import WHOLE
from ..models import Election, Submission
from ..states import UNDECIDED
from .actions import judge_on_current_data


@dataclass(frozen=True, slots=True)
class Change:
    """One finding that would have another outcome."""

    practice: str
    now: Finding
    then: Finding


def affected_by(run: LoadRun, *, by: User) -> list[tuple[Election, list[Change]]]:
    """Return the elections CMS still has to decide on whose findings would be others with this run, oldest first.

    Without those in which the person who looks has a part.
    """
    waiting = Election.objects.filter(performance_year=run.performance_year or 0, status__in=UNDECIDED)
    waiting = waiting.exclude(part_of(by))
    waiting = waiting.select_related("last_submission", "virtual_group").order_by("last_submission__received_at")
    found = [(each, changes_with(each, each.last_submission, run)) for each in waiting if each.last_submission]
    return [(election, changes) for election, changes in found if changes]


def changes_with(election: Election, submission: Submission, run: LoadRun) -> list[Change]:
    """Return the findings of a submission that have another outcome on this run than on the active one."""
    now, then = judge_on_current_data(election, submission), judge_on_current_data(election, submission, run=run)
    names = now.snapshot.practice_names
    return [
        Change(WHOLE if a.practice is None else names[a.practice], a, b)
        for a, b in zip(now.findings, then.findings, strict=True)
        if a.outcome != b.outcome
    ]
