"""A PDF that an email has with it: attached if it is ready when the email leaves, else a link in it leads there.

No worker waits for it: an email that would have one is due 10 seconds later, or as soon as the PDF is ready.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.files.storage import default_storage
from django.db.models import Q

from ground.vault import CannotDecrypt, decrypt_bytes

from .endings import split_end
from .models import Notice, NoticeState
from .nudge import nudge

PATIENCE = timedelta(seconds=10)
LARGEST = 5 * 1024 * 1024  # bytes: mail servers refuse messages that are too long, and this one must arrive

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A PDF that is being made: `context` is what its file will be encrypted with, `name` what its reader calls it.

    Before it is requested, `context` is the promise that stands for it (`keep_promise`).
    """

    context: str
    name: str


def keep_promise(promise: str, context: str) -> None:
    """Give the notices that were promised a PDF the context of its file, now that it is requested."""
    Notice.objects.filter(enclosure_context=promise).update(enclosure_context=context)


def enclose(context: str, stored_as: str, *, now: datetime) -> int:
    """Give the file that was stored under a name to the notices that would have it; return how many waited for it.

    Those are due now. One that was tried already has it with its next attempt. Joins the caller's transaction.
    """
    Notice.objects.filter(enclosure_context=context).update(enclosure_file=stored_as)
    waiting = Q(enclosure_context=context, state=NoticeState.QUEUED, attempts=0, next_attempt_at__gt=now)
    released = list(Notice.objects.filter(waiting).values_list("pk", flat=True))
    Notice.objects.filter(waiting, pk__in=released).update(next_attempt_at=now)
    for notice_id in released:
        nudge("notices.deliver", notice_id)
    return len(released)


def opened(notice: Notice) -> bytes | None:
    """Return the PDF of a notice; None if it is not there, cannot be opened or is too large: the email leaves alone."""
    if not notice.enclosure_file:
        return None
    try:
        with default_storage.open(notice.enclosure_file) as file:
            pdf = decrypt_bytes(file.read(), notice.enclosure_context)
    except (CannotDecrypt, OSError) as error:
        logger.warning("enclosure_not_opened", notice=notice.pk, error=type(error).__name__)
        return None
    return pdf if len(pdf) <= LARGEST else None


def with_note(body: str, name: str) -> str:
    """Return a mail's text with a line before its end that says what is attached."""
    text, end = split_end(body)
    note = f"{text.rstrip()}\n\nAttached to this email: {name}\n"
    return f"{note}\n{end}" + ("\n" if end else "")
