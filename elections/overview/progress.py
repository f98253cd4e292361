"""How far an election is for the person who opens it: its tasks, whose turn it is, and what they do next."""

from dataclasses import dataclass

from django.http import HttpRequest

from ground import clock

from ..access import is_representative, may_edit, person
from ..corrections.answers import open_correction
from ..frame import judge_for_viewer
from ..models import Correction, Election
from ..readiness import JudgedElection
from ..submission.differences import is_submitted_as_it_stands
from ..working_copy import may_be_edited
from .next_step import Plan, plan_of
from .task_list import Task, tasks
from .turns import Turns, read_turns


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an election is; `acts`: the plan's steps are this person's to do."""

    judged_election: JudgedElection
    tasks: list[Task]
    turns: Turns | None
    correction: Correction | None
    has_changes: bool
    plan: Plan
    acts: bool


def progress_of(request: HttpRequest, election: Election) -> Progress:
    """Judge an election as it stands, and plan what is left to do: for a viewer, what others do."""
    user, judged_election = person(request), judge_for_viewer(request, election)
    snapshot, represents = judged_election.snapshot, is_representative(user, election)
    is_open, edits = may_be_edited(election, clock.now()), may_edit(user, election)
    submission = election.last_submission
    is_as_submitted = submission is None or submission.snapshot_sha256 == snapshot.sha256
    has_changes = not (is_as_submitted or is_submitted_as_it_stands(election, snapshot))
    listed = tasks(election, judged_election)
    turns = read_turns(election, snapshot, clock.now()) if is_open else None
    correction = open_correction(election)
    named = election.representative_name or election.representative_email or "the representative"
    plan = plan_of(
        election,
        listed,
        judged_election,
        turns,
        correction=correction,
        has_changes=has_changes,
        submits=named if edits and not represents else "",
    )
    return Progress(
        judged_election, listed, turns, correction, has_changes, plan if is_open else Plan(), edits and is_open
    )
