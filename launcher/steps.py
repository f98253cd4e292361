"""What the person at the keyboard sees: each step with the time it took, or a plain message that ends the verb."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

STARTED = time.monotonic()
PRINTING = threading.Lock()


class PlainError(Exception):
    """A plain message that says what is wrong and what to do; ends the verb with status 1."""


def say(text: str = "") -> None:
    """Print a line; a terminal that has gone away is no reason to fail."""
    with PRINTING, contextlib.suppress(OSError):
        print(text, flush=True)


def step(name: str, work: Callable[[], str]) -> None:
    """Do the work between two lines of progress; it returns what it did, in a word or two."""
    began = time.monotonic()
    say(f"[{began - STARTED:5.1f} s] {name} ...")
    did = work()
    ended = time.monotonic()
    say(f"[{ended - STARTED:5.1f} s] {name}: {did} ({ended - began:.1f} s)")


def fingerprint(parts: Iterable[str | Path]) -> str:
    """Return a hash of texts and of files' contents, to tell whether work must be done again."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def is_stamped(stamp: Path, mark: str) -> bool:
    """Say whether the work that left this stamp was done for the same mark."""
    return stamp.is_file() and stamp.read_text() == mark


def put_stamp(stamp: Path, mark: str) -> None:
    """Note that the work for this mark is done."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)


def last_lines(log: Path, count: int = 15) -> str:
    """Return the end of a log, indented, for a message."""
    if not log.is_file():
        return "  (no log was written)"
    lines = log.read_text(errors="replace").splitlines()[-count:]
    return "\n".join("  " + line for line in lines) or "  (the log is empty)"
