"""The two pages for probes, asked as a probe asks: by an address, without a session."""

from datetime import timedelta

import pytest
from django.db import connection

from ground import clock
from notices.models import WorkerHeartbeat
from tests.factories.notices import NoticeFactory

NOT_READY = (503, {"ready": False, "database": {"ok": False}})
REFUSALS = {  # what makes the database refuse to write, and what ends that
    "a replica": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    "no room": (
        """
        CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER no_room BEFORE INSERT ON notices_workerheartbeat EXECUTE FUNCTION no_room()""",
        "DROP FUNCTION no_room CASCADE",
    ),
}


def probe(client, path):
    return client.get(path, HTTP_HOST="10.0.0.7:8000")


def readiness(client):
    response = probe(client, "/readyz")
    return response.status_code, response.json()


def test_healthz_asks_nothing_of_the_database(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = probe(client, "/healthz")  # no database in this test: a query would fail it
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok", "text/plain")
    assert response.cookies == {}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_only_read(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_readyz_asks_the_database_alone_and_leaves_nothing(client, settings, tmp_path):
    settings.SECURE_SSL_REDIRECT = True
    settings.CELERY_BROKER_URL, settings.BROKER_DIR = "filesystem://", tmp_path / "gone"
    NoticeFactory(now=clock.now() - timedelta(hours=1))  # no worker, no broker, and a late email: pages are served
    response = probe(client, "/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "database": {"ok": True}})
    assert response.cookies == {}
    assert not WorkerHeartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_readyz_of_a_database_that_can_be_read_and_not_written(client, refusal):
    begin, end = REFUSALS[refusal]
    with connection.cursor() as cursor:
        cursor.execute(begin)
        answer = readiness(client)
        cursor.execute(end)
    assert answer == NOT_READY
    assert readiness(client)[0] == 200


@pytest.mark.django_db(transaction=True)
def test_readyz_without_a_database(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answer = readiness(client)
    monkeypatch.undo()
    assert answer == NOT_READY
