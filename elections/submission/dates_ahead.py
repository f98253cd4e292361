"""The dates that matter once an election was submitted, for the calendars of those who may see it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.urls import reverse

from ground.icalendar import CalendarEntry
from ground.templatetags.et import et_closing

from ..corrections.answers import open_correction
from ..models import Election
from ..states import STANDING
from ..upkeep.calendar_entries import last_update
from ..upkeep.duties import A_DAY
from ..verbs import window_is_open


def dates_ahead(election: Election, *, now: datetime) -> list[CalendarEntry]:
    """Return the dates ahead of an election that counts: none of one that was given up or never submitted.

    They name the virtual group, and no practice or clinician: calendars are shared. CMS gives no day for its decision.
    """
    return [entry(election) for entry in _entries(election, now)]


def has_dates_ahead(election: Election, *, now: datetime) -> bool:
    """Say whether there are such dates."""
    return bool(_entries(election, now))


def _entries(election: Election, now: datetime) -> list[Callable[[Election], CalendarEntry]]:
    correction = open_correction(election)
    if correction is None and election.public_status not in STANDING:
        return []
    entries: list[Callable[[Election], CalendarEntry]] = []
    if correction and now < correction.due_at:
        entries.append(partial(_correction_due, due_at=correction.due_at))
    if correction is None and window_is_open(election, now):
        entries.append(_last_change)
    return [*entries, partial(last_update, page="election")]


def _last_change(election: Election) -> CalendarEntry:
    closes = election.window.closes
    return CalendarEntry(
        key=f"last-change-{election.pk}",
        ends=closes,
        title=f"Last minute to change or withdraw the {election.performance_year} election of {_group(election)}",
        text=f"Until {et_closing(closes)}, the representative can change the election and submit it again, or "
        "withdraw it. After that, it is binding for the year.",
        link=_address("election", election),
        remind_before=A_DAY,
    )


def _correction_due(election: Election, due_at: datetime) -> CalendarEntry:
    return CalendarEntry(
        key=f"correction-{election.pk}",
        ends=due_at,
        title=f"Last minute to answer CMS about the {election.performance_year} election of {_group(election)}",
        text=f"Answer each request, then submit again by {et_closing(due_at)}.",
        link=_address("corrections", election),
        remind_before=A_DAY,
    )


def _group(election: Election) -> str:
    return election.submitted_name


def _address(page: str, election: Election) -> str:
    return f"{settings.SITE_URL}{reverse(page, args=[election.pk])}"
