"""Sending what is owed, over SMTP, at least once.

A worker claims a notice for as long as its lease lasts. One that dies in between leaves it claimed; when the lease has
run out, the next sweep sends it again, with the same Message-ID.
"""

from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

import structlog
from django.core.exceptions import ValidationError
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from ground import leases
from ground.vault import CannotDecrypt

from .messages import message_of
from .models import Notice, NoticeState
from .nudge import nudge

LEASE = timedelta(minutes=2)  # longer than one sending can take: a handful of steps of EMAIL_TIMEOUT each
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))  # then it has failed
SWEEP_LIMIT = 200
ANSWER_LENGTH = 500

logger = structlog.get_logger(__name__)


def due(now: datetime) -> QuerySet[Notice]:
    """Return the notices to be sent now that nobody is sending, the longest waiting first."""
    unclaimed = Q(locked_until__isnull=True) | Q(locked_until__lte=now)
    return Notice.objects.filter(unclaimed, state=NoticeState.QUEUED, next_attempt_at__lte=now).order_by(
        "next_attempt_at", "pk"
    )


def deliver(notice_id: int, *, now: datetime) -> NoticeState | None:
    """Send one notice if it is due, and return the state it then has; None where there was nothing to do."""
    if not leases.claim(due(now), notice_id, until=now + LEASE):
        return None
    notice = Notice.objects.defer("body").get(pk=notice_id)  # it is opened when it is sent
    state, answer = _send(notice, now)
    if state != NoticeState.QUEUED:
        return _mark(notice, state, answer, sent_at=now if state == NoticeState.SENT else None)
    again = leases.next_attempt(notice.attempts, WAITS, now)
    return _mark(notice, state, answer, next_attempt_at=again) if again else _mark(notice, NoticeState.FAILED, answer)


def sweep(*, now: datetime) -> int:
    """Send what is due, at most 200, and return how many were sent; stop where the mail server is not there."""
    sent = 0
    for notice_id in due(now).values_list("pk", flat=True)[:SWEEP_LIMIT]:
        state = deliver(notice_id, now=now)
        sent += state == NoticeState.SENT
        if state == NoticeState.QUEUED:
            break  # the rest would wait for the same server; they stay due
    return sent


def resend(notice_id: int, *, now: datetime) -> bool:
    """Queue a notice again that was sent, failed or bounced; False where it is queued already."""
    resent = (
        Notice.objects.filter(pk=notice_id)
        .exclude(state=NoticeState.QUEUED)
        .update(state=NoticeState.QUEUED, attempts=0, next_attempt_at=now, locked_until=None, sent_at=None)
    )
    if resent:
        nudge("notices.deliver", notice_id)
    return bool(resent)


def _send(notice: Notice, now: datetime) -> tuple[NoticeState, str]:
    """Hand the message to the mail server; return what becomes of the notice, and why.

    It stays queued where trying again may help. A refused sign-in or sender is our own mistake: it waits to be mended.
    """
    try:
        validate_email(notice.to)
        EmailBackend().send_messages([message_of(notice, now)])
    except SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))  # there is one recipient
        return NoticeState.QUEUED if code < 500 else NoticeState.BOUNCED, _answer(code, text)
    except SMTPResponseException as error:
        refused = isinstance(error, SMTPDataError) and error.smtp_code >= 500
        return NoticeState.FAILED if refused else NoticeState.QUEUED, _answer(error.smtp_code, error.smtp_error)
    except (SMTPException, OSError) as error:
        return NoticeState.QUEUED, f"No answer: {error}"
    except CannotDecrypt:
        return NoticeState.FAILED, "Not sent: the key that encrypts its text is missing."
    except (ValidationError, ValueError) as error:
        return NoticeState.FAILED, f"Not sent: {error}"
    return NoticeState.SENT, ""


def _answer(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"


def _mark(notice: Notice, state: NoticeState, answer: str, **fields: datetime | None) -> NoticeState:
    """Write what became of the attempt, unless the lease was lost to another worker in the meantime."""
    answer = answer[:ANSWER_LENGTH]
    leases.held(notice, state=NoticeState.QUEUED).update(state=state, server_answer=answer, locked_until=None, **fields)
    logger.info("notice_" + state, notice=notice.pk, reason=notice.reason, attempts=notice.attempts)
    return state
