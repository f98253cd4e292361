"""How long a session lasts: 15 idle minutes, and 12 hours in all, by the real clock.

What counts as idle is decided here, on the server: every page a person opens and every form they send keeps the session
alive. A page that asks by itself (a poll) does not; it says so with the header `X-Background`. Nor does session_status.
"""

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ground import clock
from ground.private_numbers import stands_in_address
from ground.shared_connections import give_back

STARTED, SEEN = "session_started", "session_seen"  # Unix seconds
WRITE_EVERY = 30  # seconds: a session is not written again for each of several requests in a row

Limit = Literal["idle", "absolute", "out"]  # what ended a session; out: not known, as after a sign-out elsewhere


def time_left(session: SessionBase) -> tuple[float, Limit]:
    """Return the seconds until the session ends, not more than zero when it has, and the limit that ends it."""
    now = clock.real_now().timestamp()
    idle = session.get(SEEN, now) + settings.SESSION_IDLE_SECONDS - now
    absolute = session.get(STARTED, now) + settings.SESSION_ABSOLUTE_SECONDS - now
    return (idle, "idle") if idle < absolute else (absolute, "absolute")


def keep_alive(session: SessionBase, *, every: int = 0) -> None:
    """Note that the person acted now, unless that was noted less than `every` seconds ago."""
    now = clock.real_now().timestamp()
    session.setdefault(STARTED, now)
    if now - session.get(SEEN, 0) >= every:
        session[SEEN] = now


class SessionLimitMiddleware:
    """End a session at its limits and say why on the sign-in page, which leads back to where the person was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_ended = request.session_ended_of = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            left, limit = time_left(request.session)
            if left <= 0:
                request.session_ended_of = request.user.pk  # type: ignore[attr-defined]
                logout(request)
                request.session_ended = limit  # type: ignore[attr-defined]
        if request.method == "POST":
            give_back()  # who sends it may be slow
        response = self.get_response(request)
        if request.user.is_authenticated and STARTED not in request.session:
            keep_alive(request.session)  # the request that signed them in
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"  # nor is it there for whoever goes back after sign-out
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        limit: Limit | None = request.session_ended  # type: ignore[attr-defined]
        if limit and getattr(view, "login_required", True):
            return sign_in_again(request, limit)
        if request.user.is_authenticated and _is_an_act(request):
            keep_alive(request.session, every=WRITE_EVERY)
        return None


def _is_an_act(request: HttpRequest) -> bool:
    asks_how_long = request.resolver_match is not None and request.resolver_match.url_name == "session_status"
    return not asks_how_long and "X-Background" not in request.headers


def sign_in_again(request: HttpRequest, limit: Limit | None, page: str = "") -> HttpResponse:
    """Lead to the sign-in page, which says what ended the session, and leads back to the page one was on."""
    said = {"ended": limit} if limit else {}
    sign_in = f"{reverse(settings.LOGIN_URL)}?{urlencode({**said, 'next': page or _page(request)})}"
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": sign_in})
    return HttpResponseRedirect(sign_in)


def _page(request: HttpRequest) -> str:
    """Return the path of the page the person was on: a form's own address cannot be opened again."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    page = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    if came_from.netloc != request.get_host() or stands_in_address(page):
        return reverse(settings.LOGIN_REDIRECT_URL)
    return page
