"""The election window of each performance year: as staff set it last, else as shipped with the code."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User
from ground.sql import rows

from ..law import calendar, parameters
from ..law.calendar import Window
from ..models import ElectionWindow

# A statement of our own: every page and every submission asks it, and Django takes longer to write it than PostgreSQL
# to answer (decision 0031).
NEWEST = """
SELECT performance_year, opens_at, closes_at, citation
FROM eligibility_electionwindow WHERE performance_year = %s ORDER BY id DESC LIMIT 1
"""


def window_for(performance_year: int) -> Window:
    """Return the window that holds; raise UnknownPerformanceYearError where neither staff nor the code has one."""
    newest = rows(NEWEST, [performance_year])
    return _of_row(newest[0]) if newest else calendar.window(performance_year)


def of_next_election(moment: datetime) -> tuple[int, Window | None]:
    """Return the performance year that an election made at a moment is for, and its window; None past the last year."""
    year = calendar.next_performance_year(moment)
    return year, window_for(year) if year in parameters.PERFORMANCE_YEARS else None


def held_windows() -> list[tuple[int, Window, ElectionWindow | None]]:
    """Return each performance year's window, newest first, with the row that sets it; None means as shipped."""
    newest = ElectionWindow.objects.order_by("performance_year", "-pk").distinct("performance_year")
    set_by_staff = {row.performance_year: row for row in newest.select_related("set_by")}
    return [
        (year, _of_row(row) if row else calendar.window(year), row)
        for year in reversed(parameters.PERFORMANCE_YEARS)
        for row in [set_by_staff.get(year)]
    ]


def _of_row(row: ElectionWindow) -> Window:
    """Return the window that a row sets; one from before citations were asked for confirms no day."""
    is_projected = parameters.WINDOW_OPENS.is_projected(row.performance_year) and not row.citation
    return Window(row.opens_at, row.closes_at, is_projected)


def closes_after_the_law(performance_year: int, closes: datetime) -> bool:
    """Say whether a window would take elections after December 31, the last day of 414.1315(b)."""
    return closes > calendar.window(performance_year).closes


def is_of_its_year(performance_year: int, opens: datetime, closes: datetime) -> bool:
    """Say whether a window lies between the begin of the year before and the end of the performance year."""
    begin, end = (calendar.day_begins(date(year, 1, 1)) for year in (performance_year - 1, performance_year + 1))
    return begin <= opens and closes <= end


def set_window(
    performance_year: int, *, opens: datetime, closes: datetime, reason: str, citation: str, by: User, now: datetime
) -> ElectionWindow:
    """Set a performance year's window from now on, as a new row; only a data steward may (PermissionDenied).

    With its citation the day it opens is confirmed: no page calls it expected any more.
    """
    if not by.has_role(Role.DATA_STEWARD):
        raise PermissionDenied
    return ElectionWindow.objects.create(
        performance_year=performance_year,
        opens_at=opens,
        closes_at=closes,
        reason=reason,
        citation=citation,
        set_by=by,
        set_at=now,
    )
