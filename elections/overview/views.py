"""Everybody's elections, starting one, and the task list of each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from eligibility.data import windows
from ground import clock

from ..access import elections_of, is_representative, may_edit, person
from ..content import Snapshot
from ..corrections.answers import open_correction
from ..frame import judge_for_viewer, of_election, page
from ..models import Decision, Election, Update
from ..outcomes import say
from ..people import actions as people_actions
from ..readiness import waits_for_cms
from ..sandbox import store as sandbox_store
from ..signing.asking import open_requests
from ..signing.who_was_told import not_told
from ..start import start_election
from ..states import DECIDED
from ..submission.differences import differences, is_submitted_as_it_stands
from ..submission.last_hours import last_hours
from ..verbs import Refused
from ..working_copy import may_be_edited
from .history import history, objections
from .task_list import Waiting, tasks, waits, waits_to_sign

LOOKED_AT = ("practices", "agreement", "submit_page")  # the tasks whose pages a viewer opens


@require_safe
def elections(request: HttpRequest) -> HttpResponse:
    """List the person's elections, and offer to start one where a window is open or will open."""
    year, window = windows.of_next_election(clock.now())
    return render(
        request,
        "elections/overview/elections.html",
        {
            "elections": elections_of(person(request)).order_by("-performance_year", "-changed_at"),
            "invitations": people_actions.open_for(person(request), clock.now()),
            "performance_year": year,
            "last_year": year - 1,
            "window": window,
            "checked": len(sandbox_store.read(request.COOKIES.get(sandbox_store.COOKIE, ""), now=clock.now())),
        },
    )


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start a draft for the next performance year."""
    now = clock.now()
    year, window = windows.of_next_election(now)
    try:
        if window is None:
            raise Refused(f"This site does not know the rules for {year} yet, so you cannot start an election for it.")
        election = start_election(performance_year=year, by=person(request), now=now)
    except Refused as refused:
        say(request, refused)
        return redirect("elections")
    return redirect("election", election.pk)


@require_safe
@of_election()
def election(request: HttpRequest, election: Election) -> HttpResponse:
    """Show where an election stands, who has the ball, and what is to do."""
    user = person(request)
    judged_election = judge_for_viewer(request, election)
    found = tasks(election, judged_election)
    represents = is_representative(user, election)
    submission = election.last_submission
    decisions = Decision.objects.filter(submission__election=election).order_by("-decided_at")
    events = history(election)
    return page(
        request,
        "overview/election",
        election,
        tasks=found,
        looked_at=LOOKED_AT,
        waits=waits(
            election,
            found,
            [invitation for invitation in election.invitations.all() if invitation.is_open(clock.now())],
            representative="you" if represents else "",
            collaborator="you" if may_edit(user, election) and not represents else "a collaborator",
        )
        + _waits_to_sign(election, judged_election.snapshot),
        submission=submission,
        not_told=not_told(election),
        correction=open_correction(election),
        **_unsent(election, judged_election.snapshot),
        waits_for_cms=waits_for_cms(election, submission),
        last_hours=last_hours(election, judged_election.snapshot, now=clock.now()),
        decision=decisions.first() if election.public_status in DECIDED else None,
        events=events,
        objections=objections(election, events) if may_edit(user, election) else (),
        updates=Update.objects.filter(submission=submission) if submission else (),
    )


def _unsent(election: Election, snapshot: Snapshot) -> dict[str, Any]:
    """Return whether the working copy has changes that CMS does not have yet, and those that can be said."""
    submission = election.last_submission
    if submission is None or submission.snapshot_sha256 == snapshot.sha256:
        return {"has_unsent_changes": False, "differences": []}
    return {
        "has_unsent_changes": not is_submitted_as_it_stands(election, snapshot),
        "differences": differences(Snapshot.of_submission(submission), snapshot),
    }


def _waits_to_sign(election: Election, snapshot: Snapshot) -> list[Waiting]:
    if not snapshot.is_signed_here or not may_be_edited(election, clock.now()):
        return []
    asked = open_requests(election).filter(declined_at=None, party__member__isnull=False)
    return waits_to_sign(snapshot, asked)
