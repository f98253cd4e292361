"""The receipt of one submission, as a page and as a PDF that anybody can have checked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from agreements.models import Document, DocumentState
from eligibility.data import nppes
from ground import clock
from ground.icalendar import calendar_file
from notices.models import Notice

from ..access import person
from ..agreement.pdfs import asked_again, handed_out
from ..content import Snapshot
from ..frame import of_election, page
from ..ledger import frozen, groups, overrides_of
from ..mails import latest_mails
from ..models import Election, Submission
from ..readiness import waits_for_cms
from ..signers import all_but, signers_of
from ..states import Verb
from .dates_ahead import dates_ahead, has_dates_ahead
from .receipt_actions import make_receipt
from .receipts import receipt_file_name
from .waiting_times import recent_waiting_time

RECEIPT_MAIL = "election submitted"


@require_safe
@of_election()
def receipt(request: HttpRequest, election: Election, number: int) -> HttpResponse:
    """Show the proof of one submission: when it was received, its code, and what it says."""
    submissions = election.submissions.select_related("submitted_by", "document", "receipt__document")
    submission = get_object_or_404(
        submissions.defer("document__snapshot", "receipt__document__snapshot"), number=number
    )
    snapshot = Snapshot.of_submission(submission)
    names = nppes.names({npi for entry in snapshot.practices for npi in entry.npis})
    is_latest = submission.pk == election.last_submission_id
    mails = Notice.objects.filter(events__election=election, events__verb=Verb.SUBMIT, reason=RECEIPT_MAIL)
    return page(
        request,
        "submission/receipt",
        election,
        submission=submission,
        snapshot=snapshot,
        practices=[(entry, [(npi, names.get(npi)) for npi in entry.npis]) for entry in snapshot.practices],
        ledger=groups(frozen(submission.submitter_ledger), snapshot, overrides_of(election, snapshot)),
        is_latest=is_latest,
        **(_signers(election, submission, snapshot) if is_latest else {}),
        waits_for_cms=waits_for_cms(election, submission),
        waiting_time=recent_waiting_time(election.performance_year) if election.is_with_cms else None,
        mails=mails.filter(events__details__submission=number).order_by("pk"),
        document_state=submission.document.state,
        pdf=submission.receipt.document if hasattr(submission, "receipt") else None,
        has_dates=is_latest and has_dates_ahead(election, now=clock.now()),
    )


def _signers(election: Election, submission: Submission, snapshot: Snapshot) -> dict[str, Any]:
    """Return which practices' signers were not told, of how many they were, and of how many the email was lost."""
    signers = signers_of(submission, snapshot)
    latest = latest_mails(election, {signer.request.email for signer in signers})
    mails = [latest.get(signer.request.email) for signer in signers]
    return {
        "untold": all_but({signer.position for signer in signers}, snapshot),
        "emailed": len(signers),
        "lost": sum(mail is not None and mail.did_not_arrive for mail in mails),
    }


@require_safe
@of_election()
def calendar(request: HttpRequest, election: Election) -> HttpResponse:
    """Hand out the dates ahead as a calendar file; where there are none, lead to what became of the election."""
    now = clock.now()
    dates = dates_ahead(election, now=now)
    if not dates:
        return redirect("election", election.pk)
    name = content_disposition_header(True, f"election-{election.performance_year}.ics")
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return HttpResponse(calendar_file(dates, now=now), content_type="text/calendar; charset=utf-8", headers=headers)


@require_POST
@of_election()
def receipt_pdf_make(request: HttpRequest, election: Election, number: int) -> HttpResponse:
    """Have the receipt made as a PDF, for whoever may look at the election."""
    make_receipt(get_object_or_404(election.submissions, number=number), by=person(request), now=clock.now())
    return redirect("receipt_pdf", election.pk, number)


@require_safe
@of_election()
def receipt_pdf(request: HttpRequest, election: Election, number: int) -> HttpResponse:
    """Hand out the receipt's PDF, or show how far it is; before it was asked for, lead to where it is."""
    submission = get_object_or_404(election.submissions, number=number)
    found = Document.objects.filter(receipt__submission=submission).first()
    if found is None:
        return redirect("receipt", election.pk, number)
    if told := asked_again(request, found, "receipt"):
        return told
    if found.state != DocumentState.READY:
        return page(request, "submission/receipt_pdf", election, document=found, submission=submission)
    return handed_out(found, receipt_file_name(election, number))
