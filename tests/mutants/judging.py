"""One mutant, one forked process: the law with its error is imported there, and the tests of the law run."""

import importlib
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from enum import StrEnum
from multiprocessing import connection, get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest
from stdnum import luhn as luhn  # here, and not again in every process

from .errors import Mutant

BROKEN_STATUS = 100
TESTS = [path for path in Path("tests/law").glob("test_*.py") if path.name != "test_command.py"]  # starts processes
OPTIONS = ["-x", "-q", "-c", os.devnull, "--rootdir", ".", "--noconftest", "-p", "no:cacheprovider"]
FORK = get_context("fork")

hypothesis.settings.register_profile(
    "mutants",
    max_examples=30,
    deadline=None,
    derandomize=True,  # or the score would be another each time
    database=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "found"
    OUT_OF_TIME = "out of time"
    SURVIVED = "missed"
    BROKEN = "cannot be imported"


def unharmed() -> dict[Path, float]:
    """Run the tests on the law as it is and return the seconds each file takes, least first; stop where one fails."""
    taken = {}
    for path in TESTS:
        begun = time.monotonic()
        child = FORK.Process(target=run_tests, args=([path],))
        child.start()
        child.join()
        if child.exitcode:
            sys.exit(f"{path} fails without any error put into the law: run make test.")
        taken[path] = time.monotonic() - begun
    return dict(sorted(taken.items(), key=lambda item: item[1]))


def judge(
    mutants: Iterator[Mutant], tests: Sequence[Path], *, processes: int, most_seconds: int
) -> dict[Mutant, Verdict]:
    """Return what becomes of each under these tests in turn, with so many processes side by side."""
    running: dict[int, tuple[ForkProcess, Mutant]] = {}
    verdicts: dict[Mutant, Verdict] = {}
    while True:
        while len(running) < processes and (mutant := next(mutants, None)):
            child = FORK.Process(target=run_tests, args=(tests, mutant, most_seconds))
            child.start()
            running[child.sentinel] = child, mutant
        if not running:
            return verdicts
        for sentinel in connection.wait(list(running)):
            assert isinstance(sentinel, int)
            child, mutant = running.pop(sentinel)
            child.join()
            verdicts[mutant] = verdict_of(child.exitcode)


def verdict_of(status: int | None) -> Verdict:
    named = {0: Verdict.SURVIVED, BROKEN_STATUS: Verdict.BROKEN, -signal.SIGALRM: Verdict.OUT_OF_TIME}
    return named.get(status or 0, Verdict.KILLED)


def run_tests(tests: Sequence[Path], mutant: Mutant | None = None, most_seconds: int = 0) -> None:
    """End this process with the first status of pytest's that is not 0; with another if the law cannot be imported."""
    signal.alarm(most_seconds)  # ends it, whatever it does
    silent = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silent, descriptor)
    sys.dont_write_bytecode = mutant is not None  # the tests' bytecode is written once, by those on the law as it is
    if mutant:
        try:
            put_in(mutant)
        except Exception:
            os._exit(BROKEN_STATUS)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.load_profile("mutants")
    os._exit(next(filter(None, (pytest.main([*OPTIONS, str(path)]) for path in tests)), 0))


def put_in(mutant: Mutant) -> None:
    """Import the law with the error in it."""
    name = f"eligibility.{mutant.module}"
    spec = importlib.util.spec_from_file_location(name, mutant.path)
    assert spec
    module = ModuleType(name)
    module.__spec__, module.__file__, module.__package__ = spec, str(mutant.path), "eligibility"
    sys.modules[name] = module
    exec(compile(mutant.source, mutant.path, "exec"), module.__dict__)
    setattr(importlib.import_module("eligibility"), mutant.module, module)
    for whole in ("proposals", "judged", "rules"):
        importlib.import_module(f"eligibility.{whole}")
