"""What a performance year means on the calendar: its election window and its determination period, in Eastern Time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from . import parameters

EASTERN = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class Window:
    """An election window: open from `opens` on, and no longer at `closes`; both aware.

    `is_projected` says that CMS was not seen to announce the day it opens: pages call that day expected.
    """

    opens: datetime
    closes: datetime
    is_projected: bool = False


@dataclass(frozen=True, slots=True)
class DeterminationPeriod:
    """The days whose billing is judged, both inclusive, and the day from which complete data exist."""

    first: date
    last: date
    complete: date


def window(performance_year: int) -> Window:
    """Return the election window shipped for a performance year (414.1315(b)); raise UnknownPerformanceYearError."""
    opens, closes = (
        day_begins(parameter.for_year(performance_year).in_year(performance_year))
        for parameter in (parameters.WINDOW_OPENS, parameters.WINDOW_CLOSES)
    )
    return Window(opens, closes, parameters.WINDOW_OPENS.is_projected(performance_year))


def determination_period(performance_year: int) -> DeterminationPeriod:
    """Return the days judged for virtual group eligibility (414.1305); raise UnknownPerformanceYearError."""
    last = parameters.DETERMINATION_LAST_DAY.for_year(performance_year).in_year(performance_year)
    return DeterminationPeriod(
        first=parameters.DETERMINATION_FIRST_DAY.for_year(performance_year).in_year(performance_year),
        last=last,
        complete=last + timedelta(days=parameters.CLAIMS_RUN_OUT.for_year(performance_year)),
    )


def billing_period(performance_year: int) -> str:
    """Return the determination period in words, as in `Oct 1, 2025 to Sep 30, 2026`; raises as it does."""
    period = determination_period(performance_year)
    return f"{in_words(period.first)} to {in_words(period.last)}"


def data_submission_starts(performance_year: int) -> date:
    """Return the first day on which a year's MIPS data are submitted; changes are reported before it."""
    return parameters.DATA_SUBMISSION_STARTS.for_year(performance_year).in_year(performance_year)


def update_counts_from(performance_year: int) -> date:
    """Return the first day on which an update meets the duty to report before data submission ((c)(2)(iii))."""
    return parameters.UPDATE_COUNTS_FROM.for_year(performance_year).in_year(performance_year)


def update_asked_by(performance_year: int) -> date:
    """Return the last day by which CMS asks for that update."""
    return parameters.UPDATE_ASKED_BY.for_year(performance_year).in_year(performance_year)


def next_performance_year(moment: datetime) -> int:
    """Return the performance year that an election made at this moment is for: next year's, by the day in ET.

    It may lie after the last year whose law is known here (parameters.PERFORMANCE_YEARS).
    """
    return moment.astimezone(EASTERN).year + 1


def next_known_year(moment: datetime) -> int:
    """Return the next performance year, or the last one whose law is known here where it lies after that."""
    return min(next_performance_year(moment), parameters.PERFORMANCE_YEARS[-1])


def rules_year(performance_year: int) -> int:
    """Return the year whose rules are used for a performance year: an earlier one where CMS's own were not seen yet."""
    return min(performance_year, parameters.CONFIRMED_THROUGH)


def day_begins(day: date) -> datetime:
    """Return the first moment of a day in Eastern Time."""
    return datetime.combine(day, time.min, EASTERN)


def in_words(day: date) -> str:
    """Return a day as people read it, as in Sep 30, 2026."""
    return f"{day:%b} {day.day}, {day.year}"


def moment_in_words(moment: datetime) -> str:
    """Return a moment as people read it, as in Sep 30, 2026, 11:59 p.m. ET."""
    local = moment.astimezone(EASTERN)
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{in_words(local.date())}, {local.hour % 12 or 12}:{local:%M} {half} ET"
