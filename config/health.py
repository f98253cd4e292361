"""Is the process alive, and can it work: for probes, in public, without a session.

How the other parts are is on a staff page (notices/parts.py): a web process serves its pages without them.
"""

from collections.abc import Callable

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ground import clock
from notices.models import WorkerHeartbeat

PROBE = "probe"

logger = structlog.get_logger(__name__)


class ProbeMiddleware:
    """Answer probes before all else: they know no host name of ours, need no session and leave no line in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = {"/healthz": healthz, "/readyz": readyz}.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; nothing else is asked, not even the database."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can read and write the database; 503 if not."""
    ready = _reads_and_writes()
    return JsonResponse({"ready": ready, "database": {"ok": ready}}, status=200 if ready else 503)


def _reads_and_writes() -> bool:
    """Write a row, read it, and take it back: a replica, or a server without room, answers and refuses that."""
    try:
        with transaction.atomic():
            WorkerHeartbeat.objects.create(name=PROBE, at=clock.now())
            found = WorkerHeartbeat.objects.filter(name=PROBE).exists()
            transaction.set_rollback(True)
    except Error as error:
        logger.warning("database_not_ready", error=type(error).__name__)
        return False
    return found
