"""Having a receipt made as a PDF: once for each submission, by a worker right after it."""

from datetime import datetime

import structlog
from django.core.cache import cache
from django.db import transaction

from accounts.models import User
from agreements.models import Document
from agreements.papers import documents
from notices import enclosures
from notices.enclosures import Enclosure

from ..models import Election, Receipt, Submission
from ..verbs import lock
from .receipts import receipt_file_name, receipt_snapshot

TASK = "elections.request_receipts"
SWEEP_LIMIT = 20
TRY_AGAIN_SECONDS = 10 * 60

logger = structlog.get_logger(__name__)


def request_receipts(*, now: datetime) -> int:
    """Request the PDFs of the 20 newest submissions that have none, and return of how many.

    One that failed is passed over for 10 minutes, so that none keeps others waiting.
    """
    without = Submission.objects.filter(receipt=None).order_by("-pk")
    due = {_failed(pk): pk for pk in without.values_list("pk", flat=True)}
    for failed in cache.get_many(due):
        del due[failed]
    newest, requested = list(due.values())[:SWEEP_LIMIT], 0
    for submission in without.filter(pk__in=newest).select_related("submitted_by"):
        try:
            make_receipt(submission, by=submission.submitted_by, now=now)
        except Exception as error:  # what it may quote is not for the log
            logger.warning("receipt_not_requested", submission=submission.pk, error=type(error).__name__)
            cache.set(_failed(submission.pk), True, TRY_AGAIN_SECONDS)
        else:
            requested += 1
    return requested


@transaction.atomic
def make_receipt(submission: Submission, *, by: User, now: datetime) -> Document:
    """Have a submission's receipt made, or tried again if that failed. Asking again gives the same document."""
    lock(submission.election_id)
    made = Document.objects.filter(receipt__submission=submission).first()
    if made is None:
        return _request(submission, by=by, now=now)
    documents.retry(made, by=by, now=now)
    return made


def promised(election: Election, submission: Submission) -> Enclosure:
    """Return the receipt's PDF as the mail about the submission will have it with it, before it is requested."""
    return Enclosure(_promise(submission), receipt_file_name(election, submission.number))


def _request(submission: Submission, *, by: User, now: datetime) -> Document:
    agreement_id, content = submission.document.agreement_id, receipt_snapshot(submission)
    document = documents.request_receipt_document(agreement_id, content, by=by, now=now)
    Receipt.objects.create(submission=submission, document=document)
    enclosures.keep_promise(_promise(submission), documents.file_context(document))
    return document


def _failed(submission_id: int) -> str:
    return f"receipt-not-requested-{submission_id}"


def _promise(submission: Submission) -> str:
    return f"elections.Submission.receipt:{submission.pk}"
