"""The two pages for probes, asked as a probe asks: by an address, without a session."""

from datetime import timedelta

import pytest
from django.db import connection

from ground import clock
from notices.models import WorkerHeartbeat
from tests.factories.notices import NoticeFactory

GOOD = {
    "ready": True,
    "database": {"ok": True},
    "broker": {"ok": True},
    "worker": {"ok": True, "heartbeat_age_seconds": 0, "limit_seconds": 60},
    "notices": {"ok": True, "oldest_due_seconds": None, "limit_seconds": 300},
}


def probe(client, path):
    return client.get(path, HTTP_HOST="10.0.0.7:8000")


def test_healthz_asks_nothing_of_the_database(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = probe(client, "/healthz")  # no database in this test: a query would fail it
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok", "text/plain")
    assert response.cookies == {}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_only_read(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_readyz_is_ready(client, broker, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.CELERY_BROKER_URL = broker.environment["BROKER_URL"]
    broker.folder.mkdir(exist_ok=True)
    WorkerHeartbeat.objects.create(name="worker", at=clock.now())
    response = probe(client, "/readyz")
    assert (response.status_code, response.json()) == (200, GOOD)
    assert response.cookies == {}


@pytest.mark.django_db
def test_readyz_without_a_broker(client, broker, settings):
    settings.CELERY_BROKER_URL = broker.environment["BROKER_URL"]
    WorkerHeartbeat.objects.create(name="worker", at=clock.now())
    broker.stop()
    response = probe(client, "/readyz")
    assert (response.status_code, response.json()) == (503, {**GOOD, "ready": False, "broker": {"ok": False}})


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "ok"), [(60, True), (61, False), (None, False)])
def test_readyz_tells_a_late_worker_and_one_that_never_came(client, files, seconds, ok):
    if seconds is not None:
        WorkerHeartbeat.objects.create(name="worker", at=clock.now() - timedelta(seconds=seconds))
    response = probe(client, "/readyz")
    assert response.status_code == (200 if ok else 503)
    assert response.json()["worker"] == {"ok": ok, "heartbeat_age_seconds": seconds, "limit_seconds": 60}


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "ok"), [(300, True), (301, False)])
def test_readyz_tells_a_notice_that_waits_too_long(client, files, seconds, ok):
    WorkerHeartbeat.objects.create(name="worker", at=clock.now())
    NoticeFactory(now=clock.now() - timedelta(seconds=seconds))
    response = probe(client, "/readyz")
    assert response.status_code == (200 if ok else 503)
    assert response.json()["notices"] == {"ok": ok, "oldest_due_seconds": seconds, "limit_seconds": 300}


@pytest.mark.django_db(transaction=True)
def test_readyz_without_a_database(client, files, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    response = probe(client, "/readyz")
    monkeypatch.undo()
    assert response.status_code == 503
    assert response.json() == {
        **GOOD,
        "ready": False,
        "database": {"ok": False},
        "worker": {"ok": False, "heartbeat_age_seconds": None, "limit_seconds": 60},
        "notices": {"ok": False, "oldest_due_seconds": None, "limit_seconds": 300},
    }


@pytest.fixture
def files(settings, tmp_path):
    """Have a broker of files that is there."""
    settings.CELERY_BROKER_URL, settings.BROKER_DIR = "filesystem://", tmp_path
