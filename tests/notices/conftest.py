"""A notice that is owed, and a mail server to take it."""

from collections.abc import Callable
from typing import Any

import pytest

from ground import clock
from notices.models import Notice
from notices.outbox import owe
from tests.smtp import mail_server
from tests.workers import broker, jobs

__all__ = ["broker", "jobs", "mail_server"]


@pytest.fixture
def owed(db: None) -> Callable[..., Notice]:
    """Owe a notice; name what should differ."""

    def make(key: str = "submitted:1", **fields: Any) -> Notice:
        message = {
            "reason": "submitted",
            "to": "dana@example.org",
            "subject": "We received your election",
            "body": "Your receipt code is AAAA-BBBB.\n",
            "now": clock.now(),
        }
        return owe(key=key, **{**message, **fields})

    return make
