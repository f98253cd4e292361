"""Where things are in this checkout."""

import hashlib
import os
from pathlib import Path

NAME = "virtual-group-elections"
ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCAL_ENV = Path(os.environ.get("LOCAL_ENV", VAR / "local.env"))


def outside() -> Path:
    """Return this checkout's folder outside itself, for what the database's own user must reach."""
    return Path("/var/tmp") / f"{NAME}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"  # noqa: S108
