"""The Python environment of this checkout: .venv, exactly as a lock says; the checks' lock holds all of the other."""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .commands import Args, command
from .paths import ROOT, VENV
from .steps import fingerprint, is_stamped, put_stamp
from .tools import uv, uv_environment

RUN_LOCK = ROOT / "requirements.lock"
CHECK_LOCK = ROOT / "requirements-dev.lock"
COMPILE = ["pip", "compile", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"]


def install(*, checks: bool) -> str:
    """Have .venv as locked, with what the checks need or at least with what runs the site."""
    lock = CHECK_LOCK if checks else RUN_LOCK
    return sync(VENV, lock, [CHECK_LOCK] if checks else [RUN_LOCK, CHECK_LOCK], Path(sys.executable))


def sync(venv: Path, lock: Path, enough: Sequence[Path], python: Path) -> str:
    """Have an environment of this Python as a lock says, unless it is as one of those that are enough.

    Bytecode is compiled: without it every process would compile everything again.
    """
    stamp, name = venv / "stamp", venv.relative_to(ROOT)
    if any(is_stamped(stamp, mark_of(each, python)) for each in enough) and works(venv, python):
        return "unchanged"
    env = uv_environment()
    if not works(venv, python):
        make: Args = [uv(), "venv", "--quiet", "--clear", "--python", python, venv]
        command(make, log="venv", env=env, failed=f"uv could not make {name}.")
    own = venv / "bin" / "python"
    args: Args = [uv(), "pip", "sync", "--python", own, "--require-hashes", "--compile-bytecode", lock]
    command(args, log="packages", env=env, failed="uv could not install the locked packages.")
    put_stamp(stamp, mark_of(lock, python))
    return "installed as locked"


def mark_of(lock: Path, python: Path) -> str:
    """Return the stamp of an environment that matches this lock and this Python."""
    return fingerprint([lock, version_of(python), str(python)])


def works(venv: Path, python: Path) -> bool:
    """Say whether an environment has a Python that starts and is the version of this one."""
    return version_of(venv / "bin" / "python") == version_of(python) != ""


def version_of(python: Path) -> str:
    """Return an interpreter's version and build; empty where it does not start."""
    try:
        answer = subprocess.run([python, "-VV"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return answer.stdout.strip()


def write_locks() -> str:
    """Write all locks from pyproject.toml; ARGS=--upgrade also takes newer versions than those locked now."""
    more = shlex.split(os.environ.get("ARGS", ""))
    compile_lock("3.11", *more, "--group", "dev", "-o", CHECK_LOCK.name)
    compile_lock("3.11", *more, "-c", CHECK_LOCK.name, "-o", RUN_LOCK.name)
    return "written"


def compile_lock(python_version: str, *args: str | Path, failed: str = "") -> None:
    """Write one lock from pyproject.toml."""
    args = (uv(), *COMPILE, "--python-version", python_version, "pyproject.toml", *args)
    command(args, log="lock", env=uv_environment(), failed=f"uv could not resolve pyproject.toml{failed}.")
