"""How far each part of an election is: the states of its task list."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from eligibility.law.rule_results import count
from ground import clock

from ..agreement.paper_dates import outdated
from ..agreement.ways import way_of
from ..content import Snapshot
from ..ledger import open_opt_ins
from ..models import Election
from ..practices.other_tins import signer_questions
from ..readiness import AGREEMENT_RULES, REPRESENTATIVE_RULES, JudgedElection, lacks, practice_problems
from ..submission.differences import is_submitted_as_it_stands
from ..working_copy import may_be_edited

AGREEMENT = "How the practices sign the formal written agreement."
NO_ANSWER = "{} must still say yes or no to an opt-in."


class TaskState(StrEnum):
    """How far one task is."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    NEEDS_ATTENTION = "needs attention"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list; `page` is the name of its URL, `problems` the number of things to fix there."""

    page: str
    label: str
    hint: str
    state: TaskState
    problems: int = 0


def tasks(election: Election, judged_election: JudgedElection) -> list[Task]:
    """Return the five tasks in the order they are done."""
    snapshot = judged_election.snapshot
    lacking = dict(lacks(snapshot))
    return [
        _task(
            "virtual_group",
            "Virtual group",
            lacking.get("virtual_group", "The name of your virtual group."),
            started="virtual_group" not in lacking,
        ),
        _task(
            "representative",
            "Representative",
            lacking.get("representative", "Who submits the election and who CMS contacts."),
            started=bool(snapshot.representative_name or snapshot.representative_email),
            problems=_problems(judged_election, REPRESENTATIVE_RULES) + ("representative" in lacking),
        ),
        _task(
            "practices",
            "Practices and clinicians",
            "Each practice’s TIN and everyone who bills under it.",
            started=bool(snapshot.practices),
            problems=practice_problems(judged_election) + len(signer_questions(snapshot)),
        ),
        _agreement(election, judged_election),
        Task("submit_page", "Review and submit", "Everything as CMS will see it.", _submit_state(election, snapshot)),
    ]


def _agreement(election: Election, judged_election: JudgedElection) -> Task:
    """Return the agreement's task: in progress while it lacks signatures and answers alone, for those take time."""
    snapshot = judged_election.snapshot
    is_editable = may_be_edited(election, clock.now())
    asked = open_opt_ins(judged_election) if is_editable else []
    waits_for: set[int | None] = {place for place, entry in enumerate(snapshot.practices) if not entry.executed_on}
    if waits_for or not snapshot.practices:
        waits_for.add(None)  # the finding on the whole says the same
    findings = (finding for finding in judged_election.blocking if finding.rule in AGREEMENT_RULES)
    problems = sum(finding.practice not in waits_for and finding not in asked for finding in findings)
    problems += len(outdated(election.agreement, snapshot)) if is_editable else 0
    state = TaskState.NEEDS_ATTENTION if problems else TaskState.IN_PROGRESS if waits_for or asked else TaskState.DONE
    if way_of(election.agreement, snapshot) is None:
        state = TaskState.IN_PROGRESS if snapshot.is_own else TaskState.NOT_STARTED
    is_only_asked = asked and not waits_for and not problems
    hint = NO_ANSWER.format(count(len(asked), "practice")) if is_only_asked else AGREEMENT
    return Task("agreement", "Agreement", hint, state, problems)


def _task(page: str, label: str, hint: str, *, started: bool, problems: int = 0) -> Task:
    if not started:
        return Task(page, label, hint, TaskState.NOT_STARTED)
    return Task(page, label, hint, TaskState.NEEDS_ATTENTION if problems else TaskState.DONE, problems)


def _submit_state(election: Election, snapshot: Snapshot) -> TaskState:
    """Return the last step's state: in progress if the working copy differs from the last submission."""
    if is_submitted_as_it_stands(election, snapshot):
        return TaskState.DONE
    return TaskState.IN_PROGRESS if election.last_submission else TaskState.NOT_STARTED


def _problems(judged_election: JudgedElection, rules: Iterable[str]) -> int:
    return sum(1 for finding in judged_election.blocking if finding.rule in rules)
