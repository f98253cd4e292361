"""Is the process alive, and can it work: for probes, in public, without a session."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ground import clock
from notices.delivery import due
from notices.models import WorkerHeartbeat
from notices.nudge import IMPATIENT

HEARTBEAT_LIMIT = timedelta(seconds=60)  # beat asks every 15 seconds
NOTICE_LIMIT = timedelta(minutes=5)

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
    """Say of each part whether it works, with figures; 503 where one does not."""
    now = clock.now() if _database_answers() else None
    parts = {
        "database": {"ok": now is not None},
        "broker": {"ok": _broker_answers()},
        "worker": _age("heartbeat_age_seconds", _last_heartbeat(now), HEARTBEAT_LIMIT, missing=False),
        "notices": _age("oldest_due_seconds", _oldest_wait(now), NOTICE_LIMIT, missing=now is not None),
    }
    ready = all(part["ok"] for part in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


def _age(name: str, age: timedelta | None, limit: timedelta, *, missing: bool) -> dict[str, Any]:
    """Judge an age by its limit; `missing` is the verdict where there is none."""
    return {
        "ok": missing if age is None else age <= limit,
        name: None if age is None else round(age.total_seconds()),
        "limit_seconds": round(limit.total_seconds()),
    }


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.warning("database_unreachable")
        return False
    return True


def _broker_answers() -> bool:
    """Say whether a nudge could be handed over now."""
    if settings.CELERY_BROKER_URL.startswith("filesystem:"):
        return settings.BROKER_DIR.is_dir() and os.access(settings.BROKER_DIR, os.W_OK | os.X_OK)
    try:
        with current_app.connection_for_write(transport_options=IMPATIENT) as broker:
            broker.default_channel.client.ping()
    except Exception as error:  # each broker fails in its own way
        logger.warning("broker_unreachable", error=type(error).__name__)
        return False
    return True


def _last_heartbeat(now: datetime | None) -> timedelta | None:
    at = WorkerHeartbeat.objects.aggregate(at=Max("at"))["at"] if now else None
    return now - at if now and at else None


def _oldest_wait(now: datetime | None) -> timedelta | None:
    """Return the time since the oldest due notice should have been sent; None if none is due."""
    first = due(now).first() if now else None
    return now - first.next_attempt_at if now and first else None
