"""Approved virtual groups that have not reported before data submission, and the clock's reminders to them."""

from datetime import date, datetime, time, timedelta

import structlog
from django.db import transaction
from django.db.models import Case, DateTimeField, Exists, OuterRef, QuerySet, Value, When

from eligibility.law import parameters
from eligibility.law.calendar import data_submission_starts, day_begins, update_asked_by, update_counts_from
from eligibility.law.parameters import PERFORMANCE_YEARS, DayOfYear
from eligibility.law.rule_results import count
from ground.clock import EASTERN

from ..mails import concerned, tell
from ..models import Election, Event, Update, UpdateStep
from ..states import ElectionStatus
from ..verbs import lock, record

EVENT = "remind_update"
logger = structlog.get_logger(__name__)
NOT_BEFORE = time(9)  # Eastern Time
# A month before the day that CMS asks for, two weeks, one week, and the last day of most offices; the first reminder
# goes out on the day from which an update counts, and the last one when a working day or two may be left.
IN_DECEMBER = (DayOfYear(0, 12, 1), DayOfYear(0, 12, 17), DayOfYear(0, 12, 24), DayOfYear(0, 12, 30))
LAST_CALL = timedelta(days=2)  # before data submission starts


def unreported(elections: QuerySet[Election], now: datetime) -> QuerySet[Election]:
    """Return those of the elections that are approved, of which an update is asked by now, and that reported none.

    An update that counts meets it, also a late one.
    """
    asked_from = {year: day_begins(update_counts_from(year)) for year in PERFORMANCE_YEARS}
    since = Case(
        *(When(performance_year=year, then=Value(at)) for year, at in asked_from.items()), output_field=DateTimeField()
    )
    counting = Update.objects.exclude(steps__kind=UpdateStep.StepKind.UNDONE)
    reported = counting.filter(submission__election=OuterRef("pk"), reported_at__gte=OuterRef("asked_from"))
    return elections.alias(asked_from=since).filter(
        ~Exists(reported.order_by()),
        performance_year__in=[year for year, at in asked_from.items() if at <= now],
        status=ElectionStatus.APPROVED,
        pending_decision=None,
    )


def days_to_report(performance_year: int, now: datetime) -> int:
    """Return the days before the last day on which an update is in time: 0 on that day, less than 0 afterwards."""
    return (data_submission_starts(performance_year) - now.astimezone(EASTERN).date()).days - 1


def reminder_days(performance_year: int) -> list[date]:
    """Return the days on which groups that have not reported are reminded, in their order."""
    december = [day.in_year(performance_year) for day in IN_DECEMBER]
    last_call = data_submission_starts(performance_year) - LAST_CALL
    return sorted({update_counts_from(performance_year), *december, last_call})


def remind_of_updates(*, now: datetime) -> int:
    """Owe the latest reminder that is due to each group that has not reported, once; return how many groups.

    After days without a worker that is one, and none once data submission has started.
    """
    at = now.astimezone(EASTERN)
    if at.time() < NOT_BEFORE:
        return 0
    asked = (year for year in PERFORMANCE_YEARS if update_counts_from(year) <= at.date() < data_submission_starts(year))
    year = next(asked, None)
    if year is None:
        return 0
    day = max(day for day in reminder_days(year) if day <= at.date())
    reminded = Event.objects.filter(election=OuterRef("pk"), verb=EVENT, details__day=day.isoformat())
    waiting = unreported(Election.objects.filter(~Exists(reminded.order_by()), performance_year=year), now)
    return sum(_reminded(election, day, now=now) for election in waiting)


def _reminded(election: Election, day: date, *, now: datetime) -> bool:
    """Remind one, and let none keep the others from being reminded: the next sweep tries again."""
    try:
        return _remind(election, day, now=now)
    except Exception as error:  # what it may quote is not for the log
        logger.warning("update_reminder_failed", election=str(election.pk), error=type(error).__name__)
        return False


@transaction.atomic
def _remind(found: Election, day: date, *, now: datetime) -> bool:
    """Remind those who work on one election, unless it reported or was reminded since it was found."""
    election = lock(found.pk)
    is_waiting = unreported(Election.objects.filter(pk=found.pk), now).exists()
    if not is_waiting or election.events.filter(verb=EVENT, details__day=day.isoformat()).exists():
        return False
    year = election.performance_year
    days = days_to_report(year, now)
    left = f"{count(days, 'day')} left" if days else "last day"
    event = record(election, EVENT, by=None, now=now, day=day.isoformat(), left=left)
    asked_by = update_asked_by(year)
    tell(
        event,
        "update_due",
        concerned(election),
        now=now,
        counts_from=update_counts_from(year),
        starts=data_submission_starts(year),
        asked_by=asked_by,
        is_expected=parameters.DATA_SUBMISSION_STARTS.is_projected(year),
        is_past=asked_by < now.astimezone(EASTERN).date(),
    )
    return True
