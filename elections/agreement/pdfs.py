"""A PDF handed out, or how far it is: the page asks by itself every two seconds, and stops once it is there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from agreements.models import Document, DocumentState
from agreements.papers import documents

STOP_ASKING = 286  # what tells htmx to poll no more


def asked_again(request: HttpRequest, document: Document, on: str = "") -> HttpResponse | None:
    """Answer how far a document is to a page that asks by itself; None where a person opens the address.

    `on` names the page on which the PDF is found later.
    """
    if "HX-Request" not in request.headers:
        return None
    is_over = document.state in (DocumentState.READY, DocumentState.FAILED)
    context = {"document": document, "on": on}
    return render(request, "elections/agreement/document_state.html", context, status=STOP_ASKING if is_over else 200)


def handed_out(document: Document, name: str) -> HttpResponse:
    """Return the PDF of a ready document, to be kept under this name."""
    return pdf_answer(documents.open_pdf(document), name)


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """Answer with a PDF to be kept under this name, and by nothing on its way."""
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "private, no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
