"""Emails to staff about parts that have not worked for some minutes, and about those that work again.

Each worker looks by itself, for a task that beat sends could not tell that beat is gone. An email that is owed because
the email worker is gone leaves when it is back: until then the page and the log alone say it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string

from accounts.models import Role, User
from ground.clock import EASTERN

from . import outbox
from .models import Notice
from .parts import SitePart, watched_parts

BAD, GOOD = "bad", "good"
REASONS = {BAD: "staff part not working", GOOD: "staff part works again"}
PREFIX = "part"
REMEMBERED = timedelta(days=30)
Told = set[tuple[str, str, str]]  # of each email: the part, the day that it was bad, BAD or GOOD

logger = structlog.get_logger(__name__)


def look(bad_before: Iterable[str], *, now: datetime) -> frozenset[str]:
    """Return the keys of the parts that are bad, and owe emails about those that were bad at the look before, too.

    At most one a day and part, and one when a part that was told of is good again.
    """
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


def caretakers() -> QuerySet[User]:
    """Return the people who can have a part started again: data stewards and administrators, by their addresses."""
    roles = (Role.DATA_STEWARD, Role.ADMINISTRATOR)
    return User.objects.filter(is_active=True, staff_roles__role__in=roles).distinct().order_by("email")


def _told(now: datetime) -> Told:
    notices = Notice.objects.filter(key__startswith=f"{PREFIX}:", created_at__gt=now - REMEMBERED)
    parts = (key.split(":") for key in notices.values_list("key", flat=True))
    return {(part, day, which) for _, part, day, which, _ in parts}


def _tell(part: SitePart, which: str, day: str, now: datetime) -> None:
    """Owe the email of templates/notices/mail/part_<which>.txt; its first line is the subject."""
    text = render_to_string(f"notices/mail/part_{which}.txt", {"part": part, "SITE_URL": settings.SITE_URL})
    subject, _, body = text.strip().partition("\n")
    outbox.owe_all(
        {person.email: f"{PREFIX}:{part.key}:{day}:{which}:{person.pk}" for person in caretakers()},
        reason=REASONS[which],
        subject=subject,
        body=body.strip() + "\n",
        now=now,
    )
