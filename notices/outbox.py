"""Owing somebody a message: a row in the caller's own transaction."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import User

from .enclosures import PATIENCE, Enclosure
from .endings import with_end
from .models import BEYOND_ONE_ADDRESS, Notice
from .nudge import nudge
from .subjects import cut

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address, and the key that says what is owed."""

    key: str
    to: str
    subject: str
    body: str
    reply_to: str = ""


def owe(
    *,
    key: str,
    reason: str,
    to: str,
    subject: str,
    body: str,
    now: datetime,
    user: User | None = None,
    reply_to: str = "",
) -> Notice:
    """Owe a message from now on, and nudge its delivery on commit.

    `body` is plain text; it gets the end that every mail has, unless it has it, and the subject is cut to 60
    characters. A key that is owed already returns the notice it has, unchanged. The address is judged when it is sent:
    a bad one fails the notice, never the caller. A bad `reply_to` is left out.
    """
    [notice_id] = owe_all({to: key}, reason=reason, subject=subject, body=body, now=now, user=user, reply_to=reply_to)
    return Notice.objects.defer("body").get(pk=notice_id)


def owe_all(
    keys: Mapping[str, str],
    *,
    reason: str,
    subject: str,
    body: str,
    now: datetime,
    user: User | None = None,
    reply_to: str = "",
    enclosure: Enclosure | None = None,
) -> list[int]:
    """Owe one message to several addresses, each with its key, as `owe` does; return the notices' ids, in one query.

    With an `enclosure` it is due 10 seconds from now, or as soon as the PDF is ready.
    """
    letters = [Letter(key, to, subject, body, reply_to) for to, key in keys.items()]
    return owe_each(letters, reason=reason, now=now, user=user, enclosure=enclosure)


def owe_each(
    letters: Iterable[Letter],
    *,
    reason: str,
    now: datetime,
    user: User | None = None,
    enclosure: Enclosure | None = None,
) -> list[int]:
    """Owe messages that differ from person to person, as `owe` does; return the notices' ids, in one query."""
    wait = PATIENCE if enclosure else timedelta(0)
    common: dict[str, Any] = {"reason": reason, "user": user, "created_at": now, "next_attempt_at": now + wait}
    if enclosure:
        common |= {"enclosure_context": enclosure.context, "enclosure_name": enclosure.name}
    owed = [
        Notice(
            key=_short(letter.key),
            to=_one_line(letter.to),
            reply_to=one_address(letter.reply_to),
            subject=cut(letter.subject),
            body=with_end(letter.body, reply_to=one_address(letter.reply_to)),
            message_id=f"<{uuid4()}@{_sender_domain()}>",
            **common,
        )
        for letter in letters
    ]
    # A key that is there gets itself once more: its id comes back, and all else of it stays.
    Notice.objects.bulk_create(owed, update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    for notice in owed:
        nudge("notices.deliver", notice.pk, after=wait.total_seconds())
    return [notice.pk for notice in owed]


def one_address(typed: str) -> str:
    """Return an email address as replies can go to it; empty for what is none."""
    try:
        validate_email(typed)
    except ValidationError:
        return ""
    return "" if re.search(BEYOND_ONE_ADDRESS, typed) else typed  # within quotation marks, it could be there


def _short(key: str) -> str:
    """Return a key that fits, begun as it is: an address may be longer than that alone."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return key if len(key) <= LONGEST_KEY else key[: LONGEST_KEY - len(digest)] + digest


def _one_line(text: str) -> str:
    """Return the text without line breaks: a name in a subject must not begin a header of its own."""
    return " ".join(text.split())


def _sender_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
