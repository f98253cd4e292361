"""Workers that are killed in the middle: everything that was owed arrives."""

from collections import Counter

import pytest
from django.conf import settings

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
