"""How moments and days are shown: in Eastern Time, with the zone named; usable in mails and PDFs as plain functions."""

from datetime import date, datetime, time, timedelta

from django import template

from .. import clock

register = template.Library()


@register.filter
def et_time(moment: datetime, precision: str = "minutes") -> str:
    """Return `10:04 a.m. ET`, or `10:04:31 a.m. ET` where the precision is `seconds`."""
    at = moment.astimezone(clock.EASTERN)
    seconds = f":{at.second:02}" if precision == "seconds" else ""
    half = "a.m." if at.hour < 12 else "p.m."
    return f"{at.hour % 12 or 12}:{at.minute:02}{seconds} {half} ET"


@register.filter
def et_date(day: date | datetime) -> str:
    """Return `Dec 1, 2026`; of a moment, the day it is in Eastern Time."""
    return f"{_day(day):%b} {_day(day).day}, {_day(day).year}"


@register.filter
def et_datetime(moment: datetime, precision: str = "minutes") -> str:
    """Return `Dec 1, 2026, 10:04 a.m. ET`, or with `:31` where the precision is `seconds`."""
    return f"{et_date(moment)}, {et_time(moment, precision)}"


@register.filter
def et_weekday(day: date | datetime) -> str:
    """Return `Thursday, October 1, 2026`."""
    return f"{_day(day):%A, %B} {_day(day).day}, {_day(day).year}"


@register.filter
def et_closing(closes: datetime) -> str:
    """Return the last minute that is still in time: `Thursday, December 31, 2026, 11:59 p.m. ET`.

    A window that closes at midnight is closed from Jan 1, 00:00, on; people read that as a day too late.
    """
    last = _last_minute(closes)
    return f"{et_weekday(last)}, {et_time(last)}"


@register.filter
def et_last_day(closes: datetime) -> str:
    """Return the last day that is still in time, short: `Dec 31, 2026`."""
    return et_date(_last_minute(closes))


@register.filter
def days_left(closes: datetime) -> int:
    """Return the number of midnights (ET) before the last day in time: 0 on that day, less than 0 afterwards."""
    return (_day(_last_minute(closes)) - clock.today()).days


@register.filter
def days_left_words(closes: datetime) -> str:
    """Return `30 days left`, `1 day left`, `last day` or `closed`."""
    days = days_left(closes)
    if is_past(closes):
        return "closed"
    if days == 0:
        return "last day"
    return "1 day left" if days == 1 else f"{days} days left"


@register.filter
def is_past(moment: datetime) -> bool:
    """Say whether the moment has come."""
    return moment <= clock.now()


def _day(day: date | datetime) -> date:
    return day.astimezone(clock.EASTERN).date() if isinstance(day, datetime) else day


def _last_minute(closes: datetime) -> datetime:
    at = closes.astimezone(clock.EASTERN)
    if at.time() == time.min:
        return datetime.combine(at.date() - timedelta(days=1), time(23, 59), clock.EASTERN)
    return at
