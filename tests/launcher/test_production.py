"""The container's and the compose file's commands and health checks, run here under production settings."""

import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml

from agreements.papers.seal_keys import new_seal_key
from launcher import keys, postgres
from launcher.paths import ROOT
from launcher.processes import Process, start, wait_for
from launcher.running import WORKERS
from tests.machine import REDIS, needs_redis

pytestmark = [pytest.mark.proof, pytest.mark.alone, needs_redis]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
GIVEN = {
    "SECRET_KEY": "abcdefghij0123456789abcdefghij0123456789abcdefghij0123456789",
    "TIN_ENCRYPTION_KEYS": f"1:{keys.key()}",
    "TIN_INDEX_KEY": f"1:{keys.key()}",
    "SEAL_KEY": new_seal_key(),
    "SITE_URL": "https://elections.example.org",
    "ALLOWED_HOSTS": "elections.example.org",
    "SITE_OWNER": "Example Agency",
    "POSTGRES_PASSWORD": "unused",
    "DEFAULT_FROM_EMAIL": "no-reply@example.org",
    "OMB_NUMBER": "0938-0000",
    "OMB_EXPIRES": "12/31/2027",
    "OMB_BURDEN": "10 hours",
    "PRIVACY_ACT_STATEMENT": "Why this is collected.",
}


def filled(text: str) -> str:
    """Return what the compose file's `${NAME:?…}` and `${NAME:-default}` come to."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        return GIVEN.get(name, rest) if kind == "-" else GIVEN[name]

    return re.sub(r"\$\{(\w+):([?-])([^}]*)\}", value, text)


def with_our_python(args: list[str]) -> list[str]:
    return [sys.executable if arg == "python" else arg for arg in args]


@pytest.fixture
def env(place: postgres.Cluster, started: list[Process], open_folder: Path) -> dict[str, str]:
    """The compose file's environment, with the addresses of a server and a Redis of this test."""
    assert REDIS
    postgres.prepare(place)
    url = postgres.start(place, started)
    port = postgres.free_port()
    started.append(start("redis", [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--dir", open_folder]))
    settings = {name: filled(str(value)) for name, value in COMPOSE["web"]["environment"].items()}
    path = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings |= {"DATABASE_URL": url, "BROKER_URL": f"redis://127.0.0.1:{port}/0"}
    settings |= {"CACHE_URL": f"redis://127.0.0.1:{port}/1", "REDIS_PORT_OF_TEST": str(port)}
    settings |= {"LOCAL_ENV": "/nonexistent", "STATIC_ROOT": str(open_folder / "static")}
    return path | settings | {"MEDIA_ROOT": str(open_folder / "media")}


def manage(env: dict[str, str], *args: str) -> str:
    command = [sys.executable, "manage.py", *args]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def released(env: dict[str, str]) -> dict[str, str]:
    """Static files as the image builds them, and the database as the service `migrate` leaves it."""
    line = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if "collectstatic" in line)
    words = line.split("manage.py ")[1].replace("\\", "").split()
    manage(env, *words)
    manage(env, *COMPOSE["migrate"]["command"][2:])
    return env


@pytest.fixture
def service(released: dict[str, str], started: list[Process]) -> Callable[[str, list[str]], Process]:
    def begin(name: str, command: list[str]) -> Process:
        process = start(name, with_our_python(command), env=released)
        started.append(process)
        return process

    return begin


def health(name: str, env: dict[str, str], **changes: str) -> int:
    test: list[str] = COMPOSE[name]["healthcheck"]["test"]
    assert test[0] == "CMD"
    args = [arg.replace("8000", changes.get("port", "8000")) for arg in with_our_python(test[1:])]
    return subprocess.run(args, cwd=ROOT, env=env, capture_output=True, check=False).returncode


def test_check_deploy_finds_nothing(env: dict[str, str]) -> None:
    assert "System check identified no issues (0 silenced)." in manage(env, "check", "--deploy", "--fail-level", "INFO")


def test_web_answers_as_the_container_starts_it(
    service: Callable[[str, list[str]], Process], released: dict[str, str]
) -> None:
    line = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("CMD "))
    port = postgres.free_port()
    assert health("web", released, port=str(port)) != 0
    web = service("web", [arg.replace("8000", str(port)) for arg in json.loads(line.removeprefix("CMD "))])
    wait_for("web", lambda: health("web", released, port=str(port)) == 0, [web], seconds=60)
    page = get(port, {"Host": "elections.example.org", "X-Forwarded-Proto": "https"})
    assert page[0] == 200
    manifest = json.loads((Path(released["STATIC_ROOT"]) / "staticfiles.json").read_text())["paths"]
    assert f"/static/{manifest['css/site.css']}" in page[1]
    assert get(port, {"Host": "elections.example.org"})[0] == 301  # to HTTPS
    assert get(port, {"Host": "other.example.org", "X-Forwarded-Proto": "https"})[0] == 400


def get(port: int | None, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port or 0, timeout=30)
    connection.request("GET", "/", headers=headers)
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_workers_and_beat_are_each_well_by_itself_and_not_before(
    service: Callable[[str, list[str]], Process], released: dict[str, str]
) -> None:
    for name in (*WORKERS, "beat"):
        assert health(name, released) == 1
        one = service(name, COMPOSE[name]["command"])
        wait_for("a heartbeat", partial(is_well, name, released), [one], seconds=90)


def is_well(name: str, env: dict[str, str]) -> bool:
    return health(name, env) == 0


def test_redis_health_check(env: dict[str, str]) -> None:
    ask = [*COMPOSE["redis"]["healthcheck"]["test"][1:], "-p", env["REDIS_PORT_OF_TEST"]]
    ping = [ask[0], *ask[2:], ask[1]]
    wait_for(
        "Redis", lambda: subprocess.run(ping, capture_output=True, check=False).stdout == b"PONG\n", [], seconds=30
    )
