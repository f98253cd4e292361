"""The one clock: everything that asks what time it is asks here.

The demo starts on DEMO_NOW whatever the date: the offset is fixed at its first start, kept in the database for all
processes, and runs on over restarts.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

EASTERN = ZoneInfo("America/New_York")


def real_now() -> datetime:
    """Return the machine's time in UTC, moved by CLOCK_SHIFT_SECONDS where that is set; sessions are timed by it."""
    return datetime.now(UTC) + settings.CLOCK_SHIFT


def now() -> datetime:
    """Return the moment it is for this installation, aware, in UTC."""
    return real_now() + (demo_offset() if settings.DEMO_NOW else timedelta(0))


def today() -> date:
    """Return the day it is in Eastern Time, by which the regulation's days are counted."""
    return now().astimezone(EASTERN).date()


def fix_demo_offset() -> timedelta:
    """Fix what the demo's clock is ahead of the real one, unless it was fixed before; return it.

    The demo's first start does this, so that no page has to; of two processes that try at once the first one wins.
    """
    from .models import DemoClock

    start = datetime.fromisoformat(settings.DEMO_NOW)
    row, _ = DemoClock.objects.get_or_create(pk=1, defaults={"offset": start - real_now()})
    return row.offset


@cache
def demo_offset() -> timedelta:
    """Return the time by which the demo's clock is ahead of the real one."""
    return fix_demo_offset()
