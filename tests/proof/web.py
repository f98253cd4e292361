"""The site as gunicorn serves it, on the test's own database, and browsers that post to it at one moment."""

import http.client
import os
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.db import connection

from tests.smtp import free_port
from tests.workers import in_background, wait_until

APPLICATION = "proof-web"  # the name under which the server's connections are seen in pg_stat_activity
CSRF = "a" * 32


@dataclass(frozen=True)
class Post:
    """One form to be sent by somebody who is signed in."""

    path: str
    session: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    location: str
    seconds: float
    body: bytes = field(repr=False)


class Web:
    """A real server: gunicorn with processes and threads."""

    def __init__(self, log: Path, *, processes: int, threads: int, **environment: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._command = ["gunicorn", "-c", "launcher/gunicorn_conf.py", "--log-level", "warning"]
        self._command += ["--workers", str(processes), "--threads", str(threads), "--timeout", "120"]
        self._command += ["--bind", f"127.0.0.1:{self.port}", "config.wsgi"]
        self._environment = environment
        self.start()

    def start(self) -> None:
        """Start it, or start it again where it was, and wait until it answers."""
        environment = {
            "PGAPPNAME": APPLICATION,
            "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "SITE_URL": "http://localhost:8000",
        }
        self._process = in_background(self._command, self._log, environment | self._environment)
        wait_until(self._answers)

    def kill(self) -> None:
        """Kill all its processes at once, as when the power goes (-9)."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=30)

    def stop(self) -> None:
        """Stop it, and wait until its connections to the database are gone."""
        self._process.terminate()
        self._process.wait(timeout=30)

    def log(self) -> str:
        """Return what the server has said."""
        return self._log.read_text()

    def post(self, post: Post, *, released_by: threading.Barrier | None = None) -> Answer:
        """Send one form, at the moment the barrier opens: the connection stands before."""
        form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
        return self._ask("POST", post.path, post.session, urlencode(post.fields), form, released_by)

    def get(self, path: str, session: str) -> int:
        """Open a page as somebody who is signed in, and return the status of the answer."""
        return self._ask("GET", path, session).status

    def post_together(self, posts: Sequence[Post]) -> list[Answer]:
        """Send all forms, each from a thread of its own, released by one barrier."""
        barrier = threading.Barrier(len(posts))
        with ThreadPoolExecutor(len(posts)) as browsers:
            sent = [browsers.submit(self.post, post, released_by=barrier) for post in posts]
            return [each.result() for each in sent]

    def _ask(
        self,
        method: str,
        path: str,
        session: str,
        body: str | None = None,
        headers: dict[str, str] | None = None,
        released_by: threading.Barrier | None = None,
    ) -> Answer:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        browser = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        browser.connect()
        if released_by is not None:
            released_by.wait(60)
        started = time.monotonic()
        browser.request(method, path, body, {"Cookie": cookie} | (headers or {}))
        response = browser.getresponse()
        said = response.read()
        browser.close()
        return Answer(response.status, response.headers.get("Location", ""), time.monotonic() - started, said)

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.log()
        try:
            probe = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            probe.request("GET", "/healthz")
            return probe.getresponse().status == 200
        except OSError:
            return False


class Watch:
    """Look, again and again, how many of the server's transactions that change something are open at one instant."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        """Count those with an id of their own, given at the first row lock or write, and those waiting for a lock."""
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as watcher:
            while not self._over.wait(0.01):
                counted = watcher.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = %s"
                    " AND xact_start IS NOT NULL AND (backend_xid IS NOT NULL OR wait_event_type = 'Lock')",
                    [APPLICATION],
                ).fetchone()
                self.most = max(self.most, counted[0] if counted else 0)
