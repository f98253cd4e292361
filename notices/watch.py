"""Emails to staff about parts that have not worked for some minutes, that work again, and about emails that were lost.

Each worker looks by itself, for a task that beat sends could not tell that beat is gone. An email that is owed because
the email worker is gone leaves when it is back: until then the page and the log alone say it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Max, QuerySet
from django.template.loader import render_to_string

from accounts.models import Role, User
from ground.clock import EASTERN

from . import outbox
from .delivery import LEASE
from .models import Notice
from .parts import DAY, FAILED, SitePart, lost_emails, unmatched, watched_parts

BAD, GOOD, LOST = "bad", "good", "lost"
REASONS = {BAD: "staff part not working", GOOD: "staff part works again", LOST: "staff emails lost"}
PREFIX = "part"
SETTLED = LEASE  # since it failed: by then the worker that sent it has written that down
REMEMBERED = timedelta(days=30)
Told = set[tuple[str, str, str]]  # of each email: the part, the day that it was bad, BAD or GOOD

logger = structlog.get_logger(__name__)


def look(bad_before: Iterable[str], *, now: datetime) -> frozenset[str]:
    """Return the keys of the parts that are bad, and owe emails about those that were bad at the look before, too.

    At most one a day and part, and one when a part that was told of is good again; at most one a day about lost emails.
    """
    _look_for_lost(now)
    told, today, bad = _told(now), now.astimezone(EASTERN).date(), set()
    for part in watched_parts(now):
        days = [day for key, day, which in told if (key, which) == (part.key, BAD)]
        if part.is_good:
            if days and (part.key, max(days), GOOD) not in told:
                _tell(part, GOOD, max(days), now)
            continue
        bad.add(part.key)
        logger.error("part_not_working", part=part.key, state=part.state, meaning=part.meaning)
        if part.key in bad_before and today.isoformat() not in days:
            _tell(part, BAD, today.isoformat(), now)
    return frozenset(bad)


def caretakers(*roles: Role) -> QuerySet[User]:
    """Return the people with one of these roles, by their addresses."""
    return User.objects.filter(is_active=True, staff_roles__role__in=roles).distinct().order_by("email")


def _told(now: datetime) -> Told:
    notices = Notice.objects.filter(key__startswith=f"{PREFIX}:", created_at__gt=now - REMEMBERED)
    parts = (key.split(":") for key in notices.values_list("key", flat=True))
    return {(part, day, which) for _, part, day, which, _ in parts}


def _tell(part: SitePart, which: str, day: str, now: datetime) -> None:
    """Owe the email about a part that is bad or good, to those who can have it started again."""
    restarters = caretakers(Role.DATA_STEWARD, Role.ADMINISTRATOR)
    _owe(restarters, f"part_{which}", {"part": part}, f"{part.key}:{day}:{which}", now)


def _look_for_lost(now: datetime) -> None:
    """Owe data stewards, who can send them again, an email about those that were lost since they were last told.

    The same email counts what came back and is about no email, such as a person's reply. None about
    a lost email of this module: of an address of staff that is wrong, it would speak each day.
    """
    told = Notice.objects.filter(key__startswith=f"{PREFIX}:{FAILED}:").aggregate(last=Max("created_at"))["last"]
    last, today = told or now - DAY, now.astimezone(EASTERN).date()
    if told and told.astimezone(EASTERN).date() == today:
        return
    since, until = last - SETTLED, now - SETTLED
    lost = lost_emails(since, until).exclude(reason__in=REASONS.values()).count()
    returned = unmatched(since, until).count()
    if lost or returned:
        logger.error("emails_lost", count=lost, unmatched=returned)
        counts = {"count": lost, "unmatched": returned}
        _owe(caretakers(Role.DATA_STEWARD), "emails_lost", counts, f"{FAILED}:{today}:{LOST}", now)


def _owe(people: Iterable[User], template: str, context: dict[str, Any], key: str, now: datetime) -> None:
    """Owe each person the email of templates/notices/mail/<template>.txt; its first line is the subject."""
    text = render_to_string(f"notices/mail/{template}.txt", context | {"SITE_URL": settings.SITE_URL})
    subject, _, body = text.strip().partition("\n")
    outbox.owe_all(
        {person.email: f"{PREFIX}:{key}:{person.pk}" for person in people},
        reason=REASONS[key.rpartition(":")[2]],
        subject=subject,
        body=body.strip() + "\n",
        now=now,
    )
