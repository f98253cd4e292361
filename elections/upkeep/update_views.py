"""One update: its receipt, what became of it, and undoing it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from agreements.models import DocumentState
from agreements.papers import documents
from ground import clock

from ..access import is_representative, person
from ..agreement.pdfs import asked_again, handed_out
from ..content import Snapshot
from ..frame import GET_OR_POST, of_election, page
from ..frame_forms import typed
from ..models import Election, Submission, Update, UpdateKind, UpdateState
from ..models.update import OF_CLINICIANS, OF_PRACTICES
from ..outcomes import done
from ..roster_history import updates_of
from ..states import ElectionStatus
from . import steps
from .days import is_late, is_told_late, told_within
from .forms import UpdateAnswerForm


@require_http_methods(GET_OR_POST)
@of_election(represent="POST")
def update(request: HttpRequest, election: Election, update_id: int) -> HttpResponse:
    """Show the receipt of an update, and answer what CMS asked about it."""
    found = _update(election, update_id)
    form = UpdateAnswerForm(typed(request))
    if request.method == "POST" and form.is_valid():
        given = {"text": form.cleaned_data["text"], "by": person(request), "now": clock.now()}
        if done(
            request,
            steps.answer,
            "CMS has your answer. CMS acknowledges the update, or asks again.",
            election.pk,
            found.pk,
            **given,
        ):
            return redirect("update", election.pk, found.pk)
    return page(request, "upkeep/update", election, form=form, **_shown(request, election, found))


def _shown(request: HttpRequest, election: Election, found: Update) -> dict[str, Any]:
    year, represents = election.performance_year, is_representative(person(request), election)
    last = election.last_submission
    is_approved = election.public_status == ElectionStatus.APPROVED
    stands = is_approved and last and found.pk in _pks(last)
    is_undone = found.state == UpdateState.UNDONE
    return {
        "update": found,
        "practice_names": Snapshot.of_submission(found.submission).practice_names,
        "steps": found.steps.select_related("by"),
        "is_late": not is_undone and is_late(found, year),
        "told_within": told_within(year) if not is_undone and is_told_late(found, year) else 0,
        "may_answer": represents and found.state == UpdateState.QUESTION_ASKED,
        "report_again": _form_of(found) if represents and is_approved and is_undone else "",
        "may_undo": represents and stands and found.state in steps.OPEN and found.kind != UpdateKind.REPRESENTATIVE,
    }


def _form_of(update: Update) -> str:
    """Return the name of the page on which an update of this kind is reported."""
    if update.kind in OF_CLINICIANS:
        return "update_clinician"
    return "update_practice" if update.kind in OF_PRACTICES else f"update_{update.kind}"


def _pks(submission: Submission) -> set[int]:
    return {update.pk for update in updates_of(submission)}


@require_POST
@of_election(represent=True)
def update_undo(request: HttpRequest, election: Election, update_id: int) -> HttpResponse:
    """Undo an update that CMS has not acknowledged."""
    found = _update(election, update_id)
    said = "Undone. We’re emailing everyone we told about it."
    done(request, steps.undo, said, election.pk, found.pk, by=person(request), now=clock.now())
    return redirect("update", election.pk, found.pk)


@require_http_methods(GET_OR_POST)
@of_election()
def update_pdf(request: HttpRequest, election: Election, update_id: int) -> HttpResponse:
    """Hand out the PDF of an update's receipt, or show how far it is; have one that failed tried again."""
    found = _update(election, update_id)
    document = found.document
    if document is None:
        return redirect("update", election.pk, found.pk)
    if request.method == "POST":
        documents.retry(document, by=person(request), now=clock.now())
        return redirect("update_pdf", election.pk, found.pk)
    if told := asked_again(request, document, "receipt"):
        return told
    if document.state != DocumentState.READY:
        return page(request, "upkeep/update_pdf", election, document=document, update=found)
    return handed_out(document, f"update-{election.performance_year}-{found.pk}.pdf")


def _update(election: Election, update_id: int) -> Update:
    updates = Update.objects.select_related("submission", "document", "reported_by")
    return get_object_or_404(updates, pk=update_id, submission__election=election)
