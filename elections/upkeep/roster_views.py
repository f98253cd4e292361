"""Who was in an approved virtual group on any day, as it was reported by any day."""

from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from eligibility.data import nppes
from eligibility.law.calendar import day_begins
from ground import clock

from ..content import Snapshot
from ..frame import of_election, page
from ..models import Election
from ..roster_history import counting, endings_by, names_on, roster_day, stays, updates_of
from .days import span_of
from .forms import RosterDayForm
from .report_views import approved


@require_safe
@of_election()
def update_roster(request: HttpRequest, election: Election) -> HttpResponse:
    """Show who was in the virtual group on a day, as far as it had been reported by the end of another."""
    submission = approved(request, election)
    if submission is None:
        return redirect("election", election.pk)
    form = RosterDayForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    day = roster_day(asked.get("day") or clock.today(), election.performance_year)
    recorded_by = _end_of(asked.get("recorded_by"))
    approved_on = span_of(election, submission, clock.now()).approved_on
    snapshot, updates = Snapshot.of_submission(submission), updates_of(submission)
    counted = counting(updates, recorded_by)
    present = [stay for stay in stays(submission, snapshot, updates, recorded_by=recorded_by) if stay.is_in_on(day)]
    names, ended = nppes.names({stay.npi for stay in present}), endings_by(counted, day)
    return page(
        request,
        "upkeep/update_roster",
        election,
        form=form,
        day=day,
        asked_day=asked.get("day"),
        recorded_on=asked.get("recorded_by"),
        approved_on=approved_on,
        is_too_early=recorded_by is not None and asked["recorded_by"] < approved_on,
        count=len(present),
        practices=[
            (name, ended.get(position), [(stay, names.get(stay.npi)) for stay in present if stay.practice == position])
            for position, name in enumerate(names_on(snapshot, counted, day))
        ],
    )


def _end_of(day: date | None) -> datetime | None:
    """Return the last moment of a day in Eastern Time; None for no day."""
    return day_begins(day + timedelta(days=1)) - timedelta(microseconds=1) if day and day < date.max else None
