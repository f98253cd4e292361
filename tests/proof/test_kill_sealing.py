"""The worker is killed (-9) at ten random moments between the last signature and the seal: one sealed PDF, always."""

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from accounts import clock
from accounts.models import User
from agreements.documents import open_pdf, request_document, sweep
from agreements.models import Agreement, Document, DocumentKind
from agreements.verification import Finding, verify
from tests.agreements.conftest import executed
from tests.workers import wait_until

from .test_kill import LEASE_OVER, kept, kill_before_the_file_was_written_down, leases
from .web import seconds_ahead

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

KILLS = {"files": 10, "redis": 3}  # what comes back, and how, is the broker's; the rest is the same for both
MOST_ROUNDS = 20  # some kills may come too late to count
SEED = 414


class Signing:
    """A worker, and agreements that are executed one after the other; each kill takes what its leases held away."""

    def __init__(self, jobs, media: Path) -> None:
        self.jobs = jobs
        self.media = media
        self.starts = 0
        self.by = User.objects.create_user("dana@example.org")
        self.agreement = Agreement.objects.create(performance_year=2027)

    def start(self) -> None:
        """Start the worker once all leases are over, and sweep at once: its own sweep comes in half a minute."""
        ahead = self.starts * LEASE_OVER
        self.starts += 1
        self.jobs.start(CLOCK_SHIFT_SECONDS=seconds_ahead(ahead))
        sweep(now=clock.now() + timedelta(seconds=ahead))

    def sign_last(self, number: int) -> Document:
        """Ask for an executed agreement, as the transaction of its last signature does."""
        with transaction.atomic():
            return request_document(
                self.agreement.pk,
                executed(virtual_group=f"Group {number}"),
                by=self.by,
                now=clock.now(),
                kind=DocumentKind.EXECUTED,
            )

    def is_ready(self, document: Document) -> bool:
        return Document.objects.filter(pk=document.pk, state="ready").exists()

    def finish(self, document: Document) -> None:
        """Wait until it is made, and hold it to being one sealed PDF."""
        wait_until(lambda: self.is_ready(document), seconds=120)
        document.refresh_from_db()
        verdict = verify(open_pdf(document))
        assert (verdict.finding, verdict.document) == (Finding.GENUINE, document)
        assert kept(self.media) == sorted(f"{one.pk}.pdf.sealed" for one in Document.objects.all())
        assert not Document.objects.exclude(state="ready").exists()


def test_there_is_one_sealed_pdf_always(jobs, broker, media, say):
    rng, signing = random.Random(SEED), Signing(jobs, media)
    signing.start()
    signing.finish(signing.sign_last(0))  # the first loads fonts and libraries
    began = time.monotonic()
    signing.finish(signing.sign_last(1))
    takes = time.monotonic() - began
    moments: list[str] = []
    rounds = 0
    while len(moments) < KILLS[broker.name]:
        rounds += 1
        assert rounds <= MOST_ROUNDS, "killed too late too often to prove anything"
        document = signing.sign_last(rounds + 1)
        after = rng.uniform(0, takes)
        time.sleep(after)
        jobs.kill()
        if not signing.is_ready(document):
            document.refresh_from_db()
            moments.append(f"{after:.2f} s {document.state}")
        signing.start()
        signing.finish(document)
    last = signing.sign_last(rounds + 2)
    kill_before_the_file_was_written_down(jobs, media, set())
    assert not signing.is_ready(last)
    signing.start()
    signing.finish(last)
    jobs.kill()
    assert leases() == set()
    assert Document.objects.count() == rounds + 3
    assert not Document.objects.filter(locked_until__isnull=False).exists()
    say(f"{broker.name}: {takes:.1f} s from asked to sealed; killed after {', '.join(moments)}; {rounds} rounds")
