"""The receipt as a PDF: requested with the submission, the same for all who may look, and checked by anybody."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from agreements.models import Document, DocumentKind
from agreements.papers import documents
from elections.models import Receipt
from elections.submission import receipt_actions
from elections.submission.receipt_actions import request_receipts
from ground import clock
from ground.vault import CannotDecrypt
from notices.delivery import sweep
from notices.enclosures import PATIENCE
from tests.elections.steps import executed
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, submit
from tests.factories.people import signed_in
from tests.factories.practices import ALL, GROUP, SOLO, FictionalPractice
from tests.pages import text
from tests.smtp import text_of

pytestmark = pytest.mark.usefixtures("media")
MAKE, DOWNLOAD = "Get the receipt (PDF)", "Download the receipt (PDF)"


@pytest.fixture
def address(submission):
    return f"/elections/{submission.election_id}/receipt/1"


def made(client: Client, address: str) -> bytes:
    """Have a receipt's PDF made, and download it."""
    client.post(f"{address}/pdf/make")
    documents.render_document(asked().pk, now=clock.now())
    return bytes(client.get(f"{address}/pdf").content)


def asked() -> Document:
    return Document.objects.get(kind=DocumentKind.RECEIPT)


def read(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_one_from_before_pdfs_came_with_submissions_is_made_once_it_is_asked_for(client, address):
    asked().receipt.delete()
    Document.objects.filter(kind=DocumentKind.RECEIPT).delete()
    page = client.get(address)
    assert (MAKE in text(page), DOWNLOAD in text(page)) == (True, False)
    answer = client.get(f"{address}/pdf")
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert client.get(f"{address}/pdf/make").status_code == 405
    assert not Document.objects.filter(kind=DocumentKind.RECEIPT).exists()
    assert made(client, address).startswith(b"%PDF-1.7")


def test_it_is_requested_with_the_submission_made_and_downloaded(submission, representative, client, address):
    assert (asked().receipt.submission, asked().requested_by) == (submission, representative)
    waiting = text(client.get(f"{address}/pdf"))
    assert "Waiting to start. Requested Dec 1, 2026, 10:04:31 a.m. ET." in waiting
    assert "You can leave this page. The PDF will appear on the receipt page. Check progress" in waiting
    page = text(client.get(address))
    assert "We’re preparing your PDF. Check progress" in page
    assert MAKE not in page
    assert documents.render_document(asked().pk, now=clock.now()) == "ready"
    assert DOWNLOAD in text(client.get(address))
    answer = client.get(f"{address}/pdf")
    assert answer.content.startswith(b"%PDF-1.7")
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="receipt-2027-1.pdf"',
        "Cache-Control": "private, no-store",
    }


def test_it_is_requested_once_and_one_that_fails_keeps_none_waiting(submission, monkeypatch):
    failing = submit(ElectionFactory())
    waiting = submit(ElectionFactory())
    make = receipt_actions.make_receipt

    def make_all_but_one(submission, **asked):
        if submission == failing:
            raise CannotDecrypt
        return make(submission, **asked)

    monkeypatch.setattr(receipt_actions, "make_receipt", make_all_but_one)
    assert [request_receipts(now=clock.now()) for _ in range(2)] == [1, 0]
    assert set(Receipt.objects.values_list("submission", flat=True)) == {submission.pk, waiting.pk}


def test_the_email_about_the_submission_has_it_with_it_if_it_is_ready_in_time(submission, client, address, mail_server):
    assert sweep(now=clock.now()) == 0
    assert documents.render_document(asked().pk, now=clock.now()) == "ready"
    assert sweep(now=clock.now()) == 1
    [message] = mail_server.messages
    [pdf] = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type()) == ("receipt-2027-1.pdf", "application/pdf")
    assert pdf.get_payload(decode=True) == client.get(f"{address}/pdf").content
    assert "Attached to this email: receipt-2027-1.pdf" in text_of(message)
    assert not any(made.tin in read(pdf.get_payload(decode=True)) for made in ALL)


def test_else_the_email_leads_to_it(submission, address, mail_server):
    assert sweep(now=clock.now() + PATIENCE) == 1
    documents.render_document(asked().pk, now=clock.now())
    assert sweep(now=clock.now() + timedelta(hours=1)) == 0
    [message] = mail_server.messages
    assert list(message.iter_attachments()) == []
    assert f"Download the receipt (PDF):\nhttp://localhost:8000{address}/pdf\n" in text_of(message)


def test_one_who_may_only_look_may_download_it(submission, address):
    viewer = ElectionRoleFactory(election=submission.election).user
    browser = signed_in(viewer)
    assert browser.post(f"{address}/pdf/make").status_code == 302
    assert documents.render_document(asked().pk, now=clock.now()) == "ready"
    assert browser.get(f"{address}/pdf").content == documents.open_pdf(asked())


def test_a_number_that_was_not_submitted_is_not_found(client, address):
    other = address.removesuffix("1") + "2"
    assert [client.get(f"{other}/pdf").status_code, client.post(f"{other}/pdf/make").status_code] == [404, 404]


@pytest.mark.proof
def test_one_that_failed_says_why_and_can_be_asked_for_again(client, address, settings):
    client.post(f"{address}/pdf/make")
    seal, settings.SEAL_KEY = settings.SEAL_KEY, ""
    later = clock.now()
    while documents.render_document(asked().pk, now=later) != "failed":
        later += timedelta(hours=3)
    page = text(client.get(f"{address}/pdf"))
    assert "Could not be prepared." in page
    assert "Something on our side went wrong. Nothing is lost. Request the PDF again from the receipt page." in page
    assert "SEAL_KEY" not in page
    assert settings.SERVICE_CENTER["number"] in page
    page = text(client.get(address))
    assert "We couldn’t make the PDF. See why" in page
    assert MAKE in page
    settings.SEAL_KEY = seal
    failed = asked()
    assert made(client, address).startswith(b"%PDF")
    assert asked() == failed


def test_what_was_contested_is_said_with_its_finding(cms_data, client):
    election = ElectionFactory(practices=(FictionalPractice("Old", GROUP.tin, GROUP.npis[:1]), SOLO))
    member = election.members.get(name="Old")
    statement = "Dr. Moss left in March 2026."
    client.post(f"/elections/{election.pk}/practices/{member.pk}/contest/roster-complete", {"statement": statement})
    submit(election)
    said = read(made(client, f"/elections/{election.pk}/receipt/1"))
    assert f"Contested by the representative: {statement}" in said


def test_it_tells_no_more_than_the_one_who_submitted_may_know(submission, guessing, robin):
    """The TIN is held by the election before; who names no NPI of it does not learn that from the receipt either."""
    signed_in(robin).post(
        f"/elections/{guessing.pk}/agreement/paper", executed(guessing, opt_in=guessing.members.get(name="Guessed"))
    )
    submission = submit(guessing)
    assert submission.reviewer_ledger is not None, "CMS knows more"
    request_receipts(now=clock.now())
    snapshot = Receipt.objects.get(submission=submission).document.snapshot
    practice, *_ = json.loads(snapshot)["ledger"]
    outcomes = {finding["rule"]: finding["outcome"] for finding in practice["findings"]}
    known = {"tin-format", "npi-format", "opt-in-accepted"}  # what was typed, and nothing of what CMS holds
    assert {rule for rule, outcome in outcomes.items() if outcome == "Met"} == known
    assert outcomes["one-virtual-group"] == outcomes["practice-size"] == "Cannot tell yet"
    assert "Harbor" not in snapshot
