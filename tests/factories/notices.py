"""Notices that are owed."""

from typing import Any

import factory

from ground import clock
from notices.models import Notice
from notices.outbox import owe

from .typed import ModelFactory


class NoticeFactory(ModelFactory[Notice]):
    """A notice that is owed to Dana Rivera, another one each time."""

    class Meta:
        model = Notice

    key = factory.Sequence(lambda number: f"submitted:{number}")
    reason = "submitted"
    to = "dana@example.org"
    subject = "We received your election"
    body = "Your receipt code is AAAA-BBBB.\n"
    now = factory.LazyFunction(lambda: clock.now())

    @classmethod
    def _create(cls, model_class: type[Notice], *args: Any, **fields: Any) -> Notice:
        return owe(**fields)
