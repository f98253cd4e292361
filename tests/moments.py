"""A moment to make something at, where the fixture `set_clock` does not reach: in what a module makes once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from ground import clock


@contextmanager
def at(moment: str) -> Iterator[None]:
    """Pin the clock to an ISO time with its offset."""
    pinned = datetime.fromisoformat(moment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: pinned)
        yield
