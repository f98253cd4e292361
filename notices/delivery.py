"""Sending what is owed, over SMTP, at least once.

A worker claims a notice for as long as its lease lasts. One that dies in between leaves it claimed; when the lease has
run out, the next sweep sends it again, with the same Message-ID.
"""

import time
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, Q, QuerySet

from ground import leases
from ground.vault import CannotDecrypt

from .cleaning import ANSWER_LENGTH, excerpt
from .messages import message_of
from .models import UNDELIVERED, AnswerKind, Notice, NoticeState
from .nudge import nudge
from .transport import ServerAnswer, hand_over

LEASE = timedelta(minutes=2)  # longer than a task can take: no other worker begins with a notice that one still sends
SOFT_LIMIT, HARD_LIMIT = 90, 110  # seconds until a task is told to end, and until its process is killed
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))  # then it has failed
SWEEP_LIMIT = 200
SWEEP_SECONDS = 30  # leases of a sweep begin with it: one that began later would run out while it is being sent

logger = structlog.get_logger(__name__)


def due(now: datetime) -> QuerySet[Notice]:
    """Return the notices to be sent now that nobody is sending, the longest waiting first."""
    is_due = ~is_being_sent(now) & Q(next_attempt_at__lte=now)
    return Notice.objects.filter(is_due, state=NoticeState.QUEUED).order_by("next_attempt_at", "pk")


def is_being_sent(now: datetime) -> Q:
    """Say of a queued notice that a worker has claimed it, and that its lease has not run out."""
    return Q(locked_until__isnull=False, locked_until__gt=now)


def deliver(notice_id: int, *, now: datetime) -> NoticeState | None:
    """Send one notice if it is due, and return the state it then has; None where there was nothing to do."""
    answer = _attempt(notice_id, now)
    return answer.state if answer else None


def sweep(*, now: datetime) -> int:
    """Send what is due, at most 200 and for some 30 seconds, and return how many were sent.

    Stop if the mail server is not there. One that hangs or puts off a single message does not hold up the others.
    """
    sent, until = 0, time.monotonic() + SWEEP_SECONDS
    for notice_id in due(now).values_list("pk", flat=True)[:SWEEP_LIMIT]:
        answer = _attempt(notice_id, now)
        sent += answer is not None and answer.state == NoticeState.SENT
        if (answer and answer.is_about_all) or time.monotonic() > until:
            break  # the rest would wait for the same server; they stay due
    return sent


def resend(notice_id: int, *, now: datetime) -> bool:
    """Queue a notice again that was sent, failed or bounced; False where it is queued already."""
    fields = {"sent_at": None, "failed_at": None, "reported_at": None, "locked_until": None}
    resent = (
        Notice.objects.filter(pk=notice_id)
        .exclude(state=NoticeState.QUEUED)
        .update(state=NoticeState.QUEUED, attempts=0, sending=F("sending") + 1, next_attempt_at=now, **fields)
    )
    if resent:
        nudge("notices.deliver", notice_id)
    return bool(resent)


def _attempt(notice_id: int, now: datetime) -> ServerAnswer | None:
    """Send one notice if it is due and write what became of it; None if there was nothing to do."""
    if not leases.claim(due(now), notice_id, until=now + LEASE):
        return None
    notice = Notice.objects.defer("body").get(pk=notice_id)  # it is opened when it is sent
    answer = _send(notice, now)
    if answer.state == NoticeState.QUEUED:
        again = leases.next_attempt(notice.attempts, WAITS, now)
        answer = answer if again else replace(answer, state=NoticeState.FAILED)
        return _mark(notice, answer, next_attempt_at=again) if again else _mark(notice, answer, failed_at=now)
    return _mark(notice, answer, **{"failed_at" if answer.state in UNDELIVERED else "sent_at": now})


def _send(notice: Notice, now: datetime) -> ServerAnswer:
    """Hand the message to the mail server; return what becomes of the notice, and why."""
    try:
        validate_email(notice.to)
        return hand_over(message_of(notice, now))
    except CannotDecrypt:
        words = "Not sent: the key that encrypts its text is missing."
        return ServerAnswer(NoticeState.FAILED, AnswerKind.NOT_SENT, words)
    except (ValidationError, ValueError) as error:
        return ServerAnswer(NoticeState.FAILED, AnswerKind.NOT_SENT, excerpt(f"Not sent: {error}", ANSWER_LENGTH))


def _mark(notice: Notice, answer: ServerAnswer, **fields: datetime | None) -> ServerAnswer:
    """Write what became of the attempt, unless the lease was lost to another worker in the meantime."""
    leases.held(notice, state=NoticeState.QUEUED).update(
        state=answer.state, server_answer=answer.words, answer_kind=answer.kind or "", locked_until=None, **fields
    )
    logger.info("notice_" + answer.state, notice=notice.pk, reason=notice.reason, attempts=notice.attempts)
    return answer
