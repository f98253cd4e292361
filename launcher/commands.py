"""Commands that set-up runs to their end, their output in a log."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from .paths import LOGS, ROOT
from .steps import PlainError, last_lines

Args = list[str | Path]
RUNNING: set["subprocess.Popen[Any]"] = set()
LOCK = threading.Lock()


def command(args: Sequence[str | Path], *, log: str, failed: str, text: str = "", **options: Any) -> None:
    """Run the command with its output in var/log/<log>.log; where it fails, stop with `failed` and the log's end.

    `text` is what it reads; `options` are more of Popen's.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("wb") as out:
        try:
            status = to_its_end(args, out, text, **options)
        except OSError as error:
            raise PlainError(f"{failed}\n  {args[0]}: {error.strerror}") from error
    if status:
        raise PlainError(f"{failed} Its output (var/log/{path.name}):\n{last_lines(path)}")


def captured(args: Sequence[str | Path], *, env: Mapping[str, str]) -> tuple[int, str]:
    """Run the command; return its status and all that it said."""
    with tempfile.TemporaryFile() as out:
        status = to_its_end(args, out, env=env)
        out.seek(0)
        return status, out.read().decode(errors="replace")


def to_its_end(args: Sequence[str | Path], out: IO[bytes], text: str = "", **options: Any) -> int:
    """Run the command, so that stop_commands can end it, and return its status."""
    process: subprocess.Popen[Any] = subprocess.Popen(
        list(args), stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT, **({"cwd": ROOT} | options)
    )
    with LOCK:
        RUNNING.add(process)
    process.communicate(text.encode())
    with LOCK:
        RUNNING.discard(process)
    return process.returncode


@contextlib.contextmanager
def side_by_side(workers: int | None = None) -> Iterator[ThreadPoolExecutor]:
    """Give what does work side by side; an error of one part, or somebody who stops us, ends all of it."""
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_commands()
            raise


def stop_commands() -> None:
    """End what set-up is still running, when the person at the keyboard has had enough."""
    with LOCK:
        for process in RUNNING:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()


def is_root() -> bool:
    """Say whether we may install system packages and must not run PostgreSQL ourselves."""
    return os.geteuid() == 0


def has(name: str) -> bool:
    """Say whether this program is on PATH."""
    return shutil.which(name) is not None
