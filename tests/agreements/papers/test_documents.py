"""Documents: asked for once, made once, whatever happens to the worker."""

import hashlib
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from agreements import tasks
from agreements.models import Document, DocumentState
from agreements.papers import documents, rendering
from agreements.text.document_text import fingerprint
from ground import clock, leases
from ground.fonts import FontMissing
from ground.vault import CannotDecrypt
from tests.factories.agreements import MADE_AT, DocumentFactory, SnapshotFactory
from tests.factories.people import DanaFactory
from tests.threads import at_once
from tests.workers import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def nudged(monkeypatch):
    """What the broker was handed."""
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **_: sent.append((name, *args)))
    return sent


@pytest.fixture
def renders(monkeypatch, pdf):
    """Stand in for the renderer with the file it made once; tells how often it was asked."""
    made = []

    def render(snapshot, *, made_at):
        made.append(fingerprint(snapshot))
        return pdf

    monkeypatch.setattr(rendering, "render", render)
    return made


@pytest.fixture
def document(db):
    return DocumentFactory()


def stored(media):
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def later(seconds):
    return clock.now() + timedelta(seconds=seconds)


def test_a_request_freezes_the_snapshot_and_nudges_on_commit(snapshot, nudged, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        document = DocumentFactory()
        assert nudged == []
    assert nudged == [("agreements.render", document.pk)]
    document.refresh_from_db()
    assert (document.state, document.attempts, document.requested_by) == ("queued", 0, DanaFactory())
    assert document.requested_at == document.next_attempt_at == clock.now()
    assert hashlib.sha256(document.snapshot.encode()).hexdigest() == document.snapshot_sha256 == fingerprint(snapshot)
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot FROM agreements_document")
        kept = cursor.fetchone()[0]
    assert "Lakeside" not in kept
    assert "961234567" not in kept


def test_the_same_snapshot_is_one_document_and_another_is_another(document):
    agreement = document.agreement
    assert DocumentFactory(agreement=agreement, now=later(60)) == document
    changed = DocumentFactory(agreement=agreement, snapshot=SnapshotFactory(virtual_group="New name"), now=later(60))
    assert changed != document
    assert Document.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(
            agreement=agreement, snapshot_sha256=document.snapshot_sha256, snapshot="{}", requested_at=clock.now()
        )


def test_the_file_is_made_kept_encrypted_and_opened_again(document, media):
    assert documents.render_document(document.pk, now=clock.now()) == "ready"
    document.refresh_from_db()
    assert (document.state, document.attempts, document.failure) == ("ready", 1, "")
    assert (document.locked_until, document.next_attempt_at, document.ready_at) == (None, None, clock.now())
    assert stored(media) == [document.file.name] == [f"agreements/{document.pk}.pdf.sealed"]
    assert b"%PDF" not in (media / document.file.name).read_bytes()
    opened = documents.open_pdf(document)
    assert hashlib.sha256(opened).hexdigest() == document.file_sha256
    assert len(PdfReader(BytesIO(opened)).pages) == document.pages == 7
    assert documents.render_document(document.pk, now=later(600)) is None, "what is ready is not made again"


def test_a_file_opens_for_its_own_document_alone(renders):
    document, other = DocumentFactory.create_batch(2, state="ready")
    other.file.name = document.file.name
    with pytest.raises(CannotDecrypt):
        documents.open_pdf(other)


def test_what_is_not_ready_is_not_opened(document):
    with pytest.raises(ValueError, match=r"^The document is not ready.$"):
        documents.open_pdf(document)


def test_a_worker_that_died_in_the_middle_loses_nothing(document, renders, nudged, media, monkeypatch):
    save = default_storage.save

    def dies_after_writing(name, content):
        save(name, content)
        raise SystemExit("killed")

    with monkeypatch.context() as dying:
        dying.setattr(default_storage, "save", dies_after_writing)
        with pytest.raises(SystemExit):
            documents.render_document(document.pk, now=clock.now())
    assert documents.render_document(document.pk, now=later(179)) is None, "its lease still runs"
    assert documents.sweep(now=later(179)) == 0
    assert documents.sweep(now=later(180)) == 1
    assert documents.render_document(document.pk, now=later(180)) == "ready"
    document.refresh_from_db()
    assert document.attempts == 2
    assert stored(media) == [document.file.name]


def claimed(document: Document, at: datetime) -> Document:
    """Claim a document as a worker does that begins at a moment."""
    assert leases.claim(documents.due(at), document.pk, until=at + documents.LEASE, state=DocumentState.RENDERING)
    return Document.objects.get(pk=document.pk)


def test_a_worker_that_lost_its_lease_changes_nothing(document, renders, media, monkeypatch):
    first, second = claimed(document, clock.now()), claimed(document, later(181))
    documents._keep(first, b"from the first", 1)
    documents._mark(first, DocumentState.QUEUED, "The first failed.", later(182))
    document.refresh_from_db()
    assert (document.state, document.failure, document.locked_until) == ("rendering", "", second.locked_until)
    assert stored(media) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SoftTimeLimitExceeded(), "It took longer than the 160 seconds allowed for one document."),
        (MemoryError(), "It needs more than the 1500 MB of memory allowed for one document."),
        (CannotDecrypt(), "We can’t open its saved content, because the key it was encrypted with is missing."),
        (FontMissing(), "The file could not be written to the storage, or a font could not be read from it."),
        (ValueError("96-1234567"), "The program that makes PDFs stopped with ValueError."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_went_wrong_is_kept_in_plain_words(document, monkeypatch, error, words):
    def fails(snapshot, *, made_at):
        raise error

    monkeypatch.setattr(rendering, "render", fails)
    assert documents.render_document(document.pk, now=clock.now()) == "queued"
    document.refresh_from_db()
    assert (document.failure, document.next_attempt_at) == (words, later(30))


def test_it_is_tried_again_after_growing_waits_and_then_has_failed(document, monkeypatch):
    monkeypatch.setattr(rendering, "render", lambda snapshot, made_at: b"not a PDF")
    now, waits = clock.now(), []
    while documents.render_document(document.pk, now=now) == "queued":
        document.refresh_from_db()
        assert documents.render_document(document.pk, now=document.next_attempt_at - timedelta(seconds=1)) is None
        waits.append((document.next_attempt_at - now).total_seconds())
        now = document.next_attempt_at
    document.refresh_from_db()
    assert waits == [30, 120, 600, 1800, 7200]
    assert (document.state, document.attempts, document.next_attempt_at) == ("failed", 6, None)
    assert document.failure == "The program that makes PDFs stopped with PdfError."
    assert documents.sweep(now=later(10**6)) == 0


def test_a_document_that_kills_each_worker_fails_in_the_end(document, renders):
    now = clock.now()
    for _ in range(6):
        claimed(document, now)
        now += documents.LEASE
    assert documents.render_document(document.pk, now=now) == "failed"
    document.refresh_from_db()
    assert document.failure == "The server was stopped each time it tried. It might need more memory than there is."
    assert renders == []


def test_a_failed_document_is_made_when_asked_for_again(renders, nudged, django_capture_on_commit_callbacks):
    document = DocumentFactory(state="failed")
    with django_capture_on_commit_callbacks(execute=True):
        again = DocumentFactory(agreement=document.agreement, now=later(60))
    assert (again.pk, again.state, again.attempts, again.failure) == (document.pk, "queued", 0, "")
    assert nudged == [("agreements.render", document.pk)]
    assert documents.retry(again, by=DanaFactory(), now=later(60)) is False
    assert documents.render_document(document.pk, now=later(60)) == "ready"


def test_a_sweep_has_at_most_twenty_made_the_longest_waiting_first(nudged, django_capture_on_commit_callbacks):
    for number in range(22):
        DocumentFactory(now=later(-number))
    with django_capture_on_commit_callbacks(execute=True):
        assert documents.sweep(now=clock.now()) == 20
    longest = Document.objects.order_by("requested_at").values_list("pk", flat=True)[:20]
    assert nudged == [("agreements.render", pk) for pk in longest]


def test_the_task_makes_the_file_within_its_limits(document, renders):
    assert tasks.render.name == "agreements.render"
    assert tasks.sweep.name == "agreements.sweep"
    assert tasks.render.soft_time_limit < tasks.render.time_limit < documents.LEASE.total_seconds()
    tasks.render(document.pk)
    document.refresh_from_db()
    assert document.state == "ready"


def test_a_file_too_large_for_its_memory_is_refused():
    with pytest.raises(MemoryError), tasks.memory_limit(512):
        bytearray(1024 * 1024 * 1024)
    assert len(bytearray(600 * 1024 * 1024)) == 600 * 1024 * 1024


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_claim_it_one_makes_it(document, renders, media):
    states = at_once(*[lambda: documents.render_document(document.pk, now=clock.now())] * 2)
    assert sorted(states, key=str) == [None, "ready"]
    assert renders == [document.snapshot_sha256]
    assert stored(media) == [f"agreements/{document.pk}.pdf.sealed"]


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_ten_documents_to_the_next(jobs, media):
    asked = [document.pk for document in DocumentFactory.create_batch(10)]

    def ready():
        return Document.objects.filter(state="ready").count()

    jobs.start()
    wait_until(lambda: ready() >= 2 and Document.objects.filter(state="rendering").exists())
    jobs.kill()
    assert ready() < 10, "the worker was killed too late to prove anything"
    after = int(settings.CLOCK_SHIFT.total_seconds()) + 240  # by then the leases of the killed have run out
    jobs.start(CLOCK_SHIFT_SECONDS=str(after))
    wait_until(lambda: ready() == 10, seconds=120)
    sealed = [name for name in stored(media) if not name.startswith("samples/")]  # the worker makes one of those, too
    assert sealed == sorted(f"agreements/{pk}.pdf.sealed" for pk in asked)
    assert [len(PdfReader(BytesIO(documents.open_pdf(one))).pages) for one in Document.objects.all()] == [7] * 10


def test_the_day_it_was_asked_for_is_the_documents_own(document, renders, monkeypatch):
    seen = []

    def render(snapshot, *, made_at):
        seen.append(made_at)
        return b""

    monkeypatch.setattr(rendering, "render", render)
    documents.render_document(document.pk, now=later(3600))
    assert seen == [MADE_AT]
