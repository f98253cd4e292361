"""Workers that are killed in the middle: everything that was owed arrives. And how they say that they are alive."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from psycopg import sql

from notices import heartbeats
from notices.models import Notice, WorkerHeartbeat
from tests.factories.notices import NoticeFactory
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]


def sent():
    return Notice.objects.filter(state="sent").count()


def test_a_worker_sends_what_it_is_nudged_to(jobs, mail_server):
    jobs.start()
    wait_until(WorkerHeartbeat.objects.exists)
    NoticeFactory()
    wait_until(lambda: sent() == 1, seconds=10)
    assert len(mail_server.messages) == 1


def test_a_killed_worker_loses_no_notice(jobs, mail_server, monkeypatch):
    keys = [notice.message_id for notice in NoticeFactory.create_batch(20)]
    jobs.start()
    wait_until(lambda: len(mail_server.messages) >= 3)
    jobs.kill()
    assert len(mail_server.messages) < 20, "the worker was killed too late to prove anything"
    later = int(settings.CLOCK_SHIFT.total_seconds()) + 180  # by then the leases of the killed have run out
    jobs.start(CLOCK_SHIFT_SECONDS=str(later))
    wait_until(lambda: sent() == 20)
    arrived = Counter(message["Message-ID"] for message in mail_server.messages)
    assert set(arrived) == set(keys)
    assert sum(arrived.values()) <= 22, "only what was in flight when the worker was killed may come twice"


def test_a_broker_that_comes_back_brings_what_was_owed(jobs, broker, mail_server):
    jobs.start()
    wait_until(WorkerHeartbeat.objects.exists)
    broker.stop()
    NoticeFactory.create_batch(5)
    broker.start()
    wait_until(lambda: sent() == 5)


def test_a_task_that_is_told_to_end_leaves_its_notice_to_a_later_one(jobs, broker, mail_server):
    mail_server.drips = {"dana@example.org"}
    broker.stop()
    notice = NoticeFactory()
    broker.start()
    with current_app.connection_for_write() as connected:
        task = {"queue": "mail", "soft_time_limit": 2, "connection": connected}
        current_app.send_task("notices.deliver", args=[notice.pk], **task)
    jobs.start()
    wait_until(lambda: Notice.objects.filter(answer_kind="no_answer", state="queued", locked_until=None).exists())
    jobs.kill()
    mail_server.drips.clear()
    jobs.start(ahead=60)
    wait_until(lambda: sent() == 1)
    assert [message["Message-ID"] for message in mail_server.messages] == [notice.message_id]
    assert Notice.objects.get().attempts == 2


EVERYONE = {"mail", "papers", "celery", "beat"}


def others_connected() -> int:
    """Return how many connections others hold to this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def is_newer(name, than):
    return WorkerHeartbeat.objects.filter(name=name, at__gt=than).exists()


@contextmanager
def database_away() -> Iterator[None]:
    """Let no one connect to this test's database for a while."""
    name, kept = connection.settings_dict["NAME"], connection.get_connection_params() | {"dbname": "postgres"}
    connection.ensure_connection()
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(**kept, autocommit=True) as server:
        server.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        try:
            yield
        finally:
            server.execute(allow.format(sql.Identifier(name), sql.SQL("true")))


def test_a_busy_worker_is_not_a_dead_one(jobs, mail_server):
    jobs.start()
    wait_until(lambda: set(heartbeats.newest()) >= EVERYONE)
    mail_server.answers = False
    NoticeFactory.create_batch(10)
    wait_until(lambda: len(mail_server.messages) >= 2)  # each of its two children waits for the mail server
    began = heartbeats.newest()
    wait_until(lambda: all(is_newer(name, began[name]) for name in EVERYONE), seconds=2 * heartbeats.SECONDS)
    assert sent() == 0


def test_a_worker_and_beat_live_on_without_a_database_and_keep_no_connection(jobs, mail_server):
    jobs.start()
    wait_until(lambda: set(heartbeats.newest()) >= EVERYONE)
    wait_until(lambda: others_connected() == 0)
    with database_away():
        wait_until(lambda: jobs.log.read_text().count("database_unreachable") >= 2, seconds=3 * heartbeats.SECONDS)
    began = heartbeats.newest()
    wait_until(lambda: all(is_newer(name, began[name]) for name in EVERYONE), seconds=3 * heartbeats.SECONDS)
    NoticeFactory()
    wait_until(lambda: sent() == 1, seconds=20)
