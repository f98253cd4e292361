"""Who an election waits for, by name and with a way to where the reader sees more of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from eligibility.law.rule_results import count

from ..models import Election, Invitation
from ..states import SHOWN, ElectionStatus
from .next_step import Plan
from .task_list import Task, TaskState
from .turns import Turns

MOST_NAMED = 5  # signers that a page names one by one


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that somebody else has to do: `who`, in words, since when, and where one sees more; empty: nowhere."""

    who: str
    what: str
    since: datetime
    address: str = ""


def waits(
    election: Election, tasks: Sequence[Task], plan: Plan, invitations: Iterable[Invitation], *, acts: bool
) -> list[Waiting]:
    """Return the steps that others have to do: the next one, then the invitations without an answer.

    `acts`: the reader does the steps of the plan. What signers have to do, waits_to_sign returns.
    """
    people = reverse("people", args=[election.pk])
    invited = [Waiting(one.email, f"to accept the role of {one.part}", one.invited_at, people) for one in invitations]
    return _next_step(election, tasks, plan, acts, people) + invited


def _next_step(election: Election, tasks: Sequence[Task], plan: Plan, acts: bool, people: str) -> list[Waiting]:
    since = _since(election)
    if election.status != ElectionStatus.DRAFT:
        next_one = SHOWN[election.public_status].next_step
        is_own = acts and election.public_status == ElectionStatus.ACTION_NEEDED
        return [Waiting(*next_one, since)] if next_one and not is_own else []
    if plan.steps and acts:
        return []
    named = election.representative_name or election.representative_email or "the representative"
    task = next((task for task in tasks if task.state != TaskState.DONE), tasks[-1])
    if task.page == "submit_page":
        return [Waiting(named, "to review and submit", since, people)]
    if not plan.steps:
        return []  # it waits for signers alone
    to_fix = f" ({count(task.problems, 'thing')} to fix)" if task.problems else ""
    return [Waiting(f"{named} or a collaborator", f"to finish “{task.label}”{to_fix}", since, people)]


def _since(election: Election) -> datetime:
    """Return since when the election has its public status."""
    event = election.status_event
    if election.pending_decision_id:
        event = election.events.filter(to_status=election.public_status).order_by("at", "id").last()
    return event.at if event else election.started_at


def waits_to_sign(election: Election, turns: Turns | None) -> list[Waiting]:
    """Return the signers who were asked and have not signed: each by name, or their number if there are many."""
    if turns is None or not turns.theirs:
        return []
    board, asked = reverse("signing", args=[election.pk]), turns.theirs
    if len(asked) > MOST_NAMED:
        return [Waiting(count(len(asked), "practice"), "to sign", min(one.asked_at for one in asked), board)]
    return [
        Waiting(f"{one.name} ({member})", "to sign", one.asked_at, f"{board}#practice-{member.pk}")
        for one in asked
        for member in [one.party.member]
    ]
