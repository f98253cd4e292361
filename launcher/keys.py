"""The names and keys of this checkout's own installation, in var/local.env; config/settings.py finds it by itself.

Above the line is what every start writes anew; below it what is written once and never changed. Of two equal names the
last wins, so what is set below by hand wins over what a start chose, and the environment over both.
"""

import base64
import os
import secrets
import subprocess
from collections.abc import Mapping

from .paths import LOCAL_ENV, PYTHON, ROOT
from .steps import PlainError

SEAL = "SEAL_KEY"
DIVIDER = "# --- Every start "  # how the line begins, also in files that were written when its end was another
LINE = f"{DIVIDER}rewrites the lines above. Lines below are kept and win: put your own settings there. ---"


def read() -> dict[str, str]:
    """Return the settings of var/local.env. The last of two equal names wins."""
    kept, started = parts()
    return {**named(started), **named(kept)}


def write_kept() -> str:
    """Add the keys that are missing; those that are there stay as they are."""
    kept, started = parts()
    missing = {name: value for name, value in fresh().items() if name not in named(kept)}
    if not missing:
        return "unchanged"
    save(kept + [f"{name}={value}" for name, value in missing.items()], started)
    return f"{len(missing)} written to var/{LOCAL_ENV.name}"


def write_seal() -> str:
    """Add the key and certificate of the demo's seal where they are missing: Django's packages make them."""
    kept, started = parts()
    if SEAL in named(kept):
        return "unchanged"
    making = subprocess.run([PYTHON, "manage.py", "seal_key"], cwd=ROOT, capture_output=True, text=True, check=False)
    if making.returncode:
        raise PlainError(f"manage.py seal_key could not make a key. Its output:\n{making.stderr}")
    save([*kept, f"{SEAL}={making.stdout.strip()}"], started)
    return f"written to var/{LOCAL_ENV.name}"


def write_started(values: Mapping[str, str]) -> None:
    """Write what this start has chosen: addresses and ports."""
    save(parts()[0], [f"{name}={value}" for name, value in values.items()])


def set_by_hand(name: str) -> str | None:
    """Return the value of a name in the environment or the kept part of var/local.env; None if neither has it."""
    return os.environ.get(name) or named(parts()[0]).get(name)


def fresh() -> dict[str, str]:
    """Return a demo installation's names, with new keys."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "TIN_ENCRYPTION_KEYS": f"1:{key()}",
        "TIN_INDEX_KEY": f"1:{key()}",
        "DEMO": "1",
        "DEMO_NOW": "2026-12-01T10:00:00-05:00",
        "STAFF_SECOND_FACTOR": "0",
    }


def key() -> str:
    """Return 32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def parts() -> tuple[list[str], list[str]]:
    """Return the lines that are kept and those a start wrote."""
    lines = LOCAL_ENV.read_text().splitlines() if LOCAL_ENV.is_file() else []
    at = next((place for place, line in enumerate(lines) if line.startswith(DIVIDER)), -1)
    return lines[at + 1 :], lines[: max(at, 0)]


def named(lines: list[str]) -> dict[str, str]:
    """Return the names these lines set."""
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#")]
    return {name.strip(): value.strip() for name, value in pairs}


def save(kept: list[str], started: list[str]) -> None:
    """Replace the file in one step, readable by its owner alone."""
    LOCAL_ENV.parent.mkdir(parents=True, exist_ok=True)
    new = LOCAL_ENV.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:  # noqa: PTH123
        out.write("\n".join([*started, LINE, *kept]) + "\n")
    new.replace(LOCAL_ENV)
