"""Workers and beat say that they are alive, in their main processes: these hand work out, and are never busy with it.

A main process uses the database for a moment and leaves no connection open, which a child forked later would share.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from celery.beat import Scheduler
from celery.bootsteps import StartStopStep
from django.db import Error, connection

from ground import clock
from notices import heartbeats, watch

BETWEEN_LOOKS = 150.0  # seconds; what is bad at two looks, one after the other, is told

logger = structlog.get_logger(__name__)
_at_work = threading.Lock()
# With a broker of files the timer has a thread of its own, and nothing is forked while that one is connected.
os.register_at_fork(before=_at_work.acquire, after_in_parent=_at_work.release, after_in_child=_at_work.release)


@contextmanager
def connected_for_a_moment() -> Iterator[None]:
    """Use the database, and let go of it. What it cannot do is logged, and the process lives on."""
    with _at_work:
        try:
            yield
        except Error as error:
            logger.warning("database_unreachable", error=type(error).__name__)
        finally:
            connection.close()


def beat_for(names: Iterable[str]) -> None:
    """Write a heartbeat under each of the names."""
    with connected_for_a_moment():
        heartbeats.write(names, now=clock.now())


class HeartbeatStep(StartStopStep):  # type: ignore[misc]  # Celery has no types
    """Has a worker write a heartbeat for each of its queues, and look after the other parts.

    Its timer is that of the loop which takes tasks from the broker. It begins after the pool, whose children are
    forked by then.
    """

    requires = {"celery.worker.components:Timer", "celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._bad: frozenset[str] = frozenset()

    def start(self, worker: Any) -> None:
        """Write the first heartbeat as soon as the loop turns."""
        queues = list(worker.app.amqp.queues.consume_from)
        worker.timer.call_after(0, beat_for, (queues,))
        worker.timer.call_repeatedly(heartbeats.SECONDS, beat_for, (queues,))
        worker.timer.call_repeatedly(BETWEEN_LOOKS, self._look)

    def _look(self) -> None:
        with connected_for_a_moment():
            self._bad = watch.look(self._bad, now=clock.now())


class HeartbeatScheduler(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Beat's scheduler that keeps nothing in a file, as all is due again soon. It writes heartbeats while it ticks."""

    _written = -heartbeats.SECONDS

    def tick(self, *args: Any, **options: Any) -> Any:
        """Send what is due, and return the seconds until it wants to be asked again."""
        if time.monotonic() - self._written >= heartbeats.SECONDS:
            self._written = time.monotonic()
            beat_for([heartbeats.BEAT])
        return super().tick(*args, **options)
