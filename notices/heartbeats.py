"""Heartbeats: when each worker and beat last wrote that it is alive."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from .models import WorkerHeartbeat

SECONDS = 15.0  # from one to the next
LIMIT = timedelta(seconds=60)
BEAT = "beat"  # workers go by their queues: config/celery.py


def write(names: Iterable[str], *, now: datetime) -> None:
    """Write that these are alive."""
    rows = [WorkerHeartbeat(name=name, at=now) for name in names]
    WorkerHeartbeat.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["at"])


def newest() -> dict[str, datetime]:
    """Return when each last wrote, by its name."""
    return dict(WorkerHeartbeat.objects.values_list("name", "at"))
