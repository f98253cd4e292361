"""Executed agreements of 3, 50 and 200 parties, laid out and sealed as the worker does it, each in its own process.

Growing in line with the parties: what one party costs is less in a large agreement than in a small one, most of whose
time goes by before its first line is laid out.
"""

from collections.abc import Iterator
from functools import partial

from django.test import override_settings

from agreements.papers.documents import MEGABYTES, SECONDS
from agreements.papers.seal_keys import new_seal_key
from agreements.tasks import memory_limit
from agreements.text.document_text import Snapshot
from tests.factories.agreements import MADE_AT, SnapshotFactory, many, signed

from .measuring import Row, alone

SIZES = (3, 50, 200)
LIMIT = 0.8  # times the seconds a party of agreement_3 takes; measured: 0.3 to 0.5, for 50 and for 200
MOST_MB = 600


def measure() -> Iterator[Row]:
    """Time each by itself; the smallest, which the others are held against, three times over."""
    with override_settings(SEAL_KEY=new_seal_key()):
        taken = {size: _fastest(size, times=3 if size == SIZES[0] else 1) for size in SIZES}
    a_party = taken[SIZES[0]][0] / SIZES[0]
    for size, (seconds, peak_mb) in taken.items():
        if seconds > SECONDS:
            raise RuntimeError(f"{size} parties took {seconds:.0f} s: a worker may take {SECONDS}.")
        yield Row(
            f"agreement_{size}",
            "seconds per party against agreement_3's",
            seconds / size,
            a_party,
            size,
            peak_mb=peak_mb,
            limit=None if size == SIZES[0] else LIMIT,
            most_mb=MOST_MB,
        )


def _fastest(size: int, *, times: int) -> tuple[float, float]:
    snapshot = SnapshotFactory(parties=[signed(party) for party in many(size)])
    return min(alone(partial(_make, snapshot)) for _ in range(times))


def _make(snapshot: Snapshot) -> None:
    from agreements.papers import rendering, sealing  # here, as in the worker: what it loads is in its memory

    with memory_limit(MEGABYTES):
        sealing.seal(rendering.render(snapshot, made_at=MADE_AT), at=MADE_AT)
