"""Nudges: on commit alone, and never in the way of a request, whatever the broker does."""

import time

import pytest
from django.db import transaction

from notices import nudge
from notices.delivery import sweep
from notices.models import Notice
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db(transaction=True)


def messages(broker, queue="mail"):
    if broker.name == "files":
        return len(list(broker.folder.glob(f"*.{queue}.msg")))
    import redis

    return redis.Redis(port=broker.port).llen(queue)


def test_each_queue_gets_its_own_tasks(broker):
    for task in ("notices.deliver", "agreements.render", "agreements.render", "eligibility.load", "elections.lapse"):
        nudge.nudge(task, 1)
    assert [messages(broker, queue) for queue in ("mail", "papers", "celery")] == [1, 2, 2]


def test_a_nudge_waits_for_the_commit(broker):
    with transaction.atomic():
        nudge.nudge("notices.deliver", 1)
        assert messages(broker) == 0
    assert messages(broker) == 1


def test_a_rollback_nudges_nobody(broker):
    with transaction.atomic():
        nudge.nudge("notices.deliver", 1)
        transaction.set_rollback(True)
    assert messages(broker) == 0


def test_a_broker_that_is_gone_delays_nobody_and_loses_nothing(broker, mail_server, monkeypatch, set_clock):
    broker.stop()
    started = time.monotonic()
    with transaction.atomic():
        NoticeFactory.create_batch(30)
    assert time.monotonic() - started < 2
    assert Notice.objects.filter(state="queued").count() == 30
    broker.start()
    now = set_clock("2026-12-01T10:00:30-05:00")
    assert sweep(now=now) == 30
    assert len(mail_server.messages) == 30
    monkeypatch.setattr(nudge, "_quiet_until", 0.0)
    NoticeFactory()
    assert messages(broker) == 1


def test_of_a_crowd_s_nudges_the_sweep_does_the_rest(broker, mail_server, set_clock):
    NoticeFactory.create_batch(nudge.BURST + 10)
    assert messages(broker) == nudge.BURST
    assert sweep(now=set_clock("2026-12-01T10:00:30-05:00")) == nudge.BURST + 10


def test_a_broker_that_was_there_a_moment_ago_delays_nobody(broker):
    NoticeFactory()
    broker.stop()
    started = time.monotonic()
    NoticeFactory.create_batch(30)
    assert time.monotonic() - started < 2
