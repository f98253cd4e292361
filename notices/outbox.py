"""Owing somebody a message: a row in the caller's own transaction."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from uuid import uuid4

from django.conf import settings

from accounts.models import User

from .models import Notice
from .nudge import nudge

LONGEST_KEY = 200


def owe(*, key: str, reason: str, to: str, subject: str, body: str, now: datetime, user: User | None = None) -> Notice:
    """Owe a plain-text message from now on, and nudge its delivery on commit.

    A key that is owed already returns the notice it has, unchanged. The address is judged when it is sent: a bad one
    fails the notice, never the caller.
    """
    [notice_id] = owe_all({to: key}, reason=reason, subject=subject, body=body, now=now, user=user)
    return Notice.objects.defer("body").get(pk=notice_id)


def owe_all(
    keys: Mapping[str, str], *, reason: str, subject: str, body: str, now: datetime, user: User | None = None
) -> list[int]:
    """Owe one message to several addresses, each with its key, as `owe` does; return the notices' ids, in one query."""
    owed = [
        Notice(
            key=_short(key),
            reason=reason,
            user=user,
            to=_one_line(to),
            subject=_one_line(subject),
            body=body,
            message_id=f"<{uuid4()}@{_sender_domain()}>",
            created_at=now,
            next_attempt_at=now,
        )
        for to, key in keys.items()
    ]
    # A key that is there gets itself once more: its id comes back, and all else of it stays.
    Notice.objects.bulk_create(owed, update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    for notice in owed:
        nudge("notices.deliver", notice.pk)
    return [notice.pk for notice in owed]


def _short(key: str) -> str:
    """Return a key that fits: an address may be longer than that alone."""
    return hashlib.sha256(key.encode()).hexdigest() if len(key) > LONGEST_KEY else key


def _one_line(text: str) -> str:
    """Return the text without line breaks: a name in a subject must not begin a header of its own."""
    return " ".join(text.split())


def _sender_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
