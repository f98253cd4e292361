"""Real workers and real brokers for tests: processes that can be killed, and a folder or a Redis that can be gone."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from config.celery import broker_settings
from ground import clock
from launcher import running
from notices import nudge

from .machine import REDIS, needs_redis
from .smtp import free_port

ROOT = Path(__file__).resolve().parent.parent


def wait_until(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Return as soon as the condition holds; fail the test when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


class Broker:
    """A broker that this process and workers use; `name` is `files` or `redis`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.port = free_port()
        self._redis: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to use this broker."""
        if self.name == "files":
            return {"BROKER_URL": "filesystem://", "BROKER_DIR": str(self.folder)}
        return {"BROKER_URL": f"redis://127.0.0.1:{self.port}/0"}

    def start(self) -> None:
        """Make the broker reachable."""
        if self.name == "files":
            self.folder.unlink(missing_ok=True)
            return
        assert REDIS is not None
        listening = ["--port", str(self.port), "--bind", "127.0.0.1"]
        command = [REDIS, *listening, "--save", "", "--dir", str(self.folder.parent)]
        self._redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._listens)

    def stop(self) -> None:
        """Make it unreachable: a closed port, or a plain file where the folder should be."""
        if self.name == "files":
            while not self.folder.is_file():
                shutil.rmtree(self.folder, ignore_errors=True)
                with suppress(IsADirectoryError):  # a worker that looked into it just then made it again
                    self.folder.write_text("not a folder")
        elif self._redis is not None:
            self._redis.kill()
            self._redis.wait()
            self._redis = None

    def _listens(self) -> bool:
        import redis

        try:
            return bool(redis.Redis(port=self.port).ping())
        except redis.RedisError:
            return False


class Jobs:
    """A worker of all queues and a beat, on the test's own database and broker.

    `apart`: a worker for each queue, as production runs them, where a test is about that.
    """

    def __init__(self, broker: Broker, log: Path, *, apart: bool = False) -> None:
        self.broker = broker
        self.log = log
        self.workers = (
            [running.worker(name) for name in running.WORKERS] if apart else [["worker", "--concurrency", "2"]]
        )
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, *, ahead: int = 0, **environment: str) -> None:
        """Start all, so many seconds ahead of this test's clock; `environment` adds to theirs."""
        more = self.broker.environment | environment
        for arguments in (*self.workers, ["beat"]):
            celery = ["celery", "-A", "config", *arguments]
            self._processes.append(in_background(celery, self.log, more, ahead=ahead))

    def kill(self) -> None:
        """Kill all of it at once, as when the power goes (-9)."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let them finish."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        for process in self._processes:
            try:
                os.killpg(process.pid, how)
            except ProcessLookupError:
                continue
            process.wait(timeout=30)
        self._processes.clear()


def in_background(
    module: list[str], log: Path, environment: dict[str, str], *, ahead: int = 0
) -> subprocess.Popen[bytes]:
    """Start a Python module on the test's own database and by its clock, or so many seconds ahead of it."""
    shift = (clock.now() - datetime.now(UTC)).total_seconds()
    by_the_clock = {"CLOCK_SHIFT_SECONDS": str(int(shift) + ahead)}
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, **places_of_this_test(), **by_the_clock, **environment},
        )


def places_of_this_test() -> dict[str, str]:
    """Return the test's own database, mail server and places, as the environment of another process."""
    database = connection.settings_dict
    account = f"{database['USER']}:{database['PASSWORD']}".rstrip(":")
    return {
        "DATABASE_URL": f"postgres://{account}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
        "EMAIL_HOST": settings.EMAIL_HOST,
        "EMAIL_PORT": str(settings.EMAIL_PORT),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SEAL_KEY": settings.SEAL_KEY,
        "LOCAL_ENV": "/nonexistent",
        "LOG_LEVEL": "INFO",
        "DEMO_NOW": "",
    }


@pytest.fixture(params=["files", pytest.param("redis", marks=needs_redis)])
def broker(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """Run each broker in turn, and let this process hand its nudges to it."""
    one = Broker(request.param, tmp_path / "broker")
    monkeypatch.setattr(settings, "BROKER_DIR", one.folder)
    monkeypatch.setattr(nudge, "_quiet_until", 0.0)
    monkeypatch.setattr(nudge, "_sent", deque(maxlen=nudge.BURST))
    before = {name: current_app.conf[name] for name in ("broker_url", "broker_transport_options")}
    one.start()
    _use(_options(one))
    yield one
    one.stop()
    _use(before)


def _options(one: Broker) -> dict[str, Any]:
    """Return what config/celery.py makes of the broker's environment."""
    return broker_settings(one.environment["BROKER_URL"], one.folder)


def _use(options: dict[str, Any]) -> None:
    """Point the Celery app of this process to another broker."""
    app = current_app._get_current_object()
    app.conf.update(options)


@pytest.fixture
def jobs(broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """Have a worker and a beat at hand, not yet started; this test runs by the real clock, as they do."""
    monkeypatch.setattr(clock, "now", clock.real_now)
    both = Jobs(broker, tmp_path / "jobs.log")
    yield both
    both.kill()
