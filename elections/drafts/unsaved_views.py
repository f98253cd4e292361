"""A page whose typing outlives the session: what is sent too late is kept, and stands there again after sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts import sessions
from ground import clock, links

from ..access import person
from ..models import Conflict, Election
from . import unsaved_pages as store
from .cookie_encryption import set_cookie

View = Callable[..., HttpResponse]


def preserve_unsaved(view: View, *, masks: bool = False) -> View:
    """Have a page keep what is sent after the session ended. It needs sign-in as every page does; it is asked here.

    `masks` is for the desk's pages, of which all but nine digits is kept, for the person who typed it alone.
    """

    @login_not_required
    @wraps(view)
    def preserving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in_first(request, kwargs, masks)
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


def _sign_in_first(request: HttpRequest, of: dict[str, Any], masks: bool) -> HttpResponse:
    """Keep what was sent to a page of an election, or conflict, that there is; lead to the sign-in page and back."""
    ended: sessions.Limit | None = getattr(request, "session_ended", None)
    if request.method == "POST":
        ended = ended or "out"
    answer = sessions.sign_in_again(request, ended, request.get_full_path())
    if request.method != "POST" or not _is_there(of):
        return answer
    token = request.COOKIES.get(store.COOKIE) or links.new_token()
    user = getattr(request, "session_ended_of", None)
    if "X-Autosave" in request.headers:
        answer = JsonResponse({"sign_in": answer.headers["Location"]}, status=401)
    if masks and user is None:  # they signed out: a colleague may be next at this browser
        return answer
    if store.keep(token, request.path, request.POST, user=user, now=clock.now(), masks=masks):
        set_cookie(answer, store.COOKIE, token)
    return answer


def _is_there(of: dict[str, Any]) -> bool:
    """Say whether there is the election, or the conflict, that a page's address names."""
    if "conflict_id" in of:
        return Conflict.objects.filter(pk=of["conflict_id"]).exists()
    return "election_id" in of and Election.objects.filter(pk=of["election_id"]).exists()
