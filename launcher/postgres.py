"""An embedded PostgreSQL server: laid out once, started on a free port of this machine alone, stopped last.

Why so: docs/decisions/0003-embedded-postgres.md.
"""

import locale
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import processes
from .commands import command, is_root
from .paths import VAR
from .postgres_programs import as_account, copy_programs, find_programs, major, other_account, own_outside, reaches
from .steps import PlainError, say

ROLE = DATABASE = "elections"
# Neither statements nor the values in them go to the server's own log: people's identifiers stand in them. An error's
# own sentence quotes values too ("invalid input syntax"): errors of statements are logged by the site, which cuts them.
SETTINGS = ["log_min_error_statement=panic", "log_error_verbosity=terse", "log_min_messages=log"]
SETTINGS += ["log_statement=none", "max_connections=200"]
SETTINGS += ["listen_addresses=127.0.0.1", "unix_socket_directories="]
UNSAFE_AND_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


@dataclass(frozen=True)
class Cluster:
    """One server's place: its programs, its folder, and the account it runs as (None: our own)."""

    programs: Path
    home: Path
    account: pwd.struct_passwd | None
    throw_away: bool = False

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def options(self) -> dict[str, Any]:
        """How its programs are started."""
        return {"cwd": self.home, **(as_account(self.account) if self.account else {})}


def cluster(name: str = "postgres", *, throw_away: bool = False) -> Cluster:
    """Return this checkout's cluster of that name: in var, or outside where the server's account cannot reach var."""
    account = other_account() if is_root() else None
    programs = find_programs()
    VAR.mkdir(exist_ok=True)
    home = VAR / name
    if account and not reaches(account, VAR):
        home = own_outside() / name
    if account and not reaches(account, programs / "postgres"):
        programs = copy_programs(programs)
    return Cluster(programs, home, account, throw_away)


def prepare(place: Cluster) -> str:
    """Lay the cluster out unless it is there."""
    ours = major(place.programs)
    try:
        if not place.home.exists():
            lay_out(place)
            return f"PostgreSQL {ours} set up"
        kept = (place.data / "PG_VERSION").read_text().strip()
        (place.home / "password").read_text()
    except PermissionError as error:
        raise PlainError(f"{place.home} belongs to another user. Run as that user, or remove the folder.") from error
    except FileNotFoundError as error:
        raise PlainError(f"{error.filename} is missing. Remove {place.home} to start over.") from error
    if kept != str(ours):
        raise PlainError(
            f"PostgreSQL {kept} made {place.home}, but the programs found are version {ours} ({place.programs}).\n"
            f"To keep its data, set PG_BIN to the programs of version {kept}. To start over, remove {place.home}."
        )
    return "unchanged"


def lay_out(place: Cluster) -> None:
    """Make data folder, role with a random password and database beside the place, then move them there in one step."""
    new = replace(place, home=place.home.with_name(place.home.name + ".new"))
    shutil.rmtree(new.home, ignore_errors=True)
    new.data.mkdir(parents=True, mode=0o700)
    new.home.chmod(0o755)
    password, asked = new.home / "password", new.home / "asked"
    for path in (password, asked):
        path.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24))
    asked.write_text(password.read_text())
    if new.account:
        for path in (asked, new.data):
            os.chown(path, new.account.pw_uid, new.account.pw_gid)
    data = str(new.data)
    initdb = ["-D", data, "-U", ROLE, f"--pwfile={asked}", "--auth=scram-sha-256", "-E", "UTF8"]
    run(new, "initdb", *initdb, f"--locale={best_locale()}", *(["--no-sync"] if place.throw_away else []))
    asked.unlink()
    run(new, "postgres", "--single", "-D", data, "-F", "postgres", text=f"CREATE DATABASE {DATABASE};\n")
    new.home.rename(place.home)


def best_locale() -> str:
    """Return a locale that knows more letters than ASCII where this machine has it."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
    except locale.Error:
        return "C"
    locale.setlocale(locale.LC_ALL, before)
    return "C.UTF-8"


def run(place: Cluster, program: str, *args: str, text: str = "") -> None:
    """Run one of the cluster's programs to its end, as its account."""
    log, failed = f"{place.home.name}-{program}", f"PostgreSQL's {program} failed."
    command([place.programs / program, *args], log=log, failed=failed, text=text, **place.options)


def start(place: Cluster, running: list[processes.Process], *, last_url: str = "") -> str:
    """Start the server as the first of `running`; return its URL, on the port of last time where that is free."""
    clear_remains(place)
    wanted = urlsplit(last_url).port if last_url else None
    for port in ([wanted] if wanted else []) + [0, 0]:
        chosen = free_port(port)
        if chosen is None:
            say(f"         Another program uses port {port}, so PostgreSQL uses another one.")
            continue
        if serves(place, chosen, running):
            password = (place.home / "password").read_text()
            return f"postgres://{ROLE}:{password}@127.0.0.1:{chosen}/{DATABASE}"
    raise PlainError("PostgreSQL found no free port on 127.0.0.1.")


def serves(place: Cluster, port: int, running: list[processes.Process]) -> bool:
    """Start the server on this port; False where somebody was faster in taking it, or a killed one still ends."""
    settings = [f"port={port}", *SETTINGS, *(UNSAFE_AND_FAST if place.throw_away else [])]
    server = processes.start(
        place.home.name,
        [place.programs / "postgres", "-D", place.data, *(part for each in settings for part in ("-c", each))],
        stop_signal=signal.SIGINT,  # "fast": it ends sessions that are still open
        **place.options,
    )
    running.insert(0, server)
    try:
        processes.wait_for("PostgreSQL", lambda: is_ready(place, server.popen.pid), [server], seconds=60)
    except PlainError:
        said = server.log.read_text(errors="replace")
        if "pre-existing shared memory block" in said:
            time.sleep(1)  # the sessions of a killed server are still ending
        elif "Address already in use" not in said:
            raise
        running.remove(server)
        return False
    return True


def is_ready(place: Cluster, pid: int) -> bool:
    """Say whether this very server says in its pid file that it takes connections."""
    lines = pid_file_lines(place)
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def pid_file_lines(place: Cluster) -> list[str]:
    """Return the lines of the server's pid file; none where there is no server."""
    try:
        return (place.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def clear_remains(place: Cluster) -> None:
    """Stop a server that a killed launcher left; remove the mark of one that crashed."""
    lines = pid_file_lines(place)
    if not lines:
        return
    pid = int(lines[0])
    if not is_server(place, pid):
        (place.data / "postmaster.pid").unlink()  # its number may be another program's by now, and PostgreSQL refuses
        say("         PostgreSQL did not shut down cleanly last time. It is recovering its data.")
        return
    say(f"         Stopping a PostgreSQL left running by an earlier start (process {pid}).")
    os.kill(pid, signal.SIGINT)
    until = time.monotonic() + processes.SECONDS_TO_STOP
    while is_server(place, pid):
        if time.monotonic() > until:
            raise PlainError(f"PostgreSQL from an earlier start (process {pid}) does not stop. End it: kill -9 {pid}")
        time.sleep(0.05)


def is_server(place: Cluster, pid: int) -> bool:
    """Say whether the process of this number is a server on the cluster's data."""
    linux = Path("/proc") / str(pid) / "cmdline"
    if linux.parent.parent.joinpath("self").exists():
        try:
            return str(place.data).encode() in linux.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False
    answer = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(place.data) in answer.stdout


def free_port(port: int = 0) -> int | None:
    """Return this port where it is free, any free one for 0, None where it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return None
        number: int = probe.getsockname()[1]
        return number


def remove(place: Cluster) -> None:
    """Remove a throw-away cluster."""
    shutil.rmtree(place.home, ignore_errors=True)
