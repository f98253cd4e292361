"""Made-up values that are the same on every run: drawn from SHA-256 of whom they are about."""

import hashlib
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from statistics import NormalDist
from typing import TypeVar

Drawn = TypeVar("Drawn")


class Draw:
    """All that is drawn about one subject, an NPI or a practice id; each `what` is a draw of its own."""

    def __init__(self, subject: str) -> None:
        self._subject = subject

    def unit(self, what: str) -> float:
        """Return a number in the open interval from 0 to 1."""
        digest = hashlib.sha256(f"{self._subject}:{what}".encode()).digest()
        return (int.from_bytes(digest[:6]) + 0.5) / 2**48

    def happens(self, what: str, share: float) -> bool:
        """Say whether something happens that happens to this share of all subjects."""
        return self.unit(what) < share

    def between(self, what: str, low: float, high: float) -> float:
        """Return a number from low to high."""
        return low + (high - low) * self.unit(what)

    def weighted(self, what: str, values: Sequence[Drawn], weights: Iterable[int]) -> Drawn:
        """Return one of the values, by their weights."""
        running_totals = list(accumulate(weights))
        return values[bisect(running_totals, self.unit(what) * running_totals[-1])]

    def normal_in_fifth(self, what: str, fifth: int) -> float:
        """Return a standard normal deviate within one fifth of all, 1 the lowest to 5."""
        return NormalDist().inv_cdf((fifth - 1 + self.unit(what)) / 5)
