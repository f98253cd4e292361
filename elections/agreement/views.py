"""The agreement: how it is signed, its text as it was chosen, and its PDF."""

from dataclasses import asdict, replace

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import Document, DocumentKind, DocumentState
from agreements.text.provisions import PROVISIONS
from agreements.text.reading import shown
from eligibility.law.determination import Finding
from ground import clock

from ..access import person
from ..content import PracticeEntry, Snapshot
from ..drafts.saving import saving_page
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, judge_for_viewer, of_election, page
from ..frame_forms import typed
from ..ledger import SETTLED
from ..models import Election
from ..outcomes import say
from ..readiness import JudgedElection
from ..verbs import Refused
from .actions import make_document, missing, save_text
from .forms import TextForm
from .pdfs import asked_again, handed_out
from .text import agreement_snapshot, opt_in_findings
from .ways import signers_to_email, version_of, way_of


@require_safe
@of_election()
def agreement(request: HttpRequest, election: Election) -> HttpResponse:
    """Ask how the practices will sign, or say how they do; and lead to the text, and to its PDF."""
    snapshot = Snapshot.of_working_copy(election)
    own, to_email = election.agreement.own, signers_to_email(election, snapshot)
    return page(
        request,
        "agreement/agreement",
        election,
        says_unsent=True,
        way=way_of(election.agreement, snapshot),
        to_email=to_email,
        to_email_version=version_of(to_email),
        entries=snapshot.practices,
        members=election.members.select_related("party__signature_page"),  # read where they are shown
        signed=sum(entry.executed_on is not None for entry in snapshot.practices),
        opt_ins=_open_opt_ins(judge_for_viewer(request, election)) if snapshot.is_signed_here else [],
        own=own,
        unmarked=own.unmarked if own else [],
        provisions=PROVISIONS,
        documents=_pdfs(election).order_by("-requested_at", "-pk"),
    )


def _open_opt_ins(judged_election: JudgedElection) -> list[tuple[PracticeEntry, Finding]]:
    """Return the practices that signed without accepting an opt-in that is asked of them, each with its finding."""
    asked = zip(judged_election.snapshot.practices, opt_in_findings(judged_election), strict=True)
    return [(entry, finding) for entry, finding in asked if entry.signed and finding.outcome not in SETTLED]


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit="POST", open="POST")
def agreement_text(request: HttpRequest, election: Election) -> HttpResponse:
    """Show the agreement as its PDF would say it now, which clause does what is asked for, and what can be chosen."""
    chosen = election.agreement.choices
    form = TextForm(
        typed(request),
        performance_year=election.performance_year,
        is_own=election.agreement.own is not None,
        initial=asdict(chosen) | {"last_year": chosen.last_year or 0},
    )

    def save() -> None:
        save_text(election.pk, **form.sound(), was=form.was(), by=person(request), now=clock.now())

    if saved := saving_page(request, [form], save, then=lambda: redirect("agreement_text", election.pk)):
        return saved
    snapshot = Snapshot.of_working_copy(election)
    lacks = missing(snapshot)
    named = replace(snapshot, practices=()) if lacks else snapshot
    read = shown(agreement_snapshot(named, election), clock.now())
    signed = sum(entry.signed is not None for entry in snapshot.practices)
    return page(
        request, "agreement/agreement_text", election, says_unsent=True, form=form, missing=lacks, signed=signed, **read
    )


@require_POST
@of_election(edit=True)
def agreement_make(request: HttpRequest, election: Election) -> HttpResponse:
    """Have the agreement's PDF made from the practices as they are listed now."""
    try:
        made = make_document(election.pk, by=person(request), now=clock.now())
    except Refused as refused:
        say(request, refused)
        return redirect("agreement", election.pk)
    return redirect("document", election.pk, made.pk)


@require_safe
@of_election()
def document(request: HttpRequest, election: Election, document_id: int) -> HttpResponse:
    """Hand out an agreement's PDF to those who work on the election, or show how far it is."""
    found = get_object_or_404(_pdfs(election), pk=document_id)
    if told := asked_again(request, found, "agreement"):
        return told
    if found.state != DocumentState.READY:
        return page(request, "agreement/document", election, document=found)
    return handed_out(found, f"agreement-{election.performance_year}.pdf")


def _pdfs(election: Election) -> QuerySet[Document]:
    """Return the agreement's own documents; a receipt is found with its submission, a packet at the desk."""
    kinds = (DocumentKind.AGREEMENT, DocumentKind.EXECUTED)
    return Document.objects.filter(agreement=election.agreement_id, kind__in=kinds)
