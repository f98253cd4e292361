"""The worker is killed (-9) at its worst moments, with 20 notices and 20 PDFs owed: all arrive, no PDF twice."""

import hashlib
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from agreements.models import Document
from agreements.papers.documents import open_pdf
from elections.models import ElectionRole, Receipt, RoleKind
from notices.models import Notice
from tests.conftest import PINNED
from tests.factories.elections import submit
from tests.factories.practices import load_cms_data
from tests.smtp import MailServer
from tests.workers import wait_until

from . import crowd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

Lease = tuple[int, datetime | None]
LEASE_OVER = 200  # seconds: longer than both leases, so that what a killed worker held is due again


def ten_submissions() -> None:
    """Submit ten elections, each with a representative and one more to be told: 20 notices, 10 documents.

    Each has a receipt to be made, too, which a worker requests.
    """
    people = crowd.people(11)
    practices = [crowd.practice(number, number) for number in range(20)]
    load_cms_data(practices)
    elections = crowd.drafts([(people[n].user, practices[2 * n : 2 * n + 2]) for n in range(10)])
    ElectionRole.objects.bulk_create(
        ElectionRole(election=election, user=people[10].user, kind=RoleKind.COLLABORATOR) for election in elections
    )
    for election in elections:
        submit(election)
    assert (Notice.objects.count(), Document.objects.count()) == (20, 10)


def kept(media: Path) -> list[str]:
    """Return the names of the documents' files; the toolkit's sample, made once a year, is none of them."""
    return sorted(path.name for path in media.rglob("*") if path.is_file() and path.parent.name != "samples")


def kill_before_the_mail_server_answered(jobs, server: MailServer) -> None:
    """The message was taken; the worker does not know it."""
    wait_until(lambda: len(server.messages) >= 3)
    server.answers = False
    taken = len(server.messages)
    wait_until(lambda: len(server.messages) > taken)
    jobs.kill()
    server.answers = True


def kill_before_the_file_was_written_down(jobs, media: Path, left: set[Lease]) -> None:
    """The file is there; its row does not say so: a lock on the table lets rows be locked, not changed."""
    with psycopg.connect(**connection.get_connection_params()) as holder:
        wait_until(lambda: _lock_while_one_is_made(holder, left))
        ready = Document.objects.filter(state="ready").count()
        wait_until(lambda: len(kept(media)) > ready)
        jobs.kill()
        holder.rollback()


def _lock_while_one_is_made(holder: psycopg.Connection, left: set[Lease]) -> bool:
    holder.execute("LOCK TABLE agreements_document IN SHARE MODE")
    if leases() - left:
        return True
    holder.rollback()
    return False


def kill_in_the_middle_of_rendering(jobs, left: set[Lease]) -> None:
    """Some are done, one is being made."""
    ready = Document.objects.filter(state="ready")
    wait_until(lambda: ready.count() >= 4 and leases() - left)
    jobs.kill()


def leases() -> set[Lease]:
    """Return the documents that are being made, or were when a worker was killed, each with the end of its lease."""
    return set(Document.objects.filter(state="rendering").values_list("pk", "locked_until"))


def test_everything_arrives_and_no_document_twice(jobs, broker, mail_server, media, set_clock, say):
    set_clock(PINNED.isoformat())
    ten_submissions()
    began = time.monotonic()
    jobs.start()
    kill_before_the_mail_server_answered(jobs, mail_server)
    assert Notice.objects.filter(state="sent").count() < 20, "killed too late to prove anything"
    left = leases()
    jobs.start(ahead=LEASE_OVER)
    kill_before_the_file_was_written_down(jobs, media, left)
    assert Document.objects.filter(state="ready").count() < 20, "killed too late to prove anything"
    left = leases()
    jobs.start(ahead=2 * LEASE_OVER)
    kill_in_the_middle_of_rendering(jobs, left)
    assert Document.objects.filter(state="ready").count() < 20, "killed too late to prove anything"
    restarted = time.monotonic()
    jobs.start(ahead=3 * LEASE_OVER)
    wait_until(lambda: Notice.objects.filter(state="sent").count() == 20, seconds=180)
    wait_until(lambda: Document.objects.filter(state="ready").count() == 20, seconds=240)
    finished = time.monotonic()
    jobs.kill()
    assert Receipt.objects.count() == 10
    arrived = Counter(message["Message-ID"] for message in mail_server.messages)
    assert set(arrived) == set(Notice.objects.values_list("message_id", flat=True))
    assert sum(arrived.values()) > 20, "the message whose answer was lost came again, under the same Message-ID"
    assert sum(arrived.values()) <= 20 + 3 * 2, "only what was in flight at one of the three kills may come twice"
    assert kept(media) == sorted(f"{document.pk}.pdf.sealed" for document in Document.objects.all())
    for document in Document.objects.all():
        assert hashlib.sha256(open_pdf(document)).hexdigest() == document.file_sha256
    assert not Document.objects.filter(locked_until__isnull=False).exists()
    assert not Notice.objects.filter(locked_until__isnull=False).exists()
    say(
        f"{broker.name}: killed three times in {restarted - began:.0f} s,"
        f" all arrived {finished - restarted:.0f} s after the last start; mails {sum(arrived.values())},"
        f" attempts at documents {sum(Document.objects.values_list('attempts', flat=True))}"
    )
