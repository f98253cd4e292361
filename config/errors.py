"""The pages for what went wrong: what happened, and whom to call."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template import loader
from django.urls import reverse

from ground.private_numbers import stands_in_address

from .context import support

UNREADABLE = "Something in the web address or in what you sent isn’t right."
NO_ROLE = "Your role at CMS does not allow that."
NOT_THERE = "No staff page has this address, or it isn’t yours to see."
BY_BUTTON = "This address works only from a button or a link on another page."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request could not be read."""
    said = _to_staff(request, "We couldn’t read that request", UNREADABLE, status=400)
    return said or render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that one may look and not touch; to staff in the words of what refused them."""
    said = _to_staff(request, "You can’t do that here", str(exception) or NO_ROLE, status=403)
    return said or render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say the same of what is not there and of what is somebody else's."""
    said = _to_staff(request, "We can’t find that", NOT_THERE, status=404)
    return said or render(request, "404.html", status=404)


def _to_staff(request: HttpRequest, title: str, why: str, *, status: int) -> HttpResponse | None:
    """Return a staff page that says what went wrong, to those past its door who asked for one; None for others."""
    is_known = hasattr(request, "user")  # not of one that was refused before the sign-in was read
    if not (is_known and request.path.startswith(reverse("admin:index")) and admin.site.has_permission(request)):
        return None
    said = {"title": title, "why": why}
    return render(request, "admin/error.html", admin.site.each_context(request) | said, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that we failed; needs no database and no session, which may be what failed."""
    context = {"SITE_NAME": settings.SITE_NAME, **support()}
    return HttpResponse(loader.render_to_string("500.html", context), status=500)


class ReadableMiddleware:
    """Leave out cookies that this site never wrote, and refuse a form in another encoding than our pages ask for.

    A cookie may hold a NUL or a line break, written as an escape; as a session's key it would go to the database. With
    an encoding one may have a form read into half characters, or by a codec that is not for text.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, text in request.COOKIES.items() if not f"{name}{text}".isprintable()]:
            del request.COOKIES[name]
        if (request.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            request.encoding = "utf-8"  # for the page that says so, too
            if request.method == "POST":
                raise BadRequest("The form is not in UTF-8.")
        return self.get_response(request)


NUMBER_IN_ADDRESS = "The web address has nine digits that might be a TIN or a Social Security number."


class AddressMiddleware:
    """Refuse an address that holds a TIN or a Social Security number, before a redirect or a session repeats it.

    And one that holds a NUL, which no page means and no database takes. It comes last: views and the redirect to the
    sign-in page come after all middleware, and the page has its headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.get_full_path()
        if stands_in_address(address):
            raise BadRequest(NUMBER_IN_ADDRESS)
        if "%00" in address:
            raise BadRequest("The web address has a NUL character.")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse it as where to go next, too: the pages about accounts repeat that in their forms."""
        about_accounts = request.resolver_match is not None and request.resolver_match.route.startswith("accounts/")
        if about_accounts and stands_in_address(request.POST.get(REDIRECT_FIELD_NAME, "")):
            raise BadRequest(NUMBER_IN_ADDRESS)
        return None


class NotAllowedPageMiddleware:
    """Give an address that takes another method a page; Django answers an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = _to_staff(request, "This page can’t be opened that way", BY_BUTTON, status=405)
            response.content = (page or render(request, "405.html")).content
        return response
