"""Keeping an approved election up to date: what was reported, and who is in the virtual group."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from eligibility.data import nppes
from ground import clock

from ..content import Snapshot
from ..frame import of_election, page
from ..models import Election
from ..roster_history import counting, endings_by, names_on, stays
from .report_views import approved


@require_safe
@of_election()
def updates(request: HttpRequest, election: Election) -> HttpResponse:
    """Show who is in the virtual group now, and what was reported since its approval."""
    submission = approved(request, election)
    if submission is None:
        return redirect("election", election.pk)
    snapshot = Snapshot.of_submission(submission)
    reported = list(submission.updates.select_related("reported_by"))
    found, counted = stays(submission, snapshot, reported), counting(reported)
    names = nppes.names({stay.npi for stay in found})
    called, ended = names_on(snapshot, counted), endings_by(counted)
    return page(
        request,
        "upkeep/updates",
        election,
        practices=[
            (name, ended.get(position), [(stay, names.get(stay.npi)) for stay in found if stay.practice == position])
            for position, name in enumerate(called)
        ],
        updates=reported[::-1],
        practice_names=snapshot.practice_names,
        today=clock.today(),
    )
