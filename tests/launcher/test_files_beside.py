"""Locks, container and compose file, read: what can be said of them without a container engine."""

import json
import re
from typing import Any

import pytest
import yaml

from config.celery import QUEUES
from launcher import running
from launcher.checks import SETTING
from launcher.paths import ROOT

WORKING = {"web", *running.WORKERS, "beat", "watch"}
OURS = {"migrate", *WORKING}
ADDRESS = re.compile(r"https?://|git\+|registry")


@pytest.fixture
def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return services


@pytest.mark.parametrize(
    "lock",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-next.lock",
        "launcher/tools.lock",
        "package-lock.json",
    ],
)
def test_a_lock_holds_hashes_and_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert ADDRESS.findall(text) == []
    assert "sha256:" in text or "sha512-" in text


def test_the_site_and_its_checks_are_locked_to_the_same_versions() -> None:
    run, checks = (
        set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert run - checks == set()


def test_every_package_of_the_design_system_has_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and not package.get("integrity")] == []


def test_every_service_has_a_health_check(compose: dict[str, Any]) -> None:
    assert set(compose) == OURS | {"postgres", "redis", "mail"}
    assert {name for name, service in compose.items() if "healthcheck" not in service} == {"migrate"}  # runs once


def test_every_name_our_services_are_given_is_one_that_settings_read(compose: dict[str, Any]) -> None:
    read = set(SETTING.findall((ROOT / "config" / "settings.py").read_text()))
    given = {name for service in OURS for name in compose[service]["environment"]}
    assert given - read == set()
    assert {"SECRET_KEY", "TIN_ENCRYPTION_KEYS", "TIN_INDEX_KEY", "SEAL_KEY", "DATABASE_URL", "BROKER_URL"} <= given


def test_secrets_come_from_the_environment_and_must_be_set(compose: dict[str, Any]) -> None:
    settings = compose["web"]["environment"]
    for name in ("SECRET_KEY", "TIN_ENCRYPTION_KEYS", "TIN_INDEX_KEY", "SEAL_KEY"):
        assert settings[name] == f"${{{name}:?set it}}"
    password = compose["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert password.startswith("${POSTGRES_PASSWORD:?")
    assert password in settings["DATABASE_URL"]


def test_ours_wait_for_what_they_need(compose: dict[str, Any]) -> None:
    healthy = {"condition": "service_healthy"}
    assert compose["migrate"]["depends_on"] == {"postgres": healthy}
    for name in WORKING:
        assert compose[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": healthy,
        }


def test_every_queue_has_a_worker_and_it_is_the_same_here_and_there(compose: dict[str, Any]) -> None:
    assert sorted(queue for queue, _ in running.WORKERS.values()) == sorted(QUEUES)
    for name, (queue, _) in running.WORKERS.items():
        assert compose[name]["command"] == [
            *("python", "-m", "celery", "-A", "config", *running.worker(name), "--loglevel", "INFO")
        ]
        assert compose[name]["healthcheck"]["test"] == ["CMD", "python", "manage.py", "heartbeat", queue]


def test_the_container_runs_as_an_ordinary_user_from_the_lock_alone() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert next(line for line in lines if line.startswith(("USER", "CMD"))) == "USER elections"
    assert "requirements-dev" not in "\n".join(lines)
