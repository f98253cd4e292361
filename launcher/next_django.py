"""The next Django's leg of the proof: the suite once more, on its Python, in an environment with a lock of its own."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from . import packages
from .paths import ROOT, VAR
from .steps import PlainError

LOCK = ROOT / "requirements-next.lock"
VENV = VAR / "next"
DJANGO = "django>=6.1,<6.2"
PYTHONS = ("3.13", "3.12")  # both of which it takes
NOT_RUN = (
    f"The suite did not run on {DJANGO}: no Python {' or '.join(PYTHONS)} answered. "
    "Install one, or give its path: PYTHON_NEXT=/path/to/python3.13 make proof"
)


def interpreter() -> Path | None:
    """Return the Python that PYTHON_NEXT names, else the first that answers on PATH or among pyenv's; None: none does.

    Raises PlainError where the one that is named does not answer.
    """
    if named := os.environ.get("PYTHON_NEXT"):
        if not answers(Path(named)):
            raise PlainError(f"PYTHON_NEXT={named} does not start Python {' or '.join(PYTHONS)}.")
        return Path(named)
    return next(filter(answers, candidates()), None)


def candidates() -> Iterator[Path]:
    """Yield where an interpreter may be: there may be a file of that name that does not start."""
    for version in PYTHONS:
        for folder in os.get_exec_path():
            yield Path(folder, f"python{version}")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for version in PYTHONS:
        yield from sorted(pyenv.glob(f"{version}.*/bin/python"))


def answers(python: Path) -> bool:
    """Say whether a program answers `--version` with one of the versions wanted."""
    try:
        told = subprocess.run([python, "--version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = re.fullmatch(r"Python (\d+\.\d+)\.\S+", told.stdout.strip())
    return told.returncode == 0 and found is not None and found[1] in PYTHONS


def write_lock() -> str:
    """Write the lock of the environment: another Django and Python, all else as the checks' lock has it."""
    override = VAR / "override.txt"
    override.write_text(f"{DJANGO}\n")
    shutil.copyfile(packages.CHECK_LOCK, LOCK)  # uv keeps the versions that it finds there
    packages.compile_lock(PYTHONS[-1], "--group", "dev", "--override", override, "-o", LOCK, failed=f" with {DJANGO}")
    return "written"


def install(python: Path) -> str:
    """Have the environment as its lock says."""
    return packages.sync(VENV, LOCK, [LOCK], python)
