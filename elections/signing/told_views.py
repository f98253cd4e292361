"""The representative's page of who was told about a submission; a letter to print for a practice that was not."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from eligibility.data import nppes
from ground import clock

from ..access import may_edit, person
from ..content import PracticeEntry, Snapshot
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, of_election, page
from ..frame_forms import typed
from ..models import Election, Submission
from ..outcomes import done
from ..states import OVER
from .addresses import give_address
from .forms import AddressForm
from .who_was_told import told_rows


@require_safe
@of_election()
def told(request: HttpRequest, election: Election) -> HttpResponse:
    """Show for each practice who was told about the last submission, and whether the last email arrived."""
    submission = _submitted(election)
    rows = told_rows(election, submission, Snapshot.of_submission(submission))
    return page(
        request,
        "signing/told",
        election,
        submission=submission,
        rows=rows,
        untold=sum(row.request is None for row in rows),
        lost=sum(row.mail is not None and row.mail.did_not_arrive for row in rows),
        may_give_address=_may_give_address(request, election),
    )


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True)
def told_address(request: HttpRequest, election: Election, practice: int) -> HttpResponse:
    """Ask for the name and email address of a practice's signer, then tell them."""
    submission = _submitted(election)
    entry = _practice(submission, practice)
    form = AddressForm(typed(request), initial={"name": entry.signer_name, "submission": submission.number})
    if request.method == "POST" and form.is_valid():
        give = partial(give_address, election.pk, practice, **form.cleaned_data, by=person(request), now=clock.now())
        if done(request, give, f"An email is on its way to {form.cleaned_data['email']}."):
            return redirect("told", election.pk)
    return page(request, "signing/told_address", election, entry=entry, form=form)


@require_safe
@of_election()
def told_letter(request: HttpRequest, election: Election, practice: int) -> HttpResponse:
    """Show a letter to a practice about the last submission, on one page to print."""
    submission = _submitted(election)
    entry = _practice(submission, practice)
    names = nppes.names(entry.npis)
    letter: dict[str, Any] = {"entry": entry, "clinicians": [(npi, names.get(npi)) for npi in entry.npis]}
    return page(request, "signing/told_letter", election, submission=submission, today=clock.today(), **letter)


def _submitted(election: Election) -> Submission:
    """Return the last submission; raise Http404 where there is none."""
    if election.last_submission is None:
        raise Http404
    return election.last_submission


def _practice(submission: Submission, position: int) -> PracticeEntry:
    """Return the practice at a position of a submission; raise Http404 where there is none."""
    entries = Snapshot.of_submission(submission).practices
    if position >= len(entries):
        raise Http404
    return entries[position]


def _may_give_address(request: HttpRequest, election: Election) -> bool:
    return election.public_status not in OVER and may_edit(person(request), election)
