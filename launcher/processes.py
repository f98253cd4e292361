"""Processes that go on: each in its own process group with its own log, stopped in order, none left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from .paths import LOGS, ROOT
from .steps import PlainError, last_lines, say

SECONDS_TO_STOP = 10
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class Interrupted(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or a terminal that went away."""


@dataclass
class Process:
    """One running program; `stop_signal` is what asks it to finish in order."""

    name: str
    popen: "subprocess.Popen[Any]"
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    def end(self) -> None:
        """Ask its leader to stop, wait ten seconds, then kill what is left of its group."""
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(self.stop_signal)
        try:
            self.popen.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop within {SECONDS_TO_STOP} s, so it is killed.")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


def start(
    name: str,
    args: Sequence[str | Path],
    *,
    stop_signal: signal.Signals = signal.SIGTERM,
    show: bool = False,
    **options: Any,
) -> Process:
    """Start a program that goes on, its output in var/log/<name>.log or shown; call this from the main thread alone.

    `options` are more of Popen's. The kernel stops the program with the thread that started it, so that even a killed
    launcher leaves nothing behind.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("wb") as out:
        options = {"cwd": ROOT} | options | ({} if show else {"stdout": out, "stderr": subprocess.STDOUT})
        options |= {"stdin": subprocess.DEVNULL, "start_new_session": True}
        popen: subprocess.Popen[Any] = subprocess.Popen(list(args), preexec_fn=die_with_parent(stop_signal), **options)
    return Process(name, popen, log, stop_signal)


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Return a function that asks Linux to signal a child when we die; None elsewhere."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(stop_signal))


def stop_all(processes: list[Process]) -> None:
    """Stop all, asked at once; the first, which is the database the others use, is asked last."""
    for process in reversed(processes[1:]):
        with contextlib.suppress(ProcessLookupError):
            process.popen.send_signal(process.stop_signal)
    for process in reversed(processes):
        process.end()
    processes.clear()


def check(processes: Sequence[Process]) -> None:
    """Raise PlainError where one of them has ended by itself."""
    for process in processes:
        status = process.popen.poll()
        if status is not None:
            raise PlainError(
                f"{process.name} ended unexpectedly (status {status}), so everything is stopped. "
                f"Its last lines (var/log/{process.log.name}):\n{last_lines(process.log)}"
            )


def wait_for(what: str, ready: Callable[[], bool], processes: Sequence[Process], *, seconds: float) -> None:
    """Wait until `ready`, watching the processes; raise PlainError after so many seconds."""
    until = time.monotonic() + seconds
    while not ready():
        check(processes)
        if time.monotonic() > until:
            logs = "\n".join(f"{each.name}:\n{last_lines(each.log, 8)}" for each in processes)
            raise PlainError(f"{what} did not answer within {seconds:.0f} s. The logs' last lines:\n{logs}")
        time.sleep(0.05)


def interrupt(number: int, frame: FrameType | None) -> None:
    """Turn the first signal into an exception; while things stop, further ones change nothing."""
    ignore_signals()
    raise Interrupted(signal.Signals(number).name)


def watch_signals() -> None:
    """Have Ctrl-C, SIGTERM and SIGHUP raise Interrupted, also where our parent had them ignored."""
    for number in STOPPING:
        signal.signal(number, interrupt)


def run_shown(name: str, args: Sequence[str | Path], started: list[Process], **options: Any) -> int:
    """Run a program to its end with its output as it is, and return its status."""
    started.append(start(name, args, show=True, **options))
    return started[-1].popen.wait()


def ignore_signals() -> None:
    """Let stopping run to its end."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
