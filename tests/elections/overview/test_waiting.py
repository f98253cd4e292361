"""A page that waits for a PDF tells how far it is, by itself, and leads to it once it is there."""

import pytest

from agreements.models import Document, DocumentState
from agreements.papers.pdf_progress import tell
from elections.agreement.actions import make_document
from tests.pages import text

pytestmark = pytest.mark.django_db
ASKS = {"HTTP_HX_REQUEST": "true", "HTTP_X_BACKGROUND": "yes"}


@pytest.fixture
def waiting(election, client):
    document = make_document(election.pk, by=election.started_by, now=election.changed_at)
    return client, f"/elections/{election.pk}/documents/{document.pk}", document


def test_it_tells_which_page_is_laid_out(waiting):
    client, address, document = waiting
    assert 'hx-trigger="every 2s"' in client.get(address).content.decode()
    Document.objects.filter(pk=document.pk).update(state=DocumentState.RENDERING, locked_until=document.requested_at)
    tell(document.pk, "Laying out page 37")
    answer = client.get(address, **ASKS)
    assert answer.status_code == 200
    assert text(answer).startswith("In progress: laying out page 37. Requested Dec 1, 2026, 10:00:00 a.m. ET.")
    assert "<h1" not in answer.content.decode()


def test_it_leads_to_the_pdf_and_asks_no_more(waiting):
    client, address, document = waiting
    ready = {"file": "x", "file_sha256": "0" * 64, "pages": 9, "ready_at": document.requested_at}
    Document.objects.filter(pk=document.pk).update(state=DocumentState.READY, **ready)
    answer = client.get(address, **ASKS)
    assert answer.status_code == 286
    assert f'href="{address}">Download the PDF</a>' in answer.content.decode()


def test_what_could_not_be_made_is_said_and_asked_no_more(waiting):
    client, address, document = waiting
    failed = Document.objects.filter(pk=document.pk)
    failed.update(state=DocumentState.FAILED, failure="It needs more memory.")
    answer = client.get(address, **ASKS)
    assert answer.status_code == 286
    assert (
        "Something on our side went wrong. Nothing is lost. Request the PDF again from the agreement page."
    ) in text(answer)
    assert "memory" not in text(answer), "that is for staff"
    theirs = "The document has characters that we can’t print: “😀”."
    failed.update(failure=theirs)
    assert f"{theirs} If you need help, call us:" in text(client.get(address, **ASKS))
    assert "hx-trigger" not in client.get(address).content.decode()
