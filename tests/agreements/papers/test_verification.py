"""A sealed file is known by its bytes: any that is changed, added or missing is said, and no file is parsed."""

import hashlib
import random
from datetime import datetime

import pytest

from agreements.models import Document, DocumentKind
from agreements.papers import documents, rendering
from agreements.papers.seal_keys import new_seal_key, seal_key
from agreements.papers.verification import SealCheck, Verdict, verify
from agreements.text.document_text import fingerprint
from ground import clock
from tests.factories.agreements import AgreementFactory, DocumentFactory
from tests.factories.receipts import ReceiptFactory

pytestmark = pytest.mark.django_db
ALTERED, UNKNOWN = Verdict(SealCheck.ALTERED), Verdict(SealCheck.UNKNOWN)


@pytest.fixture
def document(executed_snapshot, unsealed, monkeypatch):
    """The executed agreement, sealed by the worker from the page that the renderer made once."""
    monkeypatch.setattr(rendering, "render", lambda snapshot, made_at: unsealed)
    return DocumentFactory(snapshot=executed_snapshot, kind=DocumentKind.EXECUTED, state="ready")


@pytest.fixture
def file(document, sealed):
    assert documents.open_pdf(document) == sealed
    return sealed


def changed(file: bytes, at: int, bits: int = 1) -> bytes:
    return file[:at] + bytes([file[at] ^ bits]) + file[at + 1 :]


def special_places(file: bytes) -> list[int]:
    """Return where something begins, ends or is that a reader of PDFs does not look at, or looks at first."""
    marks = (b"%PDF-", b"sha256:", b"/ByteRange", b"/Contents <30", b"/Type /XRef", b"startxref", b"%%EOF", b"/M (D")
    carried = file.index(b"sha256:") + len(b"sha256:")
    contents = file.index(b"/Contents <30") + len(b"/Contents <")
    end = file.index(b">", contents)
    starts = [file.index(mark) for mark in marks] + [file.rindex(mark) for mark in (b"startxref", b"%%EOF")]
    near = [at + step for at in starts for step in range(6)]
    return [*near, *range(carried, carried + 65), *range(contents, end, 131), end - 1, end, len(file) - 1]


def test_the_file_is_genuine_and_its_document_found(document, file):
    verdict = verify(file)
    assert (verdict.result, verdict.document) == (SealCheck.GENUINE, document)
    assert verdict.moment == document.requested_at
    assert document.file_sha256 == hashlib.sha256(file).hexdigest()


def test_any_changed_byte_is_said(file):
    somewhere = random.Random(414).sample(range(len(file)), 300)
    places = sorted({*special_places(file), *somewhere})
    assert len(places) > 450
    assert [at for at in places if verify(changed(file, at)) != ALTERED] == []
    assert [at for at in places[::7] if verify(changed(file, at, 0xFF)) != ALTERED] == []


def test_a_byte_more_or_less_is_said(file):
    middle = len(file) // 2
    for other in (
        file + b"\n",
        file + b"\0",
        b" " + file,
        file[:-1],
        file[1:],
        file[:middle] + file[middle + 1 :],
        file[:middle] + b"0" + file[middle:],
        file + file,
    ):
        assert verify(other) == ALTERED


def test_a_file_without_its_seal_or_without_its_fingerprint_is_altered_all_the_same(file, unsealed):
    assert verify(unsealed) == ALTERED, "cut off: the fingerprint is left"
    carried = file.index(b"sha256:")
    assert verify(file[:carried] + b"sha256:" + b"0" * 64 + file[carried + 71 :]) == ALTERED, "the certificate is left"
    certificate = seal_key().certificates[0].hex().encode()
    assert verify(b"%PDF-1.7 " + certificate) == verify(b"%PDF-1.7 " + certificate.upper()) == ALTERED


def test_an_older_seal_is_known_by_what_was_made_with_it(file, settings):
    settings.SEAL_KEY = new_seal_key()
    assert verify(file).result == SealCheck.GENUINE
    assert verify(changed(file, 5)) == ALTERED
    settings.SEAL_KEY = ""
    assert verify(file).result == SealCheck.GENUINE
    assert verify(changed(file, 5)) == ALTERED


def test_what_carries_nothing_of_ours_is_unknown(file):
    for other in (b"", b"%PDF-1.7", b"sha256:", b"sha256:" + b"0" * 64, b"\0" * 100_000):
        assert verify(other) == UNKNOWN


def test_what_was_never_sealed_is_not_said_to_be_ours(pdf, monkeypatch):
    monkeypatch.setattr(rendering, "render", lambda snapshot, made_at: pdf)
    assert documents.open_pdf(DocumentFactory(state="ready")) == pdf, "an agreement that is not executed is not sealed"
    assert verify(pdf) == UNKNOWN


def test_a_sealed_document_counts_once_it_is_ready(document, file):
    Document.objects.update(state="queued", next_attempt_at=clock.now())
    assert verify(file) == ALTERED, "by its certificate"
    carrying = b"%PDF-1.7 sha256:" + document.snapshot_sha256.encode()
    assert verify(carrying) == UNKNOWN
    Document.objects.update(state="ready")
    assert verify(carrying) == ALTERED


def test_a_file_that_carries_very_many_fingerprints_is_looked_up_for_a_few(document, django_assert_num_queries):
    many = b"".join(b"sha256:" + hashlib.sha256(bytes([n])).hexdigest().encode() + b" " for n in range(100))
    ours = b"sha256:" + document.snapshot_sha256.encode()
    with django_assert_num_queries(2):
        assert verify(ours + b" " + many) == ALTERED
    with django_assert_num_queries(2):
        assert verify(many + ours) == UNKNOWN


def test_a_receipt_says_when_it_was_received(pdf, monkeypatch):
    monkeypatch.setattr(rendering, "render", lambda snapshot, made_at: pdf)
    received = ReceiptFactory(received_at="2026-12-01T09:59:58.25-05:00")
    asked = DocumentFactory(snapshot=received, kind=DocumentKind.RECEIPT, state="ready")
    verdict = verify(documents.open_pdf(asked))
    assert (verdict.result, verdict.document) == (SealCheck.GENUINE, asked)
    assert verdict.moment == datetime.fromisoformat("2026-12-01T09:59:58.250000-05:00")


def test_each_kind_is_a_document_of_its_own(snapshot):
    agreement = AgreementFactory()
    asked = [DocumentFactory(agreement=agreement, kind=kind) for kind in (*DocumentKind, *DocumentKind)]
    assert len({document.pk for document in asked}) == Document.objects.count() == len(DocumentKind)
    assert {document.snapshot_sha256 for document in asked} == {fingerprint(snapshot)}


def test_without_a_seal_it_waits_and_says_what_to_set(executed_snapshot, settings):
    settings.SEAL_KEY = ""
    asked = DocumentFactory(snapshot=executed_snapshot, kind=DocumentKind.EXECUTED)
    assert documents.render_document(asked.pk, now=clock.now()) == "queued"
    asked.refresh_from_db()
    assert asked.failure == (
        "We can’t seal it, because SEAL_KEY is missing or wrong. Set it as manage.py check --deploy says."
    )
