"""Which elections another run of CMS data would change, before it is put to use."""

from dataclasses import dataclass

from eligibility.law.determination import Finding
from eligibility.models import LoadRun

from ..ledger import WHOLE
from ..models import Election, Submission
from ..states import UNDECIDED
from .actions import judge_now


@dataclass(frozen=True, slots=True)
class Change:
    """One finding that would have another outcome."""

    practice: str
    now: Finding
    then: Finding


@dataclass(frozen=True, slots=True)
class Affected:
    """One election with what would change of it."""

    election: Election
    changes: list[Change]


def affected_by(run: LoadRun) -> list[Affected]:
    """Return the elections CMS still has to decide on whose findings would be others with this run, oldest first."""
    waiting = Election.objects.filter(performance_year=run.performance_year or 0, status__in=UNDECIDED)
    waiting = waiting.select_related("last_submission", "virtual_group").order_by("last_submission__received_at")
    found = [
        Affected(election, _changes(election, election.last_submission, run))
        for election in waiting
        if election.last_submission
    ]
    return [each for each in found if each.changes]


def _changes(election: Election, submission: Submission, run: LoadRun) -> list[Change]:
    now, then = judge_now(election, submission), judge_now(election, submission, run=run)
    names = now.snapshot.practice_names
    return [
        Change(WHOLE if a.practice is None else names[a.practice], a, b)
        for a, b in zip(now.findings, then.findings, strict=True)
        if a.outcome != b.outcome
    ]
