"""What the clock does to elections."""

from celery import shared_task

from eligibility.law.calendar import next_known_year
from ground import clock

from .desk.correction_rounds import remind_of_corrections, resume_due
from .desk.decisions import take_effect_due
from .desk.unsent_forms import forget_old as forget_unsent_forms
from .drafts import cookie_encryption
from .overview.reminders import remind_due
from .overview.undelivered import tell_of_undelivered
from .signing.recorded import tell_recorded_due
from .signing.signing_emails import ask_again_due, remind_signers_due, tell_executed_due
from .submission.actions import lapse_due
from .submission.receipt_actions import TASK, request_receipts
from .toolkit import sample
from .upkeep.unreported import remind_of_updates


@shared_task(name="elections.lapse")
def lapse() -> None:
    """Lapse the drafts whose window has closed, and go on with reviews whose correction was not answered in time."""
    lapse_due(now=clock.now())
    resume_due(now=clock.now())


@shared_task(name=TASK)
def request_receipt_pdfs() -> None:
    """Request the receipts' PDFs of what was just submitted."""
    request_receipts(now=clock.now())


@shared_task(name="elections.take_effect")
def take_effect() -> None:
    """Let the decisions take effect whose minute is over."""
    take_effect_due(now=clock.now())


@shared_task(name="elections.remind")
def remind() -> None:
    """Remind those who work on drafts, who sign, and who owe CMS an answer or an update that a deadline comes."""
    remind_due(now=clock.now())
    remind_of_corrections(now=clock.now())
    remind_signers_due(now=clock.now())
    remind_of_updates(now=clock.now())


@shared_task(name="elections.tell_signers")
def tell_signers() -> None:
    """Ask those to sign again who have to; tell of executed agreements, and of what was recorded from paper."""
    ask_again_due(now=clock.now())
    tell_executed_due(now=clock.now())
    tell_recorded_due(now=clock.now())


@shared_task(name="elections.tell_of_undelivered")
def tell_undelivered() -> None:
    """Tell groups which of their emails did not arrive."""
    tell_of_undelivered(now=clock.now())


@shared_task(name="elections.forget_sandboxes")
def forget_sandboxes() -> None:
    """Delete what somebody without an account, or signed out meanwhile, typed a day ago; at the desk, 30 days ago."""
    cookie_encryption.forget_old(now=clock.now())
    forget_unsent_forms(now=clock.now())


@shared_task(name="elections.make_sample_agreement")
def make_sample_agreement() -> None:
    """Have the toolkit's PDF made where a new year or a new text has none yet."""
    sample.make_pdf(next_known_year(clock.now()), now=clock.now())
