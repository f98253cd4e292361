"""Having a receipt made as a PDF: once for each submission, in the submission's own transaction."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Document
from agreements.papers import documents
from notices.enclosures import Enclosure

from ..models import Election, Receipt, Submission
from ..verbs import lock
from .receipts import receipt_file_name, receipt_snapshot


def request_receipt(submission: Submission, *, by: User, now: datetime) -> Document:
    """Request the PDF of a submission's receipt. Runs inside the caller's transaction, which locked the election."""
    agreement_id, content = submission.document.agreement_id, receipt_snapshot(submission)
    document = documents.request_receipt_document(agreement_id, content, by=by, now=now)
    Receipt.objects.create(submission=submission, document=document)
    return document


@transaction.atomic
def make_receipt(submission: Submission, *, by: User, now: datetime) -> Document:
    """Have a submission's receipt made that was received before all were, or one tried again that failed.

    Asking again for another gives the same document, whatever changed since.
    """
    lock(submission.election_id)
    made = Document.objects.filter(receipt__submission=submission).first()
    if made is None:
        return request_receipt(submission, by=by, now=now)
    documents.retry(made, by=by, now=now)
    return made


def enclosed(document: Document, election: Election, submission: Submission) -> Enclosure:
    """Return the receipt's PDF as the mail about the submission has it with it."""
    return Enclosure(documents.file_context(document), receipt_file_name(election, submission.number))
