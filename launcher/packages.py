"""The Python environment of this checkout: .venv, exactly as requirements-dev.lock says."""

import os
import shlex
import subprocess
import sys

from .commands import Args, command
from .paths import PYTHON, ROOT, VENV
from .steps import fingerprint, is_stamped, put_stamp
from .tools import uv, uv_environment

LOCK = ROOT / "requirements-dev.lock"
COMPILE = ["pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
COMPILE += ["--no-emit-index-url", "--no-header", "--quiet"]


def install() -> str:
    """Have .venv as locked, with compiled bytecode: without it every process would compile everything again."""
    mark = fingerprint([LOCK, sys.version, sys.executable])
    stamp = VENV / "stamp"
    if is_stamped(stamp, mark) and works():
        return "unchanged"
    env = uv_environment()
    if not works():
        make: Args = [uv(), "venv", "--quiet", "--clear", "--python", sys.executable, VENV]
        command(make, log="venv", env=env, failed="uv could not make .venv.")
    sync: Args = [uv(), "pip", "sync", "--python", PYTHON, "--require-hashes", "--compile-bytecode", LOCK]
    command(sync, log="packages", env=env, failed="uv could not install the locked packages.")
    put_stamp(stamp, mark)
    return "installed as locked"


def works() -> bool:
    """Say whether .venv has a Python that starts and is the version of ours."""
    ask = "import sys; print(sys.version_info[:2])"
    try:
        answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == str(sys.version_info[:2])


def lock() -> str:
    """Write both locks from pyproject.toml; ARGS=--upgrade also takes newer versions than those locked now."""
    env = uv_environment()
    common: Args = [uv(), *COMPILE, *shlex.split(os.environ.get("ARGS", ""))]
    failed = "uv could not resolve pyproject.toml."
    dev: Args = ["--group", "dev", "pyproject.toml", "-o", "requirements-dev.lock"]
    command([*common, *dev], log="lock", env=env, failed=failed)
    run: Args = ["-c", "requirements-dev.lock", "pyproject.toml", "-o", "requirements.lock"]
    command([*common, *run], log="lock", env=env, failed=failed)
    return "written"
