"""A load on the command line: who runs it, how far it is, and what came of it in words."""

import getpass
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import DatabaseError

from ground import clock

from ..models import LoadRun
from .files import Progress
from .pace import paced
from .report import LoadRefused, where
from .runs import Loaded


def who() -> str:
    """Return the name of the person who began a load from a shell."""
    try:
        return f"{getpass.getuser()}, on the command line"
    except (KeyError, OSError):
        return "someone on the command line"


def progress_on(stream: OutputWrapper) -> Progress | None:
    """Return a function that shows progress, rate and time left on a terminal; None if no one watches."""
    if not stream.isatty():
        return None
    return paced(lambda words, done, size: stream.write(f"\r{words} ", ending="\n" if done >= size else ""))


def run_load(command: BaseCommand, load: Callable[..., Loaded]) -> None:
    """Run a load and say what came of it; what was refused goes to standard error, with exit status 1."""
    try:
        run, result = load(by=None, now=clock.now(), started_by=who(), progress=progress_on(command.stderr))
    except LoadRefused as refusal:
        for line in problems_in_words(refusal.run) if refusal.run else ():
            command.stderr.write(line)
        raise CommandError(str(refusal)) from None
    except DatabaseError as problem:
        kind = type(problem).__name__
        raise CommandError(f"The database stopped the load ({kind}). Nothing changed. Load the files again.") from None
    command.stdout.write(result_in_words(run, result))


def result_in_words(run: LoadRun, result: str) -> str:
    """Return the sentence that says what a load came to."""
    of = f"{run.get_kind_display()} for {run.performance_year}" if run.performance_year else run.get_kind_display()
    if result == "unchanged":
        return f"{of}: these files were already loaded (run {run.pk}, {run.status}). Nothing changed."
    if result == "activated":
        return f"{of}: these files were staged as run {run.pk}. It is active now."
    return f"{of}: run {run.pk} is {run.status}. {run.counted()}."


def problems_in_words(run: LoadRun) -> list[str]:
    """Return the first 1,000 problems a line each, and then the counts of all."""
    lines = [_with_place(entry) for entry in run.errors]
    if run.error_counts:
        lines += ["", f"All problems ({run.error_count:,}):"]
        lines += [f"{entry['count']:>9,}  {_with_place(entry)}" for entry in run.error_counts]
    return lines


def _with_place(entry: dict[str, Any]) -> str:
    return f"{where(entry)}: {entry['problem']}" if where(entry) else str(entry["problem"])
