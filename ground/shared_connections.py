"""Database connections that the threads of a process share: nobody holds one while a phone sends or reads."""

from collections.abc import Callable

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse


def give_back() -> None:
    """Let others have this thread's connection until it asks the database again; nothing where none are shared."""
    mine = connections[DEFAULT_DB_ALIAS]
    if settings.DB_POOL_SIZE and not mine.in_atomic_block:
        mine.close()


class SharedConnectionMiddleware:
    """Give the connection back before the answer is sent. It comes before whatever asks the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        give_back()
        return response
