"""Links that mails carry: a random token, whose row is found by a hash of it, and how many were sent of late."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models
from django.db.models import QuerySet

Link = TypeVar("Link", bound=models.Model)
DAY = timedelta(days=1)


def new_token() -> str:
    """Return a new token for a link or a visitor's cookie. No one can guess it."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return the hash that a link's row is found by. With only the hash, no one can make the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def of_last_day(links: QuerySet[Link], sent: str, now: datetime) -> QuerySet[Link]:
    """Return the links of the last 24 hours, by the field that says when they were sent: sending has a limit."""
    return links.filter(**{f"{sent}__gt": now - DAY})
