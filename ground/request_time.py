"""When a request arrived: noted before any work, so that slow jobs and queues make nobody late."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from . import clock

LONGEST_QUEUE = timedelta(minutes=10)


class ArrivalMiddleware:
    """Set `request.arrived_at`, the moment by which a deadline is judged (aware, UTC)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_at = clock.now() - _time_in_queue(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def _time_in_queue(request: HttpRequest) -> timedelta:
    """Return the time that a trusted front proxy held the request: it stamps `X-Request-Start: t=<Unix seconds>`.

    Zero without a trusted proxy, or where the stamp is missing, unreadable, in the future or older than ten minutes.
    """
    stamp = request.headers.get("X-Request-Start", "").removeprefix("t=") if settings.TRUSTED_PROXY else ""
    try:
        waited = datetime.now(UTC) - datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return timedelta(0)
    return waited if timedelta(0) < waited < LONGEST_QUEUE else timedelta(0)
