"""Work that is done at the same time, as by processes of their own: each thread has its own connection."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import connection

Done = TypeVar("Done")


def beside(work: Callable[[], Done]) -> "Future[Done]":
    """Begin this in a thread; its `result()` is what it returns."""

    def run() -> Done:
        try:
            return work()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    begun = pool.submit(run)
    pool.shutdown(wait=False)
    return begun


def at_once(*works: Callable[[], Done]) -> list[Done]:
    """Begin all of these at one moment; return what they returned."""
    ready = threading.Barrier(len(works))

    def released(work: Callable[[], Done]) -> Done:
        ready.wait(30)
        return work()

    begun = [beside(partial(released, work)) for work in works]
    return [each.result(60) for each in begun]
