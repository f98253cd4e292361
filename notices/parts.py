"""The parts that have to work so that what is owed is done: how each is now, in words, and what staff can do."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.timesince import timesince

from ground.templatetags.et import et_datetime

from . import heartbeats
from .delivery import is_being_sent
from .models import UNDELIVERED, Notice, NoticeState, UnmatchedBounce
from .nudge import IMPATIENT

FAILED = "failed"  # the key of the part that counts lost emails
NOTICE_LIMIT = timedelta(minutes=5)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MEGABYTE, GIGABYTE = 1024**2, 1024**3
PROCESSES = {  # by the names of their heartbeats: what each is called, does, and stops while it does not work
    "mail": (
        "Email worker",
        "It sends emails.",
        "Start the service worker-mail again, and read its log. Until then, no email leaves, and no warning to you.",
    ),
    "papers": (
        "PDF worker",
        "It makes agreements, receipts, and packets as PDFs.",
        "Start the service worker-papers again, and read its log. Until then, people wait for their PDFs.",
    ),
    "celery": (
        "Worker for everything else",
        "It puts decisions into effect, sends reminders on their way, and loads CMS data.",
        "Start the service worker-other again, and read its log. Until then, decisions and reminders wait.",
    ),
    heartbeats.BEAT: (
        "Scheduler",
        "It tells the workers what is due.",
        "Start the service beat again, and read its log. Until then, decisions, reminders, and repeated emails wait.",
    ),
}

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SitePart:
    """One part as it is now: its state in a word or two, what that means, and what to do if it is not good."""

    key: str
    name: str
    is_good: bool
    state: str
    meaning: str
    what_to_do: str = ""


def all_parts(now: datetime) -> list[SitePart]:
    """Return every part, in three queries and one for each of WATCHED_PARTS."""
    return [*watched_parts(now), _broker(), _failed(now)]


def watched_parts(now: datetime) -> Iterator[SitePart]:
    """Yield the parts that staff are emailed about while they are bad; of lost emails watch.py tells by itself."""
    at = heartbeats.newest()
    for key in PROCESSES:
        yield _process(key, at.get(key), now)
    yield _waiting(now)
    yield _disk()
    for name in settings.WATCHED_PARTS:  # of apps above this one
        yield import_string(name)(now)


def _process(key: str, at: datetime | None, now: datetime) -> SitePart:
    name, does, what_to_do = PROCESSES[key]
    if at and now - at <= heartbeats.LIMIT:
        return SitePart(key, name, True, "Works", f"{does} It answered less than a minute ago.")
    since = f"It last answered on {et_datetime(at)}, {_ago(at, now)}." if at else "It has never answered."
    return SitePart(key, name, False, "Not working", f"{does} {since}", what_to_do)


def _waiting(now: datetime) -> SitePart:
    """Return how long the oldest email that is due has waited, and when those that were put off are tried again."""
    key, name = "due", "Emails that wait"
    is_sent, later, again = is_being_sent(now), Q(next_attempt_at__gt=now), Q(attempts__gt=0)
    is_due = ~is_sent & ~later
    found = Notice.objects.filter(state=NoticeState.QUEUED).aggregate(
        first=Min("next_attempt_at", filter=is_due),
        sending=Count("pk", filter=is_sent),
        later=Count("pk", filter=~is_sent & later & again),
        next=Min("next_attempt_at", filter=~is_sent & later & again),
        soon=Count("pk", filter=~is_sent & later & ~again),
    )
    meaning = " ".join(_sentences(found, now)) or "No email is waiting to be sent."
    if found["first"] is None or now - found["first"] <= NOTICE_LIMIT:
        return SitePart(key, name, True, "On time", meaning)
    what_to_do = "Check the email worker and the broker first. If both work, read what the email server last answered."
    return SitePart(key, name, False, "Late", meaning, what_to_do)


def _sentences(found: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Yield what is true of the emails that are due, of those being sent, and of those that wait for another try."""
    if found["first"]:
        yield f"The oldest waiting email was due {_ago(found['first'], now)}."
    if sending := found["sending"]:
        yield "1 email is being sent now." if sending == 1 else f"{sending} emails are being sent now."
    if soon := found["soon"]:
        wait = "1 email leaves" if soon == 1 else f"{soon} emails leave"
        yield f"{wait} as soon as a PDF is ready, or a few seconds later without it."
    if later := found["later"]:
        wait = "1 email waits" if later == 1 else f"{later} emails wait"
        yield f"{wait} for another try, the next on {et_datetime(found['next'])}."


def _disk() -> SitePart:
    """Return how much room there is for documents."""
    key, name = "disk", "Room for documents"
    try:
        usage = shutil.disk_usage(_existing(Path(settings.MEDIA_ROOT)))
    except OSError:
        what_to_do = "Check that the disk of MEDIA_ROOT is mounted and that the site can read it."
        return SitePart(key, name, False, "Not found", "The folder for documents can’t be read.", what_to_do)
    meaning = f"{usage.free / GIGABYTE:.1f} of {usage.total / GIGABYTE:.1f} GB are free where documents are stored."
    if usage.free >= settings.LEAST_FREE_DISK_MB * MEGABYTE:
        return SitePart(key, name, True, "Enough", meaning)
    what_to_do = (
        "Make the disk larger, or remove what doesn’t belong there. On a full disk we can’t store PDFs or files."
    )
    return SitePart(key, name, False, "Low", meaning, what_to_do)


def _broker() -> SitePart:
    """Return whether a task could be handed over now."""
    key, name, does = "broker", "Broker", "It hands tasks to the workers."
    if _broker_answers():
        return SitePart(key, name, True, "Works", f"{does} It answers.")
    what_to_do = "Start the service redis again, or correct BROKER_URL. What people do meanwhile is saved, and waits."
    return SitePart(key, name, False, "Not working", f"{does} It doesn’t answer.", what_to_do)


def _failed(now: datetime) -> SitePart:
    """Return how many emails were given up in the last 24 hours."""
    key, name = FAILED, "Emails that failed"
    count = lost_emails(now - DAY, now).count()
    if not count:
        return SitePart(key, name, True, "None", "In the last 24 hours, no email failed or bounced.")
    meaning = f"In the last 24 hours, {count} email{'s' if count > 1 else ''} failed or bounced."
    what_to_do = "Read on “Emails” what the email server said. A data steward can send them again from there."
    return SitePart(key, name, False, "Some", meaning, what_to_do)


def lost_emails(since: datetime, until: datetime) -> QuerySet[Notice]:
    """Return the emails that failed or bounced after one moment and up to another."""
    return Notice.objects.filter(state__in=UNDELIVERED, failed_at__gt=since, failed_at__lte=until)


def unmatched(since: datetime, until: datetime) -> QuerySet[UnmatchedBounce]:
    """Return what came to the mailbox for bounces, about no email, after one moment and up to another."""
    return UnmatchedBounce.objects.filter(received_at__gt=since, received_at__lte=until)


def _broker_answers() -> bool:
    if settings.CELERY_BROKER_URL.startswith("filesystem:"):
        return settings.BROKER_DIR.is_dir() and os.access(settings.BROKER_DIR, os.W_OK | os.X_OK)
    try:
        with current_app.connection_for_write(transport_options=IMPATIENT) as broker:
            broker.default_channel.client.ping()
    except Exception as error:  # each broker fails in its own way
        logger.warning("broker_unreachable", error=type(error).__name__)
        return False
    return True


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it: it is made when the first document is stored."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _ago(moment: datetime, now: datetime) -> str:
    if now - moment < timedelta(minutes=1):
        return "less than a minute ago"
    return f"{timesince(moment, now, depth=1)} ago".replace("\xa0", " ")
