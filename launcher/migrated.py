"""The tests' database server: laid out with every migration applied once, and copied for each run."""

import fcntl
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from . import next_django, packages, postgres
from .commands import command
from .paths import PYTHON, ROOT, VAR
from .postgres import Cluster
from .postgres_programs import major
from .processes import Process, stop_all
from .steps import fingerprint, is_stamped, put_stamp

MODEL = "template1"  # what CREATE DATABASE copies


def kept(python: Path) -> Cluster:
    """Return the place of the one that is copied: each Python, with a Django of its own, applies the migrations."""
    return postgres.cluster("test-migrated" if python == PYTHON else "test-migrated-next", throw_away=True)


def lay_out(place: Cluster, environment: Callable[[str], Mapping[str, str]], python: Path = PYTHON) -> str:
    """Lay a cluster out in which each new database begins migrated; `environment` is that of a run at a URL.

    One run at a time: another would remove what is being copied.
    """
    source = kept(python)
    mark = mark_of(source)
    with (VAR / "test-migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_there = is_stamped(source.home / "stamp", mark)
        if not is_there:
            migrate(source, mark, environment, python)
        postgres.remove(place)  # of a run of this number that was killed
        failed = "The tests' database could not be copied."
        command(["cp", "-a", source.home, place.home], log="test-copy", failed=failed)
    return "copied" if is_there else "migrated and copied"


def mark_of(source: Cluster) -> str:
    """Return what tells one set of migrations, packages and PostgreSQL from another."""
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    names = [str(path.relative_to(ROOT)) for path in migrations]
    locks = [packages.CHECK_LOCK, next_django.LOCK]
    return fingerprint([str(major(source.programs)), *locks, *names, *migrations])


def migrate(source: Cluster, mark: str, environment: Callable[[str], Mapping[str, str]], python: Path) -> None:
    """Make it beside its place, and move it there when all is done."""
    new = replace(source, home=source.home.with_name(f"{source.home.name}-{os.getpid()}"))
    started: list[Process] = []
    try:
        postgres.lay_out(new)
        url = postgres.start(new, started).rpartition("/")[0] + f"/{MODEL}"
        failed = "The migrations failed."
        command([python, "manage.py", "migrate"], log="test-migrate", failed=failed, env=environment(url), cwd=ROOT)
    except BaseException:
        stop_all(started)
        postgres.remove(new)
        raise
    stop_all(started)
    put_stamp(new.home / "stamp", mark)
    postgres.remove(source)
    new.home.rename(source.home)
