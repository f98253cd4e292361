"""Asking for a document, and making its file: once for a frozen snapshot, whatever happens to the worker.

A worker claims a document for as long as its lease lasts. One that dies in between leaves it claimed; when the lease
has run out, the next sweep has it made again, from the same snapshot and under the same name.
"""

import hashlib
import json
import traceback
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pikepdf
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from ground import clock, leases
from ground.fonts import in_words
from ground.vault import CannotDecrypt, decrypt_bytes, encrypt_bytes
from notices.enclosures import enclose
from notices.nudge import nudge

from ..models import SEALED_KINDS, UNPRINTABLE, Document, DocumentKind, DocumentState
from ..text.document_text import Snapshot, canonical_json, fingerprint
from .conformance import MissingGlyphs
from .pdf_progress import followed, tell

TASK = "agreements.render"
SECONDS = 160  # that a worker may take for one document
MEGABYTES = 1500  # that it may use for one
LEASE = timedelta(minutes=3)  # longer than a worker may take
WAITS = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800, 7200))  # then it has failed
SWEEP_LIMIT = 20
REPLACE = "Find them in the names or the text that were typed, use ordinary letters, then request the PDF again."

logger = structlog.get_logger(__name__)


def request_document(
    agreement_id: int,
    snapshot: Snapshot,
    *,
    by: User | None,
    now: datetime,
    kind: DocumentKind = DocumentKind.AGREEMENT,
    signatures_sha256: str = "",
) -> Document:
    """Return the document of an agreement made from a snapshot, asking for it where it was not asked for before.

    `signatures_sha256` is of an executed agreement: the fingerprint of its signatures, of which there is one document.
    Asking again for one that failed queues it again. Joins the caller's transaction; the worker is told on commit.
    """
    asked = _asked(agreement_id, snapshot, by, now, kind=kind, signatures_sha256=signatures_sha256)
    Document.objects.bulk_create([asked], ignore_conflicts=True)
    found = Document.objects.defer("snapshot")  # it is the one just written, and long
    document = found.get(agreement_id=agreement_id, kind=kind, snapshot_sha256=asked.snapshot_sha256)
    document.snapshot = asked.snapshot
    if document.state == DocumentState.FAILED:
        retry(document, by=by, now=now)
        document.refresh_from_db()
    elif document.state == DocumentState.QUEUED:
        nudge(TASK, document.pk)
    return document


def request_receipt_document(agreement_id: int, snapshot: Snapshot, *, by: User, now: datetime) -> Document:
    """Request a receipt's document, as `request_document` does; its code is drawn, so that no other has its content."""
    asked = _asked(agreement_id, snapshot, by, now, kind=DocumentKind.RECEIPT)
    asked.save(force_insert=True)
    nudge(TASK, asked.pk)
    return asked


def _asked(agreement_id: int, snapshot: Snapshot, by: User | None, now: datetime, **fields: Any) -> Document:
    content = canonical_json(snapshot)
    return Document(
        agreement_id=agreement_id,
        snapshot=content,
        snapshot_sha256=hashlib.sha256(content.encode()).hexdigest(),
        requested_by=by,
        requested_at=now,
        next_attempt_at=now,
        **fields,
    )


def find(agreement_id: int, snapshot: Snapshot, kind: DocumentKind = DocumentKind.AGREEMENT) -> Document | None:
    """Return the document made from a snapshot; None where it was not asked for."""
    return Document.objects.filter(agreement_id=agreement_id, kind=kind, snapshot_sha256=fingerprint(snapshot)).first()


def retry(document: Document, *, by: User | None, now: datetime) -> bool:
    """Queue a failed document again, its attempts counted anew; False where it has not failed."""
    queued = Document.objects.filter(pk=document.pk, state=DocumentState.FAILED).update(
        state=DocumentState.QUEUED, attempts=0, next_attempt_at=now, failure=""
    )
    if queued:
        logger.info("document_retry", document=document.pk, by=by and by.pk)
        nudge(TASK, document.pk)
    return bool(queued)


def due(now: datetime) -> QuerySet[Document]:
    """Return the documents to be made now that nobody is making, the longest waiting first."""
    queued = Q(state=DocumentState.QUEUED, next_attempt_at__lte=now)
    abandoned = Q(state=DocumentState.RENDERING, locked_until__lte=now)
    return Document.objects.filter(queued | abandoned).order_by("requested_at", "pk")


def sweep(*, now: datetime) -> int:
    """Have the due documents made, at most 20, each by a worker of its own; return how many were asked for."""
    ids = list(due(now).values_list("pk", flat=True)[:SWEEP_LIMIT])
    for document_id in ids:
        nudge(TASK, document_id, by_sweep=True)
    return len(ids)


def render_document(document_id: int, *, now: datetime) -> DocumentState | None:
    """Make a document's file if it is due, and return the state it then has; None where there was nothing to do.

    What goes wrong is kept in plain words in `failure`; what the exception itself says is not, for it may quote a TIN.
    """
    if not leases.claim(due(now), document_id, until=now + LEASE, state=DocumentState.RENDERING):
        return None
    document = Document.objects.get(pk=document_id)
    if document.attempts > len(WAITS) + 1:
        why = "The server was stopped each time it tried. It might need more memory than there is."
        return _mark(document, DocumentState.FAILED, why, None)
    try:
        _make(document)
    except Exception as error:  # whatever it is: kept, shown to staff, and tried again
        logger.warning("document_not_made", document=document.pk, error=type(error).__name__, at=_where(error))
        is_lasting = isinstance(error, MissingGlyphs)
        again = None if is_lasting else leases.next_attempt(document.attempts, WAITS, now)
        return _mark(document, DocumentState.QUEUED if again else DocumentState.FAILED, _in_plain_words(error), again)
    return DocumentState.READY


def open_pdf(document: Document) -> bytes:
    """Return a ready document's PDF; raise ValueError where it is not ready, CannotDecrypt without its key."""
    if document.state != DocumentState.READY:
        raise ValueError("The document is not ready.")
    with document.file.open() as file:
        return decrypt_bytes(file.read(), file_context(document))


def file_context(document: Document) -> str:
    """Return the context that the file is encrypted with: it opens as this document and no other."""
    return f"agreements.Document.file:{document.pk}"


def _make(document: Document) -> None:
    """Render the file, seal it where its kind is sealed, and keep it.

    The moment it was asked for is the document's own, so that making it again gives the same bytes.
    """
    from . import rendering, sealing  # here, for they load Pango and pyHanko, which no web process needs

    with followed(partial(tell, document.pk)):
        pdf = rendering.render(json.loads(document.snapshot), made_at=document.requested_at)
    if document.kind in SEALED_KINDS:
        tell(document.pk, "Sealing the file")
        pdf = sealing.seal(pdf, at=document.requested_at)
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    _keep(document, pdf, pages)


def _keep(document: Document, pdf: bytes, pages: int) -> None:
    """Store the file and mark the document ready, unless the lease was lost to another worker in the meantime.

    The row is locked while the file is written: its one name never has two writers, and nothing is ready without it.
    """
    with transaction.atomic():
        if not leases.held(document, state=DocumentState.RENDERING).select_for_update().values_list("pk", flat=True):
            return
        name = f"agreements/{document.pk}.pdf.sealed"
        default_storage.delete(name)
        document.file.name = default_storage.save(name, ContentFile(encrypt_bytes(pdf, file_context(document))))
        document.file_sha256 = hashlib.sha256(pdf).hexdigest()
        document.pages = pages
        document.state = DocumentState.READY
        document.ready_at = clock.now()
        document.locked_until = document.next_attempt_at = None
        document.failure = ""
        document.save(
            update_fields=[
                "file",
                "file_sha256",
                "pages",
                "state",
                "ready_at",
                "locked_until",
                "next_attempt_at",
                "failure",
            ]
        )
        enclose(file_context(document), document.file.name, now=document.ready_at)
    logger.info("document_ready", document=document.pk, pages=pages, attempts=document.attempts)


def _mark(document: Document, state: DocumentState, failure: str, next_attempt_at: datetime | None) -> DocumentState:
    """Write what became of the attempt, unless the lease was lost to another worker in the meantime."""
    held = leases.held(document, state=DocumentState.RENDERING)
    held.update(state=state, failure=failure, next_attempt_at=next_attempt_at, locked_until=None)
    return state


def _in_plain_words(error: Exception) -> str:
    if isinstance(error, SoftTimeLimitExceeded):
        return f"It took longer than the {SECONDS} seconds allowed for one document."
    if isinstance(error, MemoryError):
        return f"It needs more than the {MEGABYTES} MB of memory allowed for one document."
    if isinstance(error, CannotDecrypt):
        return "We can’t open its saved content, because the key it was encrypted with is missing."
    if isinstance(error, MissingGlyphs):
        return f"{UNPRINTABLE}: {in_words(error.characters)}. {REPLACE}"
    if isinstance(error, ImproperlyConfigured):
        return "We can’t seal it, because SEAL_KEY is missing or wrong. Set it as manage.py check --deploy says."
    if isinstance(error, OSError):
        return "The file could not be written to the storage, or a font could not be read from it."
    return f"The program that makes PDFs stopped with {type(error).__name__}."


def _where(error: Exception) -> str:
    """Return the file and line an error came from, for the log: without the values."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"
