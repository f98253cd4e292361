"""What can be typed after `make`."""

import sys
from collections.abc import Callable

from . import checks, commands, next_django, packages, processes, running, setting_up, tools
from .steps import PlainError, say, step


def lock() -> int:
    """Rewrite the lock files from pyproject.toml (ARGS=--upgrade for newer versions)"""
    step("uv", tools.install)
    step("Locks", packages.write_locks)
    step("Lock of the next Django", next_django.write_lock)
    return 0


def setup() -> int:
    """Install everything the other commands need, and start nothing"""
    setting_up.everything()
    return 0


def show_help() -> int:
    """Show this list"""
    width = max(map(len, VERBS))
    for name, verb in VERBS.items():
        say(f"  make {name:<{width}}  {verb.__doc__}")
    say("\n  To use another date, put REAL_DATE=2027-02-01 before `make run` or `make test`.")
    return 0


VERBS: dict[str, Callable[[], int]] = {
    "setup": setup,
    "run": running.run,
    "test": checks.test,
    "proof": checks.proof,
    "lint": checks.lint,
    "bench": checks.bench,
    "mutants": checks.mutants,
    "lock": lock,
    "help": show_help,
}


def main(args: list[str]) -> int:
    """Do one verb; return its exit status."""
    verb = VERBS.get(args[0] if len(args) == 1 else "help")
    if verb is None:
        say(f"There is no command “{args[0]}”.")
        show_help()
        return 2
    processes.watch_signals()
    try:
        return verb()
    except PlainError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    except PermissionError as error:
        print(f"\n{error.filename} belongs to another user. Run as that user, or remove it.", file=sys.stderr)
        return 1
    except processes.Interrupted:
        commands.stop_commands()
        return 130
