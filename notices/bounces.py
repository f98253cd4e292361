"""Bounces: what mail servers send back to a notice's return address, read from a Maildir and matched by its signature.

A bounce changes the state of its own notice alone, of the sending that it is about. Of a large file only the beginning
is read. A file is deleted once what it says is committed: it may quote a link that lets its reader act.
"""

import mailbox
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from .bounce_forms import BounceForm, read_form
from .models import AnswerKind, BounceProblem, Notice, NoticeState, UnmatchedBounce
from .return_addresses import sending_of

READ_AT_MOST = 128 * 1024  # bytes
A_RUN = 50  # files: one that is made to be read slowly takes about a second

logger = structlog.get_logger(__name__)


def read_bounces(*, now: datetime) -> int:
    """Read what lies in BOUNCE_MAILDIR, at most 50 files, and return how many were dealt with."""
    if not settings.BOUNCE_MAILDIR:
        return 0
    try:
        box = mailbox.Maildir(settings.BOUNCE_MAILDIR, create=False)
        return sum(_take(box, key, now) for key in list(islice(box.iterkeys(), A_RUN)))
    except (mailbox.NoSuchMailboxError, OSError) as error:
        logger.error("bounces_unreadable", error=type(error).__name__)
        return 0


def _take(box: mailbox.Maildir, key: str, now: datetime) -> bool:
    """Deal with one file and delete it; True if that was done. One that cannot be dealt with holds up no other."""
    try:
        with box.get_file(key) as file:
            content = file.read(READ_AT_MOST)
        with transaction.atomic():
            outcome = take_bounce(content, file_name=key, now=now)
        box.remove(key)
    except (KeyError, OSError, DatabaseError) as error:  # another reader was first, or it waits for the next run
        logger.warning("bounce_waits", error=type(error).__name__)
        return False
    logger.info("bounce_read", outcome=outcome)
    return True


def take_bounce(content: bytes, *, file_name: str, now: datetime) -> str:
    """Mark the notice that a message says was returned, or keep what cannot be matched; return which, in a word.

    Runs inside the caller's transaction.
    """
    form = read_form(content)
    notice = _match(form)
    if notice is None:
        return "outdated"
    if isinstance(notice, BounceProblem):
        return _keep(form, notice, file_name, now)
    if form.is_believed_of(notice.to):
        return "bounced" if _mark(notice, form.words, now) else "known"
    if form.is_delay or form.is_automatic:
        return "ignored"
    return _keep(form, BounceProblem.UNKNOWN, file_name, now)


def _match(form: BounceForm) -> Notice | BounceProblem | None:
    """Return the notice that a message is about, else why there is none; None if staff queued it again since then."""
    sendings = set(_sendings(form))
    if not form.is_read:
        return BounceProblem.UNREADABLE
    if None in sendings:
        return BounceProblem.FORGED
    if len(sendings) > 1:
        return BounceProblem.OTHER
    notice_id, sending = next((found for found in sendings if found), (0, 0))
    notice = Notice.objects.defer("body").filter(pk=notice_id).first()
    if notice is None:
        return BounceProblem.NO_ADDRESS
    if Notice.objects.filter(message_id__in=form.message_ids).exclude(pk=notice_id).exists():
        return BounceProblem.OTHER
    return notice if notice.sending == sending else None


def _sendings(form: BounceForm) -> Iterator[tuple[int, int] | None]:
    """Yield the sending of each return address that a message was sent to; None for one that we did not sign."""
    for address in form.addresses:
        try:
            sending = sending_of(address)
        except ValueError:
            yield None
        else:
            if sending:
                yield sending


def _mark(notice: Notice, words: str, now: datetime) -> bool:
    """Mark a notice as bounced; False if it is already, or if staff queued it again since this sending.

    A bounce may come before the worker wrote down that it was sent.
    """
    waiting = (NoticeState.QUEUED, NoticeState.SENT)
    sent = Notice.objects.filter(pk=notice.pk, sending=notice.sending, attempts__gt=0, state__in=waiting)
    changes = {"server_answer": words, "answer_kind": AnswerKind.RETURNED, "failed_at": now, "locked_until": None}
    if not sent.update(state=NoticeState.BOUNCED, **changes):
        return False
    logger.info("notice_bounced", notice=notice.pk, reason=notice.reason)
    return True


def _keep(form: BounceForm, problem: BounceProblem, file_name: str, now: datetime) -> str:
    """Keep what cannot be matched, once, cut short, for staff."""
    UnmatchedBounce.objects.get_or_create(
        file_name=file_name[:255],
        defaults={
            "received_at": now,
            "sender": form.sender,
            "subject": form.subject,
            "problem": problem,
            "excerpt": form.text,
        },
    )
    return "unmatched"
