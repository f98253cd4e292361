"""The Python environment of this checkout: .venv, exactly as a lock says; the checks' lock holds all of the other."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from .commands import Args, command
from .paths import PYTHON, ROOT, VENV
from .steps import fingerprint, is_stamped, put_stamp
from .tools import uv, uv_environment

RUN_LOCK = ROOT / "requirements.lock"
CHECK_LOCK = ROOT / "requirements-dev.lock"
COMPILE = ["pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
COMPILE += ["--no-emit-index-url", "--no-header", "--quiet"]


def install(*, checks: bool) -> str:
    """Have .venv as locked, with what the checks need or at least with what runs the site.

    Bytecode is compiled: without it every process would compile everything again.
    """
    lock = CHECK_LOCK if checks else RUN_LOCK
    enough = [CHECK_LOCK] if checks else [RUN_LOCK, CHECK_LOCK]
    stamp = VENV / "stamp"
    if any(is_stamped(stamp, mark_of(each)) for each in enough) and works():
        return "unchanged"
    env = uv_environment()
    if not works():
        make: Args = [uv(), "venv", "--quiet", "--clear", "--python", sys.executable, VENV]
        command(make, log="venv", env=env, failed="uv could not make .venv.")
    sync: Args = [uv(), "pip", "sync", "--python", PYTHON, "--require-hashes", "--compile-bytecode", lock]
    command(sync, log="packages", env=env, failed="uv could not install the locked packages.")
    put_stamp(stamp, mark_of(lock))
    return "installed as locked"


def mark_of(lock: Path) -> str:
    """Return what .venv is stamped with when it is as this lock says, for this Python."""
    return fingerprint([lock, sys.version, sys.executable])


def works() -> bool:
    """Say whether .venv has a Python that starts and is the version of ours."""
    ask = "import sys; print(sys.version_info[:2])"
    try:
        answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == str(sys.version_info[:2])


def write_locks() -> str:
    """Write both locks from pyproject.toml; ARGS=--upgrade also takes newer versions than those locked now."""
    env = uv_environment()
    common: Args = [uv(), *COMPILE, *shlex.split(os.environ.get("ARGS", ""))]
    failed = "uv could not resolve pyproject.toml."
    dev: Args = ["--group", "dev", "pyproject.toml", "-o", "requirements-dev.lock"]
    command([*common, *dev], log="lock", env=env, failed=failed)
    run: Args = ["-c", "requirements-dev.lock", "pyproject.toml", "-o", "requirements.lock"]
    command([*common, *run], log="lock", env=env, failed=failed)
    return "written"
