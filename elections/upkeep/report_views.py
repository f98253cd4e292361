"""Reporting what changed in an approved election: contact details, clinicians, practices, or that nothing did."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import User
from eligibility.law.calendar import update_counts_from
from ground import clock

from ..access import person
from ..content import Snapshot
from ..frame import GET_OR_POST, of_election, page
from ..frame_forms import typed
from ..models import Election, Submission, Update, UpdateKind
from ..outcomes import say
from ..receipt_codes import grouped
from ..representative_contact import contact_on_record
from ..roster_history import counting, names_on, updates_of
from ..states import ElectionStatus
from ..verbs import Refused
from . import actions
from .days import span_of
from .forms import ClinicianUpdateForm, ContactUpdateForm, DatedForm, PracticeUpdateForm

PRESSED_TWICE = timedelta(minutes=10)


@require_http_methods(GET_OR_POST)
@of_election(represent=True)
def update_contact(request: HttpRequest, election: Election) -> HttpResponse:
    """Report new contact details of the representative."""
    submission = approved(request, election)
    if submission is None:
        return redirect("election", election.pk)
    form = ContactUpdateForm(typed(request), initial=contact_on_record(submission))
    return _report(request, election, form, actions.report_contact, "update_contact")


@require_http_methods(GET_OR_POST)
@of_election(represent=True)
def update_clinician(request: HttpRequest, election: Election) -> HttpResponse:
    """Report a clinician who joined or left a practice."""
    return _dated(request, election, ClinicianUpdateForm, actions.report_clinician, "update_clinician")


@require_http_methods(GET_OR_POST)
@of_election(represent=True)
def update_practice(request: HttpRequest, election: Election) -> HttpResponse:
    """Report a practice that was renamed, closed, merged or acquired."""
    return _dated(request, election, PracticeUpdateForm, actions.report_practice, "update_practice")


@require_http_methods(GET_OR_POST)
@of_election(represent=True)
def update_nothing(request: HttpRequest, election: Election) -> HttpResponse:
    """Report that nothing has changed but what was reported already."""
    submission = approved(request, election)
    if submission is None:
        return redirect("election", election.pk)
    if request.method == "POST":
        try:
            return _reported(request, actions.report_nothing(election.pk, by=person(request), now=clock.now()))
        except Refused as refused:
            say(request, refused)
            return redirect("updates", election.pk)
    count = sum(one.kind != UpdateKind.NOTHING for one in counting(updates_of(submission)))
    counts_from, today = update_counts_from(election.performance_year), clock.today()
    shown: dict[str, Any] = {
        "count": count,
        "today": today,
        "counts_from": counts_from if today < counts_from else None,
    }
    return page(request, "upkeep/update_nothing", election, **shown)


def approved(request: HttpRequest, election: Election) -> Submission | None:
    """Return the approved submission; None, which the next page explains, where the election is not approved."""
    if election.public_status == ElectionStatus.APPROVED:
        return election.last_submission
    messages.warning(request, "You can report changes after the election is approved.")
    return None


def _dated(
    request: HttpRequest, election: Election, form_of: type[DatedForm], report: Callable[..., Update], name: str
) -> HttpResponse:
    submission = approved(request, election)
    if submission is None:
        return redirect("election", election.pk)
    span = span_of(election, submission, clock.now())
    called = names_on(Snapshot.of_submission(submission), counting(updates_of(submission)))
    form = form_of(typed(request), span=span, practices=called)
    return _report(request, election, form, report, name, span=span)


def _report(
    request: HttpRequest, election: Election, form: Form, report: Callable[..., Update], name: str, **context: Any
) -> HttpResponse:
    """Report what was sent and lead to its receipt; or show the form, with what the form says was refused."""
    if request.method == "POST" and form.is_valid():
        try:
            update = report(election.pk, **form.cleaned_data, by=person(request), now=clock.now())
        except Refused as refused:
            if twin := _reported_just_now(election, form.cleaned_data, person(request)):
                return _reported(request, twin)
            form.add_error(None, list(refused.sentences))
        else:
            return _reported(request, update)
    return page(request, f"upkeep/{name}", election, form=form, **context)


def _reported_just_now(election: Election, fields: Mapping[str, Any], by: User) -> Update | None:
    """Return what the person reported in the same words a moment ago, as a button was pressed twice; else None."""
    recent = Update.objects.filter(
        submission__election=election, reported_by=by, reported_at__gt=clock.now() - PRESSED_TWICE
    )
    if "kind" in fields:
        same = {name: fields[name] for name in ("kind", "practice", "npi", "effective_on") if name in fields}
    else:
        same = {"kind": UpdateKind.CONTACT, "details__after": dict(fields)}
    other = fields.get("other", "")
    alike = (one for one in recent.filter(**same) if other in (one.details.get("other"), one.details.get("after"), ""))
    return next((one for one in alike if one.counts()), None)


def _reported(request: HttpRequest, update: Update) -> HttpResponse:
    has = "CMS knows that nothing else has changed" if update.kind == UpdateKind.NOTHING else "CMS has the change"
    messages.success(request, f"{has}. The receipt code is {grouped(update.receipt_code)}.")
    return redirect("update", update.submission.election_id, update.pk)
