"""Emails owed one a second while 300 agreements wait to be rendered and CMS data are loaded, as production runs them.

What counts is the time from the row being owed to the mail server having the email.
"""

import os
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from agreements.models import Document, DocumentState
from agreements.papers import documents
from eligibility.loads import jobs as loads
from eligibility.models import LoadKind, LoadRun
from ground import clock
from notices import heartbeats
from notices.nudge import nudge
from tests.factories.agreements import DocumentFactory, SnapshotFactory, many, signed
from tests.factories.notices import NoticeFactory
from tests.factories.people import DanaFactory, StewardFactory
from tests.smtp import MailServer
from tests.workers import Broker, Jobs, wait_until

from .files import write_nppes
from .measuring import Row

AGREEMENTS, PARTIES = 300, 20
LOADS = 40  # one after the other: more than there is time for
EMAILS, BETWEEN = 60, 1.0  # seconds
MEDIAN_LIMIT, SLOWEST_LIMIT = 10.0, 60.0
PROCESSES = {"mail", "papers", "celery", "beat"}


class TimedServer(MailServer):
    """A mail server that notes when it got each message, by its Message-ID."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: dict[str, float] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        self.arrived[str(self.messages[-1]["Message-ID"])] = time.monotonic()
        return answer


def measure(folder: Path) -> Iterator[Row]:
    """Owe the emails in the middle of all that work; the last of the benchmarks, as it empties the database first."""
    call_command("flush", interactive=False, verbosity=0)
    server = TimedServer()
    with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port):
        _ask_for_agreements()
        _ask_for_loads(folder)
        server.start()
        with _at_work(folder):
            waits = _waits(server)
        server.stop()
    if max(waits) > SLOWEST_LIMIT:
        raise RuntimeError(f"The slowest email took {max(waits):.1f} s: it may take {SLOWEST_LIMIT:.0f}.")
    against = f"none: median seconds; slowest {max(waits):.2f} s; {AGREEMENTS} agreements and a load meanwhile"
    yield Row("mail_under_load", against, statistics.median(waits), None, EMAILS, most_seconds=MEDIAN_LIMIT)


def _ask_for_agreements() -> None:
    """Owe the documents, and have the workers' queue hold all of them, as if no one had been there for a while."""
    by, parties = DanaFactory(), [signed(party) for party in many(PARTIES)]
    for number in range(AGREEMENTS):
        snapshot = SnapshotFactory(virtual_group=f"Group {number}", parties=parties)
        nudge(documents.TASK, DocumentFactory(snapshot=snapshot, by=by).pk, by_sweep=True)


def _ask_for_loads(folder: Path) -> None:
    """Have NPPES wait to be loaded, again and again."""
    file = write_nppes(folder, 4 * int(os.environ.get("BENCH_PRACTICES", "300000")))
    by = StewardFactory()
    for number in range(LOADS):
        upload = uuid.uuid4()
        loads.folder_of(upload).mkdir(parents=True)
        (loads.folder_of(upload) / "nppes.csv").symlink_to(file)
        named = {"name": file.name, "bytes": file.stat().st_size, "sha256": f"{number:064}"}
        loads.ask(LoadKind.NPPES, upload, [named], by=by, now=clock.now())


@contextmanager
def _at_work(folder: Path) -> Iterator[None]:
    """Run the workers and beat until everything is in full swing, and on while the emails are owed."""
    jobs = Jobs(Broker("files", settings.BROKER_DIR), folder / "jobs.log", apart=True)
    jobs.start()
    try:
        wait_until(lambda: set(heartbeats.newest()) >= PROCESSES)
        wait_until(lambda: _is_busy() and Document.objects.filter(state=DocumentState.READY).exists())
        yield
        if not _is_busy():
            raise RuntimeError("The agreements or the loads were done before the emails: nothing was proved.")
    finally:
        jobs.kill()


def _is_busy() -> bool:
    return LoadRun.objects.filter(status=LoadRun.Status.LOADING).exists() and documents.due(clock.now()).exists()


def _waits(server: TimedServer) -> list[float]:
    """Owe one email after the other; return how many seconds each took to reach the mail server."""
    owed: dict[str, float] = {}
    for _ in range(EMAILS):
        begun = time.monotonic()
        owed[NoticeFactory().message_id] = begun
        time.sleep(max(0.0, begun + BETWEEN - time.monotonic()))
    wait_until(lambda: set(owed) <= set(server.arrived), seconds=2 * SLOWEST_LIMIT)
    return [server.arrived[message_id] - begun for message_id, begun in owed.items()]
