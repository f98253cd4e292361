"""Whoever waits for a PDF sees how far it is."""

import time

import pytest

from agreements.models import Document, DocumentState
from agreements.papers import documents, pdf_progress, rendering
from agreements.papers.pdf_progress import followed
from ground import clock
from tests.factories.agreements import MADE_AT, DocumentFactory, SnapshotFactory, many
from tests.threads import beside


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    """Have it told more often than people look, so that a fast machine tells something, too."""
    monkeypatch.setattr(pdf_progress, "EVERY", 0.05)


@pytest.mark.proof
def test_the_pages_are_told_as_they_are_laid_out():
    said: list[str] = []
    with followed(said.append):
        rendering.render(SnapshotFactory(parties=many(50)), made_at=MADE_AT)
    pages = [int(line.removeprefix("Laying out page ")) for line in said[:-1]]
    assert said[-1] == "Writing the file"
    assert len(pages) >= 3
    assert (pages[0], pages) == (1, sorted(pages)), "what is laid out again for the contents is not told again"


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_who_looks_meanwhile_sees_it_go_on():
    asked = DocumentFactory(snapshot=SnapshotFactory(parties=many(50)))
    worker, seen = beside(lambda: documents.render_document(asked.pk, now=clock.now())), []
    while not worker.done():
        seen.append(Document.objects.get(pk=asked.pk).progress)
        time.sleep(0.1)
    told = list(dict.fromkeys(word for word in seen if word))
    assert len(told) >= 3, told
    assert Document.objects.get(pk=asked.pk).state == DocumentState.READY
