"""A page whose typing outlives the session: what is sent too late is kept, and stands there again after sign-in."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts import sessions
from ground import clock, links

from ..access import person
from ..models import Election
from . import unsaved_pages as store
from .cookie_encryption import set_cookie

View = Callable[..., HttpResponse]


def preserve_unsaved(view: View) -> View:
    """Have a page keep what is sent after the session ended. It needs sign-in as every page does; it is asked here."""

    @login_not_required
    @wraps(view)
    def preserving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in_first(request, kwargs.get("election_id"))
        token = request.COOKIES.get(store.COOKIE, "")
        if not token:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            response = view(request, *args, **kwargs)
            store.forget(token, request.path)
            return response
        request.unsaved = store.read(token, request.path, user=person(request).pk, now=clock.now())  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return preserving


def _sign_in_first(request: HttpRequest, election_id: uuid.UUID | None) -> HttpResponse:
    """Keep what was sent to a page of an election that there is, and lead to the sign-in page and back."""
    ended: sessions.Limit | None = getattr(request, "session_ended", None)
    if request.method == "POST":
        ended = ended or "out"
    answer = sessions.sign_in_again(request, ended, request.get_full_path())
    if request.method != "POST" or election_id is None or not Election.objects.filter(pk=election_id).exists():
        return answer
    token = request.COOKIES.get(store.COOKIE) or links.new_token()
    user = getattr(request, "session_ended_of", None)
    if not store.keep(token, request.path, request.POST, user=user, now=clock.now()):
        return answer
    if "X-Autosave" in request.headers:
        answer = JsonResponse({"sign_in": answer.headers["Location"]}, status=401)
    set_cookie(answer, store.COOKIE, token)
    return answer
