"""Anybody who holds a receipt can have it checked, and learns nothing that does not stand on it."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..forms.guard import typed
from ..forms.verify import VerifyForm
from ..models import Submission
from .frame import GET_OR_POST

LIMIT = "verify_receipt"  # its rate: ACCOUNT_RATE_LIMITS in the settings


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether a receipt code is genuine: then when its election was received, and its fingerprint."""
    form = VerifyForm(typed(request))
    asked = request.method == "POST" and form.is_valid()
    if asked and not ratelimit.consume(request, action=LIMIT):
        return render(request, "429.html", status=429)
    found = Submission.objects.filter(receipt_code=form.cleaned_data["code"]) if asked else Submission.objects.none()
    genuine = found.only("receipt_code", "received_at", "snapshot_sha256").first()
    return render(request, "elections/verify.html", {"form": form, "asked": asked, "genuine": genuine})
