"""How far a load is, how fast it goes, and how long it still takes."""

import time
from collections.abc import Callable

from .files import Progress


def paced(show: Callable[[str, int, int], None]) -> Progress:
    """Return a load's progress that has it shown, file after file: in words, and as bytes read and bytes in all."""
    read, begun = "", 0.0

    def progress(name: str, rows: int, done: int, size: int) -> None:
        nonlocal read, begun
        if name != read:
            read, begun = name, time.monotonic()
        elapsed = time.monotonic() - begun
        left = elapsed * (size - done) / done if done else 0
        rate = rows / max(elapsed, 0.001)
        share = done / size if size else 1
        count = "1 row" if rows == 1 else f"{rows:,} rows"
        show(f"{name}: {share:4.0%}, {count}, {rate:,.0f} rows a second, {left:,.0f} s left", done, size)

    return progress
