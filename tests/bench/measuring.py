"""How a benchmark is measured: seconds by the monotonic clock, peak memory in a process of its own."""

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections


@dataclass(frozen=True, slots=True)
class Row:
    """One line of var/bench.json.

    `seconds` and `baseline_seconds` are of another unit where `unit` says so; without a baseline there is no ratio.
    `limit` is what the ratio may be at most, `most_mb` the peak memory, `most_seconds` the time itself; None where it
    is for comparison alone.
    """

    name: str
    against: str
    seconds: float
    baseline_seconds: float | None
    rows: int
    peak_mb: float | None = None
    limit: float | None = None
    most_mb: float | None = None
    most_seconds: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.baseline_seconds if self.baseline_seconds else None

    @property
    def is_within(self) -> bool:
        measured = ((self.ratio, self.limit), (self.peak_mb, self.most_mb), (self.seconds, self.most_seconds))
        return all(most is None or (value is not None and value <= most) for value, most in measured)


def seconds(act: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def median_seconds(*acts: Callable[[], object], times: int = 75) -> list[float]:
    """Return the median of each act's calls, by turns so that a slow moment hits all; first comes one not counted."""
    for act in acts:
        act()
    rounds = [[seconds(act) for act in acts] for _ in range(times)]
    return [statistics.median(of_one) for of_one in zip(*rounds, strict=True)]


def alone(act: Callable[[], object]) -> tuple[float, float]:
    """Return seconds and peak MB of one call in a forked process with connections of its own; raise if it failed."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def child() -> None:
        taken = seconds(act)
        connections.close_all()
        sender.send((taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))

    process = context.Process(target=child)
    process.start()
    process.join()
    if not receiver.poll():
        raise RuntimeError("The measured process failed; its error is above.")
    taken, peak = receiver.recv()
    return float(taken), float(peak)
