"""Telling the clinicians: all practices, the email to one practice's clinicians, another way, and letters to print."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from eligibility.data import nppes
from eligibility.data.nppes import NppesName
from ground import clock

from ..access import person
from ..clinicians_told import PracticeTold, practices_told, state_of
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, of_election, page
from ..frame_forms import typed
from ..models import Election, Submission
from ..outcomes import done, say
from ..verbs import Refused
from . import actions
from .forms import AddressesForm, OtherWayForm, key_of
from .words import notice_to, person_named, sentences


@require_safe
@of_election(edit=True)
def clinician_notices(request: HttpRequest, election: Election) -> HttpResponse:
    """Show of each practice how many of its clinicians were told; before the submission, when they can be."""
    submission = election.last_submission
    practices = practices_told(submission) if submission else []
    return page(
        request,
        "clinician_notices/clinician_notices",
        election,
        practices=practices,
        all_told=sum(practice.all_told for practice in practices),
        why_not=actions.why_not_now(election),
    )


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True)
def clinician_notice(request: HttpRequest, election: Election, practice: int) -> HttpResponse:
    """Show what is on record of a practice's clinicians and the email to them, and send that to the addresses typed."""
    submission, told = _of_practice(election, practice)
    names = nppes.names(told.clinicians)
    form = AddressesForm(typed(request), clinicians=_named(told, names))
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.send(election.pk, practice, form.addresses, by=person(request), now=clock.now())
        except actions.LinesRefused as refused:
            form.refuse(refused.lines)
        except Refused as refused:
            say(request, refused)
        else:
            messages.success(request, f"The notice is on its way to {', '.join(one.email for one in sent)}.")
            return redirect("clinician_notice", election.pk, practice)
    rows = [
        (person_named(npi, names.get(npi)), kept, state_of(kept), form[f"email-{key_of(npi)}"])
        for npi, kept in told.clinicians.items()
    ]
    first = next(iter(told.clinicians), None)
    mail = notice_to(election, submission, told.name, first, names.get(first), "") if first else None
    shown: dict[str, Any] = {"told": told, "form": form, "rows": rows, "mail": mail}
    shown |= {"why_not": actions.why_not_now(election), "why_no_email": actions.why_no_email(election)}
    return page(request, "clinician_notices/clinician_notice", election, **shown)


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True)
def clinician_other_way(request: HttpRequest, election: Election, practice: int) -> HttpResponse:
    """Record which clinicians a practice told by letter or in person, and when."""
    _, told = _of_practice(election, practice)
    if why := actions.why_not_now(election):
        messages.warning(request, why)
        return redirect("clinician_notices", election.pk)
    named = _named(told, nppes.names(told.clinicians))
    form = OtherWayForm(typed(request), clinicians=named, first=actions.first_day(election))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        how: dict[str, Any] = {"how": given["how"], "told_on": given["told_on"]}
        try:
            actions.note_told(election.pk, practice, given["told"], **how, by=person(request), now=clock.now())
        except Refused as refused:
            form.add_error(None, list(refused.sentences))
        else:
            messages.success(request, f"Recorded: {', '.join(named[npi] for npi in given['told'])}.")
            return redirect("clinician_notice", election.pk, practice)
    return page(request, "clinician_notices/clinician_other_way", election, told=told, form=form)


@require_http_methods(GET_OR_POST)
@of_election(edit=True)
def clinician_undo(request: HttpRequest, election: Election, practice: int, notice_id: int) -> HttpResponse:
    """Ask, then undo a record that a clinician was told another way."""
    _, told = _of_practice(election, practice)
    notice = actions.undoable(told, notice_id, person(request))
    if request.method == "POST":
        acting: dict[str, Any] = {"by": person(request), "now": clock.now()}
        done(
            request,
            actions.undo_told,
            "Undone. The record no longer counts.",
            election.pk,
            practice,
            notice_id,
            **acting,
        )
        return redirect("clinician_notice", election.pk, practice)
    if notice is None:
        raise Http404
    name = _named(told, nppes.names([notice.npi]))[notice.npi]
    return page(request, "clinician_notices/clinician_undo", election, told=told, notice=notice, name=name)


@require_safe
@of_election(edit=True)
def clinician_letters(request: HttpRequest, election: Election, practice: int) -> HttpResponse:
    """Show a letter to each clinician of a practice, on a page of its own each, to print."""
    submission, told = _of_practice(election, practice)
    if why := actions.why_not_now(election):
        messages.warning(request, why)
        return redirect("clinician_notices", election.pk)
    letters: dict[str, Any] = {
        "told": told,
        "clinicians": list(_named(told, nppes.names(told.clinicians)).values()),
        "sentences": sentences(election, submission, told.name),
    }
    return page(request, "clinician_notices/clinician_letters", election, today=clock.today(), **letters)


def _of_practice(election: Election, practice: int) -> tuple[Submission, PracticeTold]:
    """Return the last submission and what is on record of one of its practices; raise Http404 where there is none."""
    submission = election.last_submission
    practices = practices_told(submission) if submission else []
    if submission is None or practice >= len(practices):
        raise Http404
    return submission, practices[practice]


def _named(told: PracticeTold, names: dict[str, NppesName]) -> dict[str, str]:
    """Return how each clinician of a practice is named, by NPI."""
    return {npi: person_named(npi, names.get(npi)) for npi in told.clinicians}
