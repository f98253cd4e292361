"""ground/templatetags/et.py: moments as people read them."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from ground.templatetags import et


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-12-01T15:04:31+00:00", "Dec 1, 2026, 10:04 a.m. ET"),
        ("2026-12-01T17:00:00+00:00", "Dec 1, 2026, 12:00 p.m. ET"),
        ("2026-12-01T05:00:00+00:00", "Dec 1, 2026, 12:00 a.m. ET"),
        ("2026-07-01T03:59:00+00:00", "Jun 30, 2026, 11:59 p.m. ET"),
    ],
)
def test_et_datetime(moment: str, shown: str) -> None:
    assert et.et_datetime(at(moment)) == shown


def test_et_datetime_with_seconds() -> None:
    assert et.et_datetime(at("2026-12-01T15:04:31+00:00"), "seconds") == "Dec 1, 2026, 10:04:31 a.m. ET"


def test_et_date_of_a_day_and_of_a_moment() -> None:
    assert et.et_date(date(2026, 11, 9)) == "Nov 9, 2026"
    assert et.et_date(at("2026-11-10T04:30:00+00:00")) == "Nov 9, 2026"


def test_et_weekday() -> None:
    assert et.et_weekday(at("2026-10-01T04:00:00+00:00")) == "Thursday, October 1, 2026"


def test_et_closing_at_midnight_is_the_minute_before() -> None:
    assert et.et_closing(at("2027-01-01T00:00:00-05:00")) == "Thursday, December 31, 2026, 11:59 p.m. ET"
    assert et.et_closing(at("2027-01-15T17:00:00-05:00")) == "Friday, January 15, 2027, 5:00 p.m. ET"


@pytest.mark.parametrize(
    ("now", "days", "words"),
    [
        ("2026-12-01T00:00:00-05:00", 30, "30 days left"),
        ("2026-12-30T23:59:59-05:00", 1, "1 day left"),
        ("2026-12-31T00:00:00-05:00", 0, "last day"),
        ("2026-12-31T23:59:59-05:00", 0, "last day"),
        ("2027-01-01T00:00:00-05:00", -1, "closed"),
    ],
)
def test_days_left(set_clock: Callable[[str], datetime], now: str, days: int, words: str) -> None:
    set_clock(now)
    closes = at("2027-01-01T00:00:00-05:00")
    assert (et.days_left(closes), et.days_left_words(closes)) == (days, words)
