"""System packages that Python packages cannot bring: Pango for the agreement's PDF, pip where Python has none."""

import ctypes.util
import os

from .commands import command, has, is_root
from .steps import PlainError, say

PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
PANGO_ELSEWHERE = {
    "apt-get": "sudo apt-get update && sudo apt-get install -y " + " ".join(PANGO),
    "dnf": "sudo dnf install -y pango",
    "apk": "sudo apk add pango",
    "pacman": "sudo pacman -S pango",
    "zypper": "sudo zypper install libpango-1_0-0",
    "brew": "brew install pango",
}


def apt_install(packages: list[str], *, why: str) -> None:
    """Install Debian packages; needs root and apt-get."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    failed = f"{why}: apt-get could not install {' '.join(packages)}."
    command(["apt-get", "update", "-q"], log="apt-update", env=env, failed=f"{why}: apt-get update failed.")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    command(install, log="apt-install", env=env, failed=failed)


def may_install() -> bool:
    """Say whether we are root on a system with apt."""
    return is_root() and has("apt-get")


def missing_pango() -> list[str]:
    """Return the libraries that WeasyPrint loads and this system does not have."""
    wanted = ["pango-1.0", "pangoft2-1.0", "harfbuzz-subset"]
    return [name for name in wanted if ctypes.util.find_library(name) is None]


def pango() -> str:
    """Have Pango, or say how to get it: everything but the agreement's PDF works without."""
    missing = missing_pango()
    if not missing:
        return "present"
    if may_install():
        apt_install(PANGO, why="Pango, which makes the agreement's PDF")
        return "installed"
    line = next((line for tool, line in PANGO_ELSEWHERE.items() if has(tool)), "install Pango, 1.44 or later")
    say(f"         Agreements cannot be made into PDFs because {', '.join(missing)} is missing. To fix that:")
    say(f"           {line}")
    return "missing, but everything else works"


def python_without_pip() -> None:
    """Get Debian's ensurepip where we may; otherwise say what to install."""
    if not may_install():
        raise PlainError(
            "This Python has neither pip nor ensurepip, and no uv is on PATH. Install one of them, for example:\n"
            "  sudo apt-get install python3-venv     (Debian, Ubuntu)\n"
            "  sudo dnf install python3-pip          (Fedora)"
        )
    apt_install(["python3-venv"], why="pip")
