"""The representative's page of who was told about a submission; a letter to print for a practice that was not."""

from typing import Any

from django.contrib import messages
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
from ..outcomes import say
from ..standing import reported
from ..states import OVER
from ..verbs import Refused
from .addresses import AlreadyTold, give_address
from .forms import AddressForm
from .who_was_told import counts_in_words, told_rows

OWN_ADDRESS = (
    "This is the representative’s own address. The representative hears from us anyway. If someone else speaks for the "
    "practice, give that person’s address, so that the practice itself is told."
)


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
        counts=counts_in_words(rows),
        may_give_address=_may_give_address(request, election),
    )


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True)
def told_address(request: HttpRequest, election: Election, practice: int) -> HttpResponse:
    """Ask for the name and email address of a practice's signer, then tell them; say why where it is too late."""
    submission = _submitted(election)
    entry = _practice(submission, practice)
    form = AddressForm(typed(request), initial={"name": entry.signer_name, "submission": submission.number})
    may_send_again = False
    if request.method == "POST" and form.is_valid():
        try:
            _give(request, election, practice, form)
        except AlreadyTold as refused:
            say(request, refused)
            may_send_again = True
        except Refused as refused:
            say(request, refused)
        else:
            return redirect("told", election.pk)
    is_over = election.public_status in OVER
    told: dict[str, Any] = {"entry": entry, "form": form, "may_send_again": may_send_again, "is_over": is_over}
    return page(request, "signing/told_address", election, practice=practice, **told)


def _give(request: HttpRequest, election: Election, practice: int, form: AddressForm) -> None:
    """Keep the address and say so; warn where it is the representative's own."""
    given, email = form.cleaned_data, form.cleaned_data["email"]
    is_again = "again" in request.POST
    give_address(election.pk, practice, **given, by=person(request), now=clock.now(), again=is_again)
    messages.success(request, f"An email is on its way to {email}.")
    if email == election.representative_email.lower():
        messages.warning(request, OWN_ADDRESS)


@require_safe
@of_election()
def told_letter(request: HttpRequest, election: Election, practice: int) -> HttpResponse:
    """Show a letter to a practice about the last submission, on one page to print.

    It says what the email to a signer says. CMS's reasons are left out of both: they may be about another practice.
    """
    submission = _submitted(election)
    entry = _practice(submission, practice)
    names = nppes.names(entry.npis)
    letter: dict[str, Any] = {"entry": entry, "clinicians": [(npi, names.get(npi)) for npi in entry.npis]}
    letter["reported"] = reported(submission, {practice: entry.name})
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
