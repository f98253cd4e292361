"""Wake a worker once the transaction is committed. A nudge may be lost: what is owed is a row, and beat sweeps."""

import time
from collections import deque
from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.pools import producers

# How long a request waits for a broker that is gone: it tries once. Workers, which have time, try on and on.
IMPATIENT = {"max_retries": 0, "interval_start": 0, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}
QUIET_SECONDS = 5.0  # after a broker did not answer, nobody waits for it again so soon
BURST = 10  # nudges a second: of more, as in the minute in which everybody submits, the sweeps take care

logger = structlog.get_logger(__name__)
_quiet_until = 0.0
_sent: deque[float] = deque(maxlen=BURST)


def nudge(task_name: str, *args: int | str, by_sweep: bool = False, after: float = 0) -> None:
    """Start a task by name when the transaction commits, or seconds `after` it. `args` are ids, never data.

    Never raises. Drops nudges over BURST a second, but never those of a sweep (`by_sweep=True`): no later sweep would
    send them.
    """
    transaction.on_commit(partial(_send, task_name, args, by_sweep, after))


def _send(task_name: str, args: tuple[int | str, ...], by_sweep: bool, after: float) -> None:
    """Hand the task to the broker, unless it did not answer a moment ago or many were handed to it in this second."""
    global _quiet_until
    now = time.monotonic()
    if now < _quiet_until or (len(_sent) == BURST and now - _sent[0] < 1.0 and not by_sweep):
        return
    _sent.append(now)
    try:
        broker = current_app.connection_for_write(transport_options=IMPATIENT)
        with producers[broker].acquire(block=True, timeout=0.5) as producer:
            how = {"producer": producer, "retry": False, "ignore_result": True, "countdown": after or None}
            current_app.send_task(task_name, args=args, **how)
    except Exception as error:  # each broker fails in its own way, and none may fail the request
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("broker_unreachable", task=task_name, error=type(error).__name__)
