"""Jobs that survive a kill: a row is claimed for the length of a lease, and whoever lost the lease changes nothing.

The row has `attempts`, `next_attempt_at` and `locked_until`. A worker that dies leaves it claimed; once its lease has
run out it is due again, which the queryset of what is due says.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, QuerySet

Row = TypeVar("Row", bound=models.Model)


def claim(due: QuerySet[Row], pk: int, *, until: datetime, **fields: Any) -> bool:
    """Claim a row that is due, and give it these fields; False where another was first or it is not due."""
    row = due.filter(pk=pk).order_by()
    return bool(row.update(locked_until=until, attempts=F("attempts") + 1, **fields))


def held(row: Row, **fields: Any) -> QuerySet[Row]:
    """Return the row as long as its lease is this worker's; `fields` are what it was claimed with."""
    rows: QuerySet[Row] = type(row)._default_manager.all()
    return rows.filter(pk=row.pk, locked_until=row.locked_until, **fields)  # type: ignore[attr-defined]


def next_attempt(attempts: int, waits: Sequence[timedelta], now: datetime) -> datetime | None:
    """Return the moment of the next attempt, later each time; None after the last."""
    return now + waits[attempts - 1] if attempts <= len(waits) else None
