"""A form of the desk is done once: a double click, or the same sent again from the same page, does nothing more.

Each page has a key of its own, which its forms send back. The key of a form that was done is kept, with the fingerprint
of what was sent, and where it led. Who goes back to the page and types something else sends that.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from ground import clock
from ground.sql import hold_lock

from ..access import person
from ..models import SentForm

FIELD = "once"
KEY = re.compile(r"[0-9a-f]{32}")
SENT_BEFORE = "You already sent this form. Nothing was done again."
View = Callable[..., HttpResponse]


def new_key() -> str:
    """Return the key of a page that is shown."""
    return secrets.token_hex(16)


def hold(request: HttpRequest) -> None:
    """Wait until nothing else that this person sent to this page is being done. Runs inside a transaction."""
    place = f"{person(request).pk} {request.path}"
    hold_lock(int.from_bytes(hashlib.sha256(place.encode()).digest()[:8], signed=True))


def sent_before(request: HttpRequest) -> SentForm | None:
    """Return the form that was done of the page which now sends something; None if it was not."""
    key = request.POST.get(FIELD, "")
    if not KEY.fullmatch(key):
        return None
    return SentForm.objects.filter(user=person(request), path=request.path, key=key).first()


def once(view: View) -> View:
    """Return the view, which does nothing for a form that was done before, and leads where that led."""

    @wraps(view)
    def doing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not KEY.fullmatch(key):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            hold(request)
            content = _fingerprint(request)
            if (before := sent_before(request)) and before.content_sha256 == content:
                messages.info(request, SENT_BEFORE)
                return HttpResponseRedirect(before.led_to)
            response = view(request, *args, **kwargs)
            if response.status_code == 302:  # it was done, and leads on
                done = {"content_sha256": content, "led_to": response.headers["Location"], "sent_at": clock.now()}
                SentForm.objects.update_or_create(user=person(request), path=request.path, key=key, defaults=done)
            return response

    return doing


def _fingerprint(request: HttpRequest) -> str:
    """Return the SHA-256 in hexadecimal of what was typed and chosen."""
    sent = sorted((name, texts) for name, texts in request.POST.lists() if name != "csrfmiddlewaretoken")
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()
