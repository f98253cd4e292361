"""Keeping an approved election up to date: what is due, what was reported, and who is in the virtual group."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from eligibility.data import nppes, windows
from eligibility.law.calendar import Window
from eligibility.law.parameters import PERFORMANCE_YEARS
from ground import clock
from ground.icalendar import calendar_file

from ..clinicians_told import clinicians_told
from ..content import Snapshot
from ..frame import of_election, page
from ..models import Election, Submission, Update, UpdateState
from ..roster_history import counting, endings_by, names_on, stays, updates_of
from ..signers import untold
from ..states import ElectionStatus
from .calendar_entries import entries_of
from .duties import Duty, Known, duties, update_asked, update_duty
from .report_views import approved


@require_safe
@of_election()
def updates(request: HttpRequest, election: Election) -> HttpResponse:
    """Show what is due, what was reported since the approval, and who is in the virtual group now."""
    submission = approved(request, election)
    if submission is None:
        return redirect("election", election.pk)
    snapshot = Snapshot.of_submission(submission)
    reported = updates_of(submission, snapshot)
    prefetch_related_objects(reported, "reported_by")
    found, counted = stays(submission, snapshot, reported), counting(reported)
    names = nppes.names({stay.npi for stay in found})
    called, ended = names_on(snapshot, counted), endings_by(counted)
    due, next_window = _duties(election, submission, snapshot, reported, called)
    return page(
        request,
        "upkeep/updates",
        election,
        practices=[
            (name, ended.get(position), [(stay, names.get(stay.npi)) for stay in found if stay.practice == position])
            for position, name in enumerate(called)
        ],
        updates=reported[::-1],
        questions=[update for update in reported if update.state == UpdateState.QUESTION_ASKED],
        practice_names=snapshot.practice_names,
        today=clock.today(),
        update_asked=update_asked(election.performance_year),
        update_duty=update_duty(election.performance_year, reported, clock.now()),
        duties=due,
        has_dates=bool(entries_of(election, due, next_window, now=clock.now())),
    )


@require_safe
@of_election()
def update_calendar(request: HttpRequest, election: Election) -> HttpResponse:
    """Hand out the days ahead of what is due as a calendar file; where there are none, lead to what is due."""
    submission, now = approved(request, election), clock.now()
    if submission is None:
        return redirect("election", election.pk)
    snapshot = Snapshot.of_submission(submission)
    reported = updates_of(submission, snapshot)
    due, next_window = _duties(election, submission, snapshot, reported, snapshot.practice_names)
    entries = entries_of(election, due, next_window, now=now)
    if not entries:
        return redirect("updates", election.pk)
    name = content_disposition_header(True, f"updates-{election.performance_year}.ics")
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return HttpResponse(calendar_file(entries, now=now), content_type="text/calendar; charset=utf-8", headers=headers)


def _duties(
    election: Election, submission: Submission, snapshot: Snapshot, reported: list[Update], names: Sequence[str]
) -> tuple[list[Duty], Window | None]:
    """Return what an approved election owes, and the next year's window, if its rules are known."""
    year = election.performance_year + 1
    next_window = windows.window_for(year) if year in PERFORMANCE_YEARS else None
    again = Election.objects.filter(virtual_group=election.virtual_group_id, performance_year=year)
    submitted = again.exclude(status=ElectionStatus.WITHDRAWN).values_list("last_submission", flat=True)
    was_submitted = [pk is not None for pk in submitted.order_by()]
    known = Known(
        performance_year=election.performance_year,
        updates=reported,
        names=names,
        told=clinicians_told(submission),
        unreached=[names[position] for position, _ in untold(submission, snapshot)],
        next_window=next_window,
        elected_again=any(was_submitted),
        is_begun=bool(was_submitted),
    )
    return duties(known, clock.now()), next_window
