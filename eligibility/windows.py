"""The election window of each performance year: as staff set it last, else as shipped with the code."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User

from . import calendar
from .facts import Window
from .models import ElectionWindow


def window_for(performance_year: int) -> Window:
    """Return the window that holds; raise UnknownPerformanceYearError where neither staff nor the code has one."""
    row = ElectionWindow.objects.filter(performance_year=performance_year).order_by("-pk").first()
    return Window(opens=row.opens_at, closes=row.closes_at) if row else calendar.window(performance_year)


def set_window(
    performance_year: int, *, opens: datetime, closes: datetime, reason: str, by: User, now: datetime
) -> ElectionWindow:
    """Set a performance year's window from now on, as a new row; only a data steward may (PermissionDenied)."""
    if not by.has_role(Role.DATA_STEWARD):
        raise PermissionDenied
    return ElectionWindow.objects.create(
        performance_year=performance_year, opens_at=opens, closes_at=closes, reason=reason, set_by=by, set_at=now
    )
