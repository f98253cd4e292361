"""How far an election is: the task list's states, who has the ball, and what differs from the last submission."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agreements.models import SigningRequest
from eligibility.law.rule_results import count

from ..content import Snapshot
from ..models import Election, Invitation
from ..practices.other_tins import signer_questions
from ..readiness import AGREEMENT_RULES, REPRESENTATIVE_RULES, JudgedElection, lacks, practice_problems
from ..states import SHOWN, ElectionStatus
from ..submission.differences import is_submitted_as_it_stands

MOST_NAMED = 5  # practices that a page names one by one


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
            problems=practice_problems(judged_election) + len(signer_questions(election)),
        ),
        _task(
            "agreement",
            "Agreement",
            "The formal written agreement, and when each practice executed (signed) it.",
            started=snapshot.agreement_acknowledged
            or snapshot.is_signed_here
            or any(entry.executed_on or entry.signer_name or entry.opt_in_accepted for entry in snapshot.practices),
            problems=_problems(judged_election, AGREEMENT_RULES),
        ),
        Task("submit_page", "Review and submit", "Everything as CMS will see it.", _submit_state(election, snapshot)),
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that somebody has to do: `who`, in words, and since when."""

    who: str
    what: str
    since: datetime


def waits(
    election: Election,
    tasks: Sequence[Task],
    invitations: Iterable[Invitation],
    *,
    representative: str = "",
    collaborator: str = "a collaborator",
) -> list[Waiting]:
    """Return the steps that wait for someone: the next step first, then the invitations without an answer.

    `representative` and `collaborator` are what they are called, empty for the representative's name.
    """
    named = representative or election.representative_name or election.representative_email or "the representative"
    asked = [Waiting(each.email, f"to accept the role of {each.part}", each.invited_at) for each in invitations]
    return _next_step(election, tasks, named, collaborator) + asked


def _next_step(election: Election, tasks: Sequence[Task], representative: str, collaborator: str) -> list[Waiting]:
    since = _since(election)
    if election.status != ElectionStatus.DRAFT:
        next_one = SHOWN[election.public_status].next_step
        return [Waiting(*next_one, since)] if next_one else []
    task = next((task for task in tasks if task.state != TaskState.DONE), tasks[-1])
    if task.page == "submit_page":
        return [Waiting(representative, "to review and submit", since)]
    to_fix = f" ({count(task.problems, 'thing')} to fix)" if task.problems else ""
    return [Waiting(f"{representative} or {collaborator}", f"to finish “{task.label}”{to_fix}", since)]


def _since(election: Election) -> datetime:
    """Return since when the election has its public status."""
    event = election.status_event
    if election.pending_decision_id:
        event = election.events.filter(to_status=election.public_status).order_by("at", "id").last()
    return event.at if event else election.started_at


def waits_to_sign(snapshot: Snapshot, requests: Iterable[SigningRequest]) -> list[Waiting]:
    """Return the practices that were asked to sign and have not: each by name, or their number if there are many."""
    unsigned = {pk for pk, entry in zip(snapshot.member_ids, snapshot.practices, strict=True) if not entry.signed}
    asked = [one for one in requests if one.party.member.pk in unsigned]
    if len(asked) > MOST_NAMED:
        return [Waiting(count(len(asked), "practice"), "to sign", min(one.asked_at for one in asked))]
    return [Waiting(str(one.party.member), "to sign", one.asked_at) for one in asked]


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
