"""Handing one message to the mail server, and what its answer means."""

from contextlib import suppress
from dataclasses import dataclass
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from .cleaning import ANSWER_LENGTH, excerpt
from .models import AnswerKind, NoticeState
from .status_codes import is_about_policy

CLOSING = 421  # the server ends the conversation, whatever was asked
TOO_LONG = "No answer: the email server took too long."


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """What becomes of a notice, and why: the kind of answer, and its words without links and private numbers.

    `is_about_all` is true if the next message would get the same answer.
    """

    state: NoticeState
    kind: AnswerKind | None = None
    words: str = ""
    is_about_all: bool = False


def hand_over(message: EmailMessage) -> ServerAnswer:
    """Send a message to its one recipient. Raises ValueError if a header cannot be written.

    The notice stays queued if trying again may help: a refused sign-in or sender is our own mistake, to be fixed. So it
    does if the task's time is over before the server has answered. What it answered before that counts.
    """
    server = EmailBackend()
    try:
        return _opened(server) or _sent(server, message)
    except SoftTimeLimitExceeded:
        if server.connection:
            server.connection.close()  # without a goodbye, which it might never answer
        return ServerAnswer(NoticeState.QUEUED, AnswerKind.NO_ANSWER, TOO_LONG)
    finally:
        with suppress(SMTPException, OSError, SoftTimeLimitExceeded):  # what it answered is known by now
            server.close()


def _opened(server: EmailBackend) -> ServerAnswer | None:
    """Begin the conversation; return an answer only if the server does not let us in."""
    try:
        server.open()
    except SMTPAuthenticationError as error:
        return _answer(AnswerKind.SIGN_IN, error)
    except SMTPResponseException as error:
        return _answer(AnswerKind.NO_ANSWER, error)
    except (SMTPException, OSError) as error:
        return _no_answer(error, is_about_all=True)
    return None


def _sent(server: EmailBackend, message: EmailMessage) -> ServerAnswer:
    try:
        server.send_messages([message])
    except SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))  # there is one recipient
        if is_about_policy(_words(code, text)):
            return _refused(AnswerKind.CONTENT, NoticeState.FAILED, code, text)
        return _refused(AnswerKind.RECIPIENT, NoticeState.BOUNCED, code, text)
    except SMTPDataError as error:
        return _refused(AnswerKind.CONTENT, NoticeState.FAILED, error.smtp_code, error.smtp_error)
    except SMTPSenderRefused as error:
        return _answer(AnswerKind.SENDER if error.smtp_code >= 500 else AnswerKind.DEFERRED, error)
    except SMTPResponseException as error:
        return _answer(AnswerKind.NO_ANSWER, error)
    except (SMTPException, OSError) as error:
        return _no_answer(error, is_about_all=False)  # it answered a moment ago: perhaps it is this message
    return ServerAnswer(NoticeState.SENT)


def _refused(kind: AnswerKind, state: NoticeState, code: int, text: bytes | str) -> ServerAnswer:
    """Return what a refusal means: for good from 500 on, else for now."""
    if code >= 500:
        return ServerAnswer(state, kind, _words(code, text))
    return ServerAnswer(NoticeState.QUEUED, AnswerKind.DEFERRED, _words(code, text), is_about_all=code == CLOSING)


def _answer(kind: AnswerKind, error: SMTPResponseException) -> ServerAnswer:
    """Return what an answer means that the next message would get too."""
    return ServerAnswer(NoticeState.QUEUED, kind, _words(error.smtp_code, error.smtp_error), is_about_all=True)


def _no_answer(error: Exception, *, is_about_all: bool) -> ServerAnswer:
    words = excerpt(f"No answer: {error}", ANSWER_LENGTH)
    return ServerAnswer(NoticeState.QUEUED, AnswerKind.NO_ANSWER, words, is_about_all)


def _words(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return excerpt(f"{code} {words}", ANSWER_LENGTH)
