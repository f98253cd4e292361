"""Everybody's elections, starting one, and the task list of each."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from eligibility.data import windows
from eligibility.law.calendar import data_submission_starts, day_begins, update_counts_from
from ground import clock

from ..access import elections_of, may_edit, person
from ..content import Snapshot
from ..frame import lead_on, of_election, page
from ..models import Decision, Election, Invitation, Member
from ..next_year.copying import started_from
from ..outcomes import say
from ..people import actions as people_actions
from ..people import naming
from ..readiness import waits_for_cms
from ..roster_history import updates_of
from ..sandbox import store as sandbox_store
from ..signing.who_was_told import not_told
from ..start import start_election
from ..states import DECIDED, ElectionStatus
from ..submission.differences import differences
from ..submission.last_hours import last_hours
from ..upkeep.duties import DutyState, update_asked, update_duty
from ..upkeep.steps import open_questions
from ..verbs import Refused
from .forms import StartForm
from .history import history, objections
from .progress import Progress, progress_of
from .waits import waits, waits_to_sign

LOOKED_AT = ("practices", "agreement", "submit_page")  # the tasks whose pages a viewer opens
LONGEST_ID = 18  # digits of a practice's number in an address


@require_safe
def elections(request: HttpRequest) -> HttpResponse:
    """List the person's elections, and offer to start one where a window is open or will open."""
    return _elections_page(request, StartForm())


def _elections_page(request: HttpRequest, form: StartForm) -> HttpResponse:
    year, window = windows.of_next_election(clock.now())
    return render(
        request,
        "elections/overview/elections.html",
        {
            "elections": _in_order(elections_of(person(request)), year),
            "invitations": people_actions.open_for(person(request), clock.now()),
            "performance_year": year,
            "last_year": year - 1,
            "window": window,
            "form": form,
            "checked": len(sandbox_store.read(request.COOKIES.get(sandbox_store.COOKIE, ""), now=clock.now())),
        },
    )


def _in_order(elections: QuerySet[Election], year: int) -> QuerySet[Election]:
    """Return the newest year first, of each year what was changed last first, and drafts with nothing in them last.

    Each with the election of this year that was started from it, if that is among them, too, and the first update that
    CMS asks about.
    """
    practices = Member.objects.filter(election=OuterRef("pk"))
    is_empty = Q(~Exists(practices), virtual_group__name="", status=ElectionStatus.DRAFT)
    started = started_from(OuterRef("pk"), year).filter(pk__in=elections.order_by().values("pk"))
    listed = elections.annotate(
        is_empty=ExpressionWrapper(is_empty, output_field=BooleanField()),
        started_id=Subquery(started.values("pk")[:1]),
        question_id=Subquery(open_questions(OuterRef("pk")).values("pk")[:1]),
        started_status=Subquery(started.values("status")[:1]),
    )
    return listed.order_by("-performance_year", "is_empty", "-changed_at")


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start a draft for the next performance year; a name leads on to what is asked next, none to all that is to do."""
    now, user = clock.now(), person(request)
    year, window = windows.of_next_election(now)
    form = StartForm(request.POST)
    if not form.is_valid():
        return _elections_page(request, form)
    try:
        if window is None:
            raise Refused(f"This site does not know the rules for {year} yet, so you cannot start an election for it.")
        with transaction.atomic():
            election = start_election(performance_year=year, by=user, now=now)
            if name := form.cleaned_data["name"]:
                naming.save_group(election.pk, name=name, by=user, now=now)
    except Refused as refused:
        say(request, refused)
        return redirect("elections")
    messages.success(request, "You started an election.")
    return lead_on(election, after="start") if name else redirect("election", election.pk)


@require_safe
@of_election()
def election(request: HttpRequest, election: Election) -> HttpResponse:
    """Show where an election stands, what is next, and who has the ball."""
    progress = progress_of(request, election)
    submission = election.last_submission
    decisions = Decision.objects.filter(submission__election=election).order_by("-decided_at")
    events = history(election)
    open_year = _open_year(election)
    return page(
        request,
        "overview/election",
        election,
        **_next(progress, election),
        tasks=progress.tasks,
        looked_at=LOOKED_AT,
        waits=[
            *waits_to_sign(election, progress.turns),
            *waits(election, progress.tasks, progress.plan, _open_invitations(election), acts=progress.acts),
        ],
        submission=submission,
        not_told=not_told(election),
        correction=progress.correction,
        has_unsent_changes=progress.has_changes,
        differences=_differences(election, progress),
        waits_for_cms=waits_for_cms(election, submission),
        last_hours=last_hours(election, progress.judged_election.snapshot, now=clock.now()),
        decision=decisions.first() if election.public_status in DECIDED else None,
        events=events,
        objections=objections(election, events) if may_edit(person(request), election) else (),
        open_year=open_year,
        started=_started(request, election, open_year),
        update_due=_update_due(election),
        **_questions(election),
    )


def _open_year(election: Election) -> int | None:
    """Return the year that can be elected now with the list of an election that is over, else None."""
    now = clock.now()
    if not election.is_over or now < election.window.closes:
        return None
    year, window = windows.of_next_election(now)
    return year if window and now < window.closes and year > election.performance_year else None


def _started(request: HttpRequest, election: Election, open_year: int | None) -> Election | None:
    """Return what was started from an election that is over, if the person may see it: for that year, or its own."""
    if not election.is_over:
        return None
    started = started_from(election, open_year or election.performance_year)
    return started.filter(pk__in=elections_of(person(request)).order_by().values("pk")).first()


def _next(progress: Progress, election: Election) -> dict[str, Any]:
    """Return what the page opens with: the person's next step, if there is one, and how far the signatures are."""
    plan, turns = progress.plan, progress.turns
    step = plan.steps[0] if plan.steps and progress.acts else None
    return {
        "plan": plan,
        "step": step,
        "step_address": step.address(election) if step else "",
        "turns": turns if turns and (turns.theirs or turns.ours) else None,
    }


@require_safe
@of_election()
def next_step(request: HttpRequest, election: Election) -> HttpResponse:
    """Lead to what is next after a task's page was saved; to the task list if nothing is."""
    progress = progress_of(request, election)
    practice = request.GET.get("practice", "")
    member_id = int(practice) if practice.isdecimal() and len(practice) <= LONGEST_ID else None
    step = progress.plan.after(request.GET.get("after", ""), member_id) if progress.acts else None
    return redirect(step.address(election) if step else reverse("election", args=[election.pk]))


def _update_due(election: Election) -> str:
    """Return what is due of an approved election before data submission starts, while it is open; else empty."""
    year, now = election.performance_year, clock.now()
    is_asked = day_begins(update_counts_from(year)) <= now < day_begins(data_submission_starts(year))
    submission = election.last_submission
    if election.public_status != ElectionStatus.APPROVED or submission is None or not is_asked:
        return ""
    return update_asked(year) if update_duty(year, updates_of(submission), now).state == DutyState.OPEN else ""


def _questions(election: Election) -> dict[str, Any]:
    """Return what CMS asks about the updates of an approved election, and what its practices are called."""
    submission = election.last_submission
    if election.public_status != ElectionStatus.APPROVED or submission is None:
        return {"questions": []}
    questions = list(open_questions(election))
    return {"questions": questions, "practice_names": Snapshot.of_submission(submission).practice_names}


def _open_invitations(election: Election) -> list[Invitation]:
    return [invitation for invitation in election.invitations.all() if invitation.is_open(clock.now())]


def _differences(election: Election, progress: Progress) -> list[str]:
    """Return the changes that CMS does not have yet, and that can be said."""
    submission, snapshot = election.last_submission, progress.judged_election.snapshot
    if submission is None or submission.snapshot_sha256 == snapshot.sha256:
        return []
    return differences(Snapshot.of_submission(submission), replace(snapshot, agreement_acknowledged=True))
