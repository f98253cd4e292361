"""Anybody who holds a receipt or a sealed PDF can have it checked, and learns nothing that does not stand on it."""

from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from agreements.papers.verification import SealCheck
from agreements.papers.verification import verify as verdict_of
from agreements.text.agreement_uploads import InMemory
from ground.shared_connections import give_back

from ..frame import GET_OR_POST
from ..frame_forms import typed
from ..models import Submission, Update
from .verify_forms import MOST_BYTES, NO_PDF, VerifyFileForm, VerifyForm

LIMIT = "verify_receipt"  # its rate: ACCOUNT_RATE_LIMITS in the settings
HEAD = 1024  # bytes, in which readers look for a PDF's mark


@login_not_required
@never_cache
@csrf_exempt  # what checks the token reads the file, and may only once we say that it goes into memory
@require_http_methods(GET_OR_POST)
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether a receipt code or a file is genuine; a file is read only from those who have not asked too often."""
    if request.method != "POST" or request.content_type != "multipart/form-data":
        return _verify(request)
    if not ratelimit.consume(request, action=LIMIT):
        return _too_often(request)
    handler = InMemory("file", MOST_BYTES)
    request.upload_handlers = [handler]
    give_back()  # a large file on a slow line takes minutes to come
    return _verify(request, handler)


@csrf_protect
def _verify(request: HttpRequest, handler: InMemory | None = None) -> HttpResponse:
    """`handler` took what was sent as a file; such a request was counted before it was read."""
    if request.method == "POST" and "code" not in request.POST:
        return _verify_file(request, is_too_large=handler is not None and handler.is_too_large)
    return _verify_code(request, counted=handler is not None)


def _verify_code(request: HttpRequest, *, counted: bool) -> HttpResponse:
    """Say whether a receipt code is genuine: then when its election was received, and its fingerprint."""
    form = VerifyForm(typed(request))
    asked = request.method == "POST" and form.is_valid()
    if asked and not counted and not ratelimit.consume(request, action=LIMIT):
        return _too_often(request)
    found = Submission.objects.filter(receipt_code=form.cleaned_data["code"]) if asked else Submission.objects.none()
    genuine = found.only("receipt_code", "received_at", "snapshot_sha256").first()
    update = None
    if asked and genuine is None:
        update = Update.objects.filter(receipt_code=form.cleaned_data["code"]).select_related("document").first()
    return _page(request, form=form, asked=asked, genuine=genuine, genuine_update=update)


def _verify_file(request: HttpRequest, *, is_too_large: bool) -> HttpResponse:
    """Say whether a PDF is one that we sealed: then when, and the fingerprint of what it says."""
    form = VerifyFileForm(request.POST, request.FILES, is_too_large=is_too_large)
    if not form.is_valid():
        return _page(request, file_form=form)
    content = form.cleaned_data["file"].read()
    verdict = verdict_of(content)
    if verdict.result == SealCheck.UNKNOWN and b"%PDF-" not in content[:HEAD]:
        form.add_error("file", NO_PDF)
        return _page(request, file_form=form)
    return _page(request, verdict=verdict)


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    return render(
        request, "elections/submission/verify.html", {"form": VerifyForm(), "file_form": VerifyFileForm(), **context}
    )


def _too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)
