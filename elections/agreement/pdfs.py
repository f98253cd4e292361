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


def pdf_answer(content: bytes, name: str, content_type: str = "application/pdf") -> HttpResponse:
    """Answer with a PDF, or another file, to be kept under this name, and by nothing on its way."""
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)


def strangers_file(content: bytes, name: str, content_type: str = "application/pdf") -> HttpResponse:
    """Answer with a file that strangers made: to be saved, never shown in the site's own name."""
    response = pdf_answer(content, name, content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
