"""How far a load is, how fast it goes, and how long it still takes."""

import time


class Pace:
    """The pace of one load, file after file."""

    def __init__(self) -> None:
        self._name = ""
        self._begun = 0.0

    def in_words(self, name: str, rows: int, done: int, size: int) -> str:
        """Return what to show after so many rows of a file, of whose bytes so many are read."""
        if name != self._name:
            self._name, self._begun = name, time.monotonic()
        elapsed = time.monotonic() - self._begun
        left = elapsed * (size - done) / done if done else 0
        rate = rows / max(elapsed, 0.001)
        return f"{name}: {done / size if size else 1:4.0%}, {rows:,} rows, {rate:,.0f} a second, {left:,.0f} s left"
