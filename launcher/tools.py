"""uv, which installs everything else: from launcher/tools.lock into .tools."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from .commands import Args, command, has
from .paths import ROOT, TOOLS
from .steps import PlainError, fingerprint, is_stamped, put_stamp
from .system import python_without_pip

LOCK = ROOT / "launcher" / "tools.lock"
UV = TOOLS / "bin" / "uv"


def uv_environment() -> dict[str, str]:
    """Return the environment uv runs in: this machine's certificates and index, no Python of its own."""
    env = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}
    env.pop("VIRTUAL_ENV", None)
    if "PIP_INDEX_URL" in env:
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    return env


def uv() -> Path:
    """Return the uv to use: ours, or where Python could not install it the one on PATH."""
    return UV if UV.is_file() else Path(shutil.which("uv") or UV)


def install() -> str:
    """Have uv."""
    mark = fingerprint([LOCK])
    stamp = TOOLS / "stamp"
    if UV.is_file() and is_stamped(stamp, mark):
        return "unchanged"
    pip = pip_command()
    if pip is None:
        return "uv found on PATH"
    shutil.rmtree(TOOLS, ignore_errors=True)
    target: Args = ["install", "--quiet", "--no-input", "--target", TOOLS, "--require-hashes", "-r", LOCK]
    command([*pip, *target], log="tools", failed="pip could not install uv.")
    put_stamp(stamp, mark)
    return "installed"


def pip_command() -> Sequence[str | Path] | None:
    """Return the command that runs pip here; None if there is none but uv is on PATH."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if not importlib.util.find_spec("ensurepip"):
        if has("uv"):
            return None
        python_without_pip()
    boot = ROOT / "var" / "pip"
    failed = "Python could not make an environment with pip in it."
    command([sys.executable, "-m", "venv", "--clear", boot], log="pip", failed=failed)
    return [boot / "bin" / "python", "-m", "pip"]


def tool_run(package: str, *args: str) -> list[str | Path]:
    """Return the command that runs a tool from a package that is not installed here."""
    if not uv().is_file():
        raise PlainError("uv is missing: run `make setup`.")
    return [uv(), "tool", "run", "--python", sys.executable, "--from", package, *args]
