"""The email about a submission leaves by itself, with real workers: with its PDF, or without it after 10 seconds."""

import time

import pytest

from agreements.models import Document
from launcher import running
from notices.enclosures import PATIENCE
from notices.models import Notice, WorkerHeartbeat
from tests.factories.elections import ElectionFactory, submit
from tests.factories.practices import load_cms_data
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]


def sent() -> bool:
    return Notice.objects.filter(state="sent").exists()


def ready() -> bool:
    return not Document.objects.exclude(state="ready").exists()


def names(message) -> list[str | None]:
    return [part.get_filename() for part in message.iter_attachments()]


def test_it_comes_with_its_pdf(jobs, mail_server, media, say):
    load_cms_data()
    jobs.start()
    wait_until(WorkerHeartbeat.objects.exists)
    began = time.monotonic()
    submit(ElectionFactory())
    wait_until(sent)
    took = time.monotonic() - began
    wait_until(ready)
    time.sleep(2)
    assert [names(message) for message in mail_server.messages] == [["receipt-2027-1.pdf"]]
    say(f"{jobs.broker.name}: {took:.1f} s from the submission to the email with its PDF")


def test_it_does_not_wait_for_a_worker_that_is_gone_and_no_second_one_follows(jobs, mail_server, media, say):
    load_cms_data()
    everyone, jobs.workers = jobs.workers, [running.worker("worker-mail")]
    jobs.start()
    wait_until(WorkerHeartbeat.objects.exists)
    began = time.monotonic()
    submit(ElectionFactory())
    wait_until(sent)
    took = time.monotonic() - began
    assert PATIENCE.total_seconds() <= took < 2 * PATIENCE.total_seconds()
    jobs.kill()
    jobs.workers = everyone
    jobs.start()
    wait_until(ready)
    time.sleep(2)
    assert [names(message) for message in mail_server.messages] == [[]]
    say(f"{jobs.broker.name}: {took:.1f} s from the submission to the email without its PDF")
