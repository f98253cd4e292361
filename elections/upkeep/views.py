"""Keeping an approved election up to date."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from eligibility.data import nppes
from ground import clock

from ..access import person
from ..content import Snapshot
from ..frame import GET_OR_POST, of_election, page
from ..frame_forms import typed
from ..models import Election, Submission, Update
from ..roster_history import stays
from ..states import ElectionStatus
from ..verbs import Refused
from . import actions
from .forms import ClinicianUpdateForm, ContactUpdateForm


@require_safe
@of_election()
def updates(request: HttpRequest, election: Election) -> HttpResponse:
    """Show who is in the virtual group now, and what was reported since its approval."""
    submission = _approved(request, election)
    if submission is None:
        return redirect("election", election.pk)
    snapshot = Snapshot.of_submission(submission)
    found = stays(submission, snapshot)
    names = nppes.names({stay.npi for stay in found})
    return page(
        request,
        "upkeep/updates",
        election,
        practices=[
            (entry, [(stay, names.get(stay.npi)) for stay in found if stay.practice == position])
            for position, entry in enumerate(snapshot.practices)
        ],
        updates=Update.objects.filter(submission=submission).select_related("reported_by").order_by("-reported_at"),
        practice_names=snapshot.practice_names,
    )


@require_http_methods(GET_OR_POST)
@of_election(represent=True)
def update_contact(request: HttpRequest, election: Election) -> HttpResponse:
    """Report new contact details of the representative."""
    if _approved(request, election) is None:
        return redirect("election", election.pk)
    form = ContactUpdateForm(typed(request), initial=election.contact)
    if _reported(request, election, form, actions.report_contact, "CMS has the new contact details."):
        return redirect("updates", election.pk)
    return page(request, "upkeep/update_contact", election, form=form)


@require_http_methods(GET_OR_POST)
@of_election(represent=True)
def update_clinician(request: HttpRequest, election: Election) -> HttpResponse:
    """Report a clinician who joined or left a practice."""
    submission = _approved(request, election)
    if submission is None:
        return redirect("election", election.pk)
    practices = Snapshot.of_submission(submission).practice_names
    form = ClinicianUpdateForm(typed(request), performance_year=election.performance_year, practices=practices)
    if _reported(request, election, form, actions.report_clinician, "CMS has the change."):
        return redirect("updates", election.pk)
    return page(request, "upkeep/update_clinician", election, form=form)


def _reported(request: HttpRequest, election: Election, form: Form, report: Callable[..., Update], said: str) -> bool:
    """Report what was sent, and say so; False where nothing right was sent, or with what the form says was refused."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        report(election.pk, **form.cleaned_data, by=person(request), now=clock.now())
    except Refused as refused:
        form.add_error(None, list(refused.sentences))
        return False
    messages.success(request, said)
    return True


def _approved(request: HttpRequest, election: Election) -> Submission | None:
    """Return the approved submission; None, which the next page explains, where the election is not approved."""
    if election.public_status == ElectionStatus.APPROVED:
        return election.last_submission
    messages.warning(request, "You can report changes after the election is approved.")
    return None
