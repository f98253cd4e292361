"""What is due of an approved virtual group, as entries of a calendar: they name the group, no practice, no number."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from eligibility.law.calendar import Window, data_submission_starts, update_counts_from
from ground.clock import EASTERN
from ground.icalendar import CalendarEntry
from ground.templatetags.et import et_closing, et_date

from ..models import Election
from .duties import A_DAY, Duty, DutyState, update_asked

TWO_WEEKS = timedelta(days=14)
AHEAD = (DutyState.AHEAD, DutyState.OPEN)


def last_update(election: Election, page: str = "updates") -> CalendarEntry:
    """Return the last day on which an update is in time; `page` names where its link leads."""
    year = election.performance_year
    return CalendarEntry(
        key=f"last-update-{election.pk}",
        ends=data_submission_starts(year) - A_DAY,
        title=f"Last day to report changes in {election.submitted_name} to CMS",
        text=f"If CMS approved the election, the representative reports what changed. {update_asked(year)} "
        f"Only a report made on or after {et_date(update_counts_from(year))} meets this rule.",
        link=f"{settings.SITE_URL}{reverse(page, args=[election.pk])}",
        remind_before=TWO_WEEKS,
    )


def entries_of(
    election: Election, duties: Iterable[Duty], next_window: Window | None, *, now: datetime
) -> list[CalendarEntry]:
    """Return the days ahead of the duties that are not met yet."""
    waiting = {duty.key for duty in duties if duty.state in AHEAD}
    found = [last_update(election)] if "update" in waiting else []
    if next_window and "elect-again" in waiting:
        found += _next_year(election, next_window, now)
    return found


def _next_year(election: Election, window: Window, now: datetime) -> Iterator[CalendarEntry]:
    year, name = election.performance_year + 1, election.submitted_name
    link = f"{settings.SITE_URL}{reverse('elections')}"
    until = f"Until {et_closing(window.closes)}, the representative can submit the election for {year}."
    if now < window.opens:
        expected = "CMS hasn’t announced the opening date yet. This date is expected. " if window.is_projected else ""
        yield CalendarEntry(
            key=f"next-window-{election.pk}",
            ends=window.opens.astimezone(EASTERN).date(),
            title=f"Elections for {year} open: {name}",
            text=f"{expected}{until}",
            link=link,
            remind_before=A_DAY,
        )
    yield CalendarEntry(
        key=f"elect-again-{election.pk}",
        ends=window.closes,
        title=f"Last day to elect again for {year}: {name}",
        text=until,
        link=link,
        remind_before=TWO_WEEKS,
    )
