"""The worker is killed (-9) at ten random moments between the last signature and the seal: one sealed PDF, always."""

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest

from agreements.models import Document, DocumentKind, SigningRequest
from agreements.papers.documents import open_pdf, sweep
from agreements.papers.verification import SealCheck, verify
from elections.models import Election
from ground import clock
from tests.factories.elections import ElectionFactory
from tests.factories.people import UserFactory
from tests.factories.practices import load_cms_data
from tests.factories.signing import ask_to_sign, opened, signing
from tests.pages import text
from tests.workers import wait_until

from .test_kill import LEASE_OVER, kept, kill_before_the_file_was_written_down, leases

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

KILLS = {"files": 10, "redis": 3}  # what comes back, and how, is the broker's; the rest is the same for both
MOST_ROUNDS = 20  # some kills may come too late to count
SEED = 414


def link_of(election: Election, email: str) -> str:
    """Return a signer's link to one election: the worker mails them of the others meanwhile."""
    return f"/sign/{SigningRequest.objects.get(party__agreement=election.agreement_id, email=email).token}"


class Signing:
    """A worker, and agreements that are executed one after the other; each kill takes what its leases held away."""

    def __init__(self, jobs, media: Path) -> None:
        self.jobs = jobs
        self.media = media
        self.starts = 0
        load_cms_data()

    def start(self) -> None:
        """Start the worker once all leases are over, and sweep at once: its own sweep comes in half a minute."""
        ahead = self.starts * LEASE_OVER
        self.starts += 1
        self.jobs.start(ahead=ahead)
        sweep(now=clock.now() + timedelta(seconds=ahead))

    def sign_all_but_one(self, number: int) -> Election:
        """Have an agreement that lacks one signature; what its signers may download before they sign is made."""
        by = UserFactory(
            email=f"dana{number}@example.org", name="Dana Rivera"
        )  # nobody asks one person many times a day
        election = ask_to_sign(ElectionFactory(by=by, name=f"Group {number}"))
        link = link_of(election, "gwen@example.org")
        assert "You have signed for" in text(signing(opened(link), link, name="Gwen Lake"))
        wait_until(lambda: not Document.objects.exclude(state="ready").exists(), seconds=120)
        return election

    def sign_last(self, election: Election) -> Document:
        """Click “Sign” for the last practice, in a browser; return what that click owes."""
        link = link_of(election, "sol@example.org")
        assert "You have signed for" in text(signing(opened(link), link))
        return Document.objects.get(agreement=election.agreement_id, kind=DocumentKind.EXECUTED)

    def is_ready(self, document: Document) -> bool:
        return Document.objects.filter(pk=document.pk, state="ready").exists()

    def finish(self, document: Document) -> None:
        """Wait until it is made, and hold it to being one sealed PDF."""
        wait_until(lambda: self.is_ready(document), seconds=120)
        document.refresh_from_db()
        verdict = verify(open_pdf(document))
        assert (verdict.result, verdict.document) == (SealCheck.GENUINE, document)
        assert kept(self.media) == sorted(f"{one.pk}.pdf.sealed" for one in Document.objects.all())
        assert not Document.objects.exclude(state="ready").exists()
        assert Document.objects.filter(agreement=document.agreement_id, kind=DocumentKind.EXECUTED).count() == 1


def test_there_is_one_sealed_pdf_always(jobs, broker, media, say):
    rng, signing = random.Random(SEED), Signing(jobs, media)
    signing.start()
    signing.finish(signing.sign_last(signing.sign_all_but_one(0)))  # the first loads fonts and libraries
    election = signing.sign_all_but_one(1)
    began = time.monotonic()
    signing.finish(signing.sign_last(election))
    takes = time.monotonic() - began
    moments: list[str] = []
    rounds = 0
    while len(moments) < KILLS[broker.name]:
        rounds += 1
        assert rounds <= MOST_ROUNDS, "killed too late too often to prove anything"
        document = signing.sign_last(signing.sign_all_but_one(rounds + 1))
        after = rng.uniform(0, takes)
        time.sleep(after)
        jobs.kill()
        if not signing.is_ready(document):
            document.refresh_from_db()
            moments.append(f"{after:.2f} s {document.state}")
        signing.start()
        signing.finish(document)
    election = signing.sign_all_but_one(rounds + 2)
    last = signing.sign_last(election)
    kill_before_the_file_was_written_down(jobs, media, set())
    assert not signing.is_ready(last)
    signing.start()
    signing.finish(last)
    jobs.kill()
    assert leases() == set()
    assert Document.objects.filter(kind=DocumentKind.EXECUTED).count() == rounds + 3
    assert not Document.objects.filter(locked_until__isnull=False).exists()
    say(
        f"{broker.name}: {takes:.1f} s from the last click to the seal; "
        f"killed after {', '.join(moments)}; {rounds} rounds"
    )
