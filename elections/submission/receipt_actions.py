"""Having a receipt made as a PDF."""

import json
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Document, DocumentKind
from agreements.papers.documents import request_document

from ..models import Receipt, Submission
from ..verbs import lock
from .receipts import receipt_snapshot


@transaction.atomic
def make_receipt(submission: Submission, *, by: User, now: datetime) -> Document:
    """Have a submission's receipt made as a PDF; asking again gives the same document, whatever changed since.

    Asking again for one that failed has it tried again.
    """
    election = lock(submission.election_id)
    made = Document.objects.filter(receipt__submission=submission).first()
    content = json.loads(made.snapshot) if made else receipt_snapshot(submission)
    document = request_document(election.agreement_id, content, by=by, now=now, kind=DocumentKind.RECEIPT)
    if not made:
        Receipt.objects.create(submission=submission, document=document)
    return document
