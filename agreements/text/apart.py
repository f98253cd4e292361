"""Looking at a file from outside in a program of its own, which knows nothing of the project and may be killed.

A hostile file ends that program alone: it has limits of memory and computing, no environment and no secrets.
"""

import subprocess
import sys
import threading
from pathlib import Path

SECONDS = 40  # that one file may take
AT_ONCE = threading.BoundedSemaphore(2)  # files that one process has looked at


class Busy(Exception):
    """Too many files are looked at right now."""


class NoAnswer(Exception):
    """The program ended without an answer: the file has more in it than can be looked at."""


def run_apart(program: str, content: bytes) -> bytes:
    """Return what a program, by its path, says of a file that it reads as its input. Raises Busy or NoAnswer."""
    command = [sys.executable, "-I", str(Path(program))]
    if not AT_ONCE.acquire(timeout=SECONDS):
        raise Busy
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, env={}, check=True)  # noqa: S603
    except subprocess.SubprocessError:
        raise NoAnswer from None
    finally:
        AT_ONCE.release()
    return done.stdout
