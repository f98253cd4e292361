"""How far an election is: the task list's states, who has the ball, and what differs from the last submission."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from .models import Election
from .readiness import Judgement
from .snapshots import Snapshot
from .states import Status

AGREEMENT_RULES = {"opt-in-accepted", "agreement-acknowledged", "agreement-executed"}
REPRESENTATIVE_RULES = {"representative-named"}
GROUP_RULES = {"two-or-more-practices", "distinct-practices"}


class State(StrEnum):
    """How far one task is."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    NEEDS_ATTENTION = "needs attention"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list; `page` is the name of its URL, `problems` what is to mend there."""

    page: str
    label: str
    hint: str
    state: State
    problems: int = 0


def tasks(election: Election, judgement: Judgement) -> list[Task]:
    """Return the five tasks in the order they are done."""
    snapshot = judgement.snapshot
    return [
        Task(
            "virtual_group",
            "Virtual group",
            "What it is called.",
            State.DONE if snapshot.virtual_group_name else State.NOT_STARTED,
        ),
        _task(
            "representative",
            "Representative",
            "Who submits, and whom CMS reaches.",
            started=bool(snapshot.representative_name or snapshot.representative_email),
            problems=_problems(judgement, REPRESENTATIVE_RULES),
        ),
        _task(
            "practices",
            "Practices and clinicians",
            "Each practice’s TIN and everyone who bills under it.",
            started=bool(snapshot.practices),
            problems=practice_problems(judgement),
        ),
        _task(
            "agreement",
            "Agreement",
            "The formal written agreement, and when each practice executed it.",
            started=_agreement_started(snapshot),
            problems=_problems(judgement, AGREEMENT_RULES),
        ),
        Task("review", "Review and submit", "Everything as CMS will see it.", _review_state(election, snapshot)),
    ]


def practice_problems(judgement: Judgement) -> int:
    """Count what is to mend about the practices themselves: findings not met, names missing."""
    of_group = [finding for finding in judgement.blocking if finding.rule in GROUP_RULES]
    return len(of_group) + sum(len(to_mend(judgement, place)) for place in range(len(judgement.snapshot.practices)))


def to_mend(judgement: Judgement, position: int) -> list[str]:
    """Return what is to mend about one practice, in sentences; its opt-in is accepted with the agreement."""
    found = [f.message for f in judgement.blocking if f.practice == position and f.rule not in AGREEMENT_RULES]
    has_name = judgement.snapshot.practices[position].name.strip()
    return found if has_name else [*found, "It has no name yet. Give it the name that Medicare knows it by."]


def lacks_opt_in(judgement: Judgement, position: int) -> bool:
    """Say whether a practice has to accept its opt-in, which it does with the agreement."""
    return any(f.practice == position and f.rule == "opt-in-accepted" for f in judgement.blocking)


def is_submitted_as_it_stands(election: Election, snapshot: Snapshot) -> bool:
    """Say whether what CMS has is what the working copy says; contact details reported since aside."""
    submission = election.last_submission
    if submission is None or election.status not in (Status.SUBMITTED, Status.IN_REVIEW, Status.APPROVED):
        return False
    if submission.snapshot_sha256 == snapshot.sha256:
        return True
    submitted = Snapshot.of_submission(submission)
    with_its_contact = replace(
        snapshot,
        representative_name=submitted.representative_name,
        representative_email=submitted.representative_email,
        representative_phone=submitted.representative_phone,
    )
    return election.status == Status.APPROVED and submission.snapshot_sha256 == with_its_contact.sha256


def waiting_for(election: Election) -> str:
    """Return who has the ball, in a sentence."""
    representative = election.representative_name or election.representative_email or "the representative"
    return {
        Status.DRAFT: f"Waiting for {representative} to submit.",
        Status.SUBMITTED: "Waiting for CMS to start its review.",
        Status.IN_REVIEW: "Waiting for CMS to decide.",
        Status.ACTION_NEEDED: f"Waiting for {representative} to correct what CMS asked about.",
        Status.APPROVED: "Nobody has to do anything until something changes.",
        Status.REJECTED: "CMS waits for nothing. A new election has to be submitted to take part.",
        Status.WITHDRAWN: "CMS waits for nothing. A new election has to be submitted to take part.",
        Status.LAPSED: "Nobody can do anything while the election window is closed.",
    }[Status(election.status)]


def _task(page: str, label: str, hint: str, *, started: bool, problems: int) -> Task:
    if not started:
        return Task(page, label, hint, State.NOT_STARTED)
    return Task(page, label, hint, State.NEEDS_ATTENTION if problems else State.DONE, problems)


def _review_state(election: Election, snapshot: Snapshot) -> State:
    """Return how far the last step is: begun where CMS has a submission and the working copy says something else."""
    if is_submitted_as_it_stands(election, snapshot):
        return State.DONE
    return State.IN_PROGRESS if election.last_submission else State.NOT_STARTED


def _problems(judgement: Judgement, rules: Iterable[str]) -> int:
    return sum(1 for finding in judgement.blocking if finding.rule in rules)


def _agreement_started(snapshot: Snapshot) -> bool:
    return snapshot.agreement_acknowledged or any(
        entry.executed_on or entry.signer_name or entry.opt_in_accepted for entry in snapshot.practices
    )
