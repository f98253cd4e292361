"""A PDF with an email: attached if it is ready within 10 seconds, else linked; and one email in either case."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ground import clock
from ground.vault import encrypt_bytes
from notices import enclosures
from notices.delivery import WAITS, deliver, resend, sweep
from notices.enclosures import PATIENCE, Enclosure, enclose
from notices.models import Notice
from notices.outbox import owe_all
from tests.factories.notices import NoticeFactory
from tests.smtp import html_of, text_of

pytestmark = pytest.mark.django_db

PDF, CONTEXT = b"%PDF-1.7 a receipt", "agreements.Document.file:1"
NOTE = "Attached to this email: receipt.pdf"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def notice(db) -> Notice:
    [notice_id] = owe_all(
        {"dana@example.org": "submitted:1"},
        reason="submitted",
        subject="Received",
        body="Your receipt:\nhttp://localhost:8000/receipt\n",
        now=clock.now(),
        enclosure=Enclosure(CONTEXT, "receipt.pdf"),
    )
    return Notice.objects.get(pk=notice_id)


def made(pdf: bytes = PDF, *, context: str = CONTEXT, at=None) -> int:
    """Store a PDF, and give it to the notices that would have it."""
    name = default_storage.save("agreements/1.pdf.sealed", ContentFile(encrypt_bytes(pdf, context)))
    return enclose(CONTEXT, name, now=at or clock.now() + timedelta(seconds=3))


def attached(message) -> list[tuple[str, bytes]]:
    return [(part.get_filename(), part.get_payload(decode=True)) for part in message.iter_attachments()]


def test_it_leaves_with_its_pdf_as_soon_as_that_is_ready(notice, mail_server):
    assert sweep(now=clock.now() + timedelta(seconds=2)) == 0, "it waits for its PDF"
    assert made() == 1
    assert sweep(now=clock.now() + timedelta(seconds=3)) == 1
    [message] = mail_server.messages
    assert attached(message) == [("receipt.pdf", PDF)]
    assert text_of(message).startswith(f"Your receipt:\nhttp://localhost:8000/receipt\n\n{NOTE}\n\nVirtual Group")
    assert NOTE in html_of(message)
    assert sweep(now=clock.now() + timedelta(days=9)) == 0


def test_after_10_seconds_it_leaves_without_and_no_second_one_follows(notice, mail_server):
    just_before = PATIENCE - timedelta(microseconds=1)
    assert [sweep(now=clock.now() + after) for after in (just_before, PATIENCE)] == [0, 1]
    assert made(at=clock.now() + timedelta(seconds=11)) == 0
    assert sweep(now=clock.now() + timedelta(days=9)) == 0
    [message] = mail_server.messages
    assert attached(message) == []
    assert "Attached" not in text_of(message)
    assert "http://localhost:8000/receipt" in text_of(message)


def test_one_that_was_put_off_has_it_with_the_next_attempt_and_not_sooner(notice, mail_server):
    mail_server.recipients["dana@example.org"] = "451 4.7.1 Try again later"
    at = clock.now() + PATIENCE
    assert deliver(notice.pk, now=at) == "queued"
    mail_server.recipients.clear()
    assert made(at=at + timedelta(seconds=1)) == 0
    assert sweep(now=at + timedelta(seconds=2)) == 0
    assert sweep(now=at + WAITS[0]) == 1
    [message] = mail_server.messages
    assert (message["Message-ID"], attached(message)) == (notice.message_id, [("receipt.pdf", PDF)])


def test_a_pdf_is_only_for_those_who_would_have_it(notice, mail_server):
    NoticeFactory(to="ina@example.org")
    made()
    assert sweep(now=clock.now() + PATIENCE) == 2
    assert {message["To"]: len(attached(message)) for message in mail_server.messages} == {
        "dana@example.org": 1,
        "ina@example.org": 0,
    }


def test_a_pdf_that_cannot_be_opened_or_is_too_large_delays_no_email(notice, mail_server, monkeypatch):
    made(context="agreements.Document.file:2")
    assert sweep(now=clock.now() + PATIENCE) == 1
    Notice.objects.update(enclosure_file="agreements/gone.pdf.sealed")
    resend(notice.pk, now=clock.now())
    assert sweep(now=clock.now()) == 1
    made()
    monkeypatch.setattr(enclosures, "LARGEST", len(PDF) - 1)
    resend(notice.pk, now=clock.now())
    assert sweep(now=clock.now()) == 1
    assert [attached(message) for message in mail_server.messages] == [[], [], []]


def test_staff_who_send_it_again_send_its_pdf(notice, mail_server):
    sweep(now=clock.now() + PATIENCE)
    made()
    resend(notice.pk, now=clock.now())
    assert sweep(now=clock.now()) == 1
    assert [len(attached(message)) for message in mail_server.messages] == [0, 1]
