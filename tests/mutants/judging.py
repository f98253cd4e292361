"""One mutant, one forked process: the law with its error is imported there, and the tests of the law run."""

import importlib
import importlib.util
import os
import signal
import sys
import time
from collections import Counter
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

LAW = "eligibility.law"
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


class Court:
    """Judges mutants, so many side by side. Files of tests that found most errors a second so far run first."""

    def __init__(self, processes: int) -> None:
        """Run the tests on the law as it is, to see how long each file takes; stop where one fails."""
        self.processes = processes
        self.found_by: Counter[Path] = Counter()
        self.seconds: dict[Path, float] = {}
        for path in TESTS:
            begun = time.monotonic()
            child = FORK.Process(target=run_tests, args=([path],))
            child.start()
            child.join()
            if child.exitcode:
                sys.exit(f"{path} fails without any error put into the law: run make test.")
            self.seconds[path] = time.monotonic() - begun

    @property
    def all_seconds(self) -> float:
        return sum(self.seconds.values())

    def in_order(self) -> list[Path]:
        return sorted(TESTS, key=lambda path: (1 + self.found_by[path]) / self.seconds[path], reverse=True)

    def judge(self, mutants: Iterator[Mutant]) -> dict[Mutant, Verdict]:
        """Return what becomes of each."""
        most = round(10 + 4 * self.all_seconds)
        running: dict[int, tuple[ForkProcess, Mutant]] = {}
        verdicts: dict[Mutant, Verdict] = {}
        while True:
            while len(running) < self.processes and (mutant := next(mutants, None)):
                child = FORK.Process(target=run_tests, args=(self.in_order(), mutant, most))
                child.start()
                running[child.sentinel] = child, mutant
            if not running:
                return verdicts
            for sentinel in connection.wait(list(running)):
                assert isinstance(sentinel, int)
                child, mutant = running.pop(sentinel)
                child.join()
                verdicts[mutant] = self.verdict_of(child.exitcode or 0)

    def verdict_of(self, status: int) -> Verdict:
        if 0 < status <= len(TESTS):
            self.found_by[TESTS[status - 1]] += 1
        named = {0: Verdict.SURVIVED, BROKEN_STATUS: Verdict.BROKEN, -signal.SIGALRM: Verdict.OUT_OF_TIME}
        return named.get(status, Verdict.KILLED)


def run_tests(tests: Sequence[Path], mutant: Mutant | None = None, most_seconds: int = 0) -> None:
    """End this process with the place among TESTS, from 1, of the first file that fails; 0 where none does."""
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
    for path in tests:
        if pytest.main([*OPTIONS, str(path)]):
            os._exit(1 + TESTS.index(path))
    os._exit(0)


def put_in(mutant: Mutant) -> None:
    """Import the law with the error in it."""
    name = f"{LAW}.{mutant.module}"
    spec = importlib.util.spec_from_file_location(name, mutant.path)
    assert spec
    module = ModuleType(name)
    module.__spec__, module.__file__, module.__package__ = spec, str(mutant.path), LAW
    sys.modules[name] = module
    exec(compile(mutant.source, mutant.path, "exec"), module.__dict__)
    setattr(importlib.import_module(LAW), mutant.module, module)
    for whole in ("proposals", "fact_labels", "rules"):
        importlib.import_module(f"{LAW}.{whole}")
