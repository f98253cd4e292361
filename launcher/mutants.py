"""`make mutants`: small errors put into the law, to judge its tests by."""

import os
import shlex
import shutil

from . import packages, tools
from .paths import PYTHON, ROOT, VAR
from .processes import Process, ignore_signals, start, stop_all
from .steps import step

NEEDED = ("accounts", "eligibility", "tests")


def mutants() -> int:
    """Put small errors into a copy of the law, one by one, and show which its tests miss (ARGS="--only facts")"""
    step("uv", tools.install)
    step("Python packages", lambda: packages.install(checks=True))
    copy = VAR / f"mutants-{os.getpid()}"
    started: list[Process] = []
    try:
        for name in NEEDED:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        more = shlex.split(os.environ.get("ARGS", ""))
        judging = start("mutants", [PYTHON, "-m", "tests.mutants", *more], cwd=copy, show=True)
        started.append(judging)
        return judging.popen.wait()
    finally:
        ignore_signals()
        stop_all(started)
        shutil.rmtree(copy, ignore_errors=True)
