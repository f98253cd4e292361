"""What a message in the mailbox for bounces says, as far as it can be read; it may be anything (no database)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from itertools import islice
from typing import Any

from flufl.bounce import all_failures

from .cleaning import ANSWER_LENGTH, excerpt

ADDRESSED_BY = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
MOST_ADDRESSES = 20
FAILED = ("fail", "error")  # the actions of a report that mean "for good"; OpenSMTPD writes "error"
LONGEST_LINE = re.compile(rb"([^\r\n]{998})[^\r\n]+")  # what mail may have; longer ones would be searched for long
REFUSAL = re.compile(r"\s*(?:\S+:\s+)?5\d\d(?:[ -]5\.\d+\.\d+)?[ -][^\W\d]")  # 550 mailbox unavailable
RETURNED = re.compile(
    r"\s*(?:-{3}|(?:Return-Path|Received|From|To|Subject|Date|Message-ID|MIME-Version):)", re.IGNORECASE
)
NO_WORDS = "The email was returned without a reason."
SENDER_LENGTH, SUBJECT_LENGTH, TEXT_LENGTH = 320, 300, 1_000


@dataclass(frozen=True, slots=True)
class BounceForm:
    """One message: who it was sent to, what it quotes, and whether it says that mail to somebody failed for good.

    `words` are the mail server's, `text` is the beginning of what it says; both are cleaned and cut short.
    """

    is_read: bool = False
    addresses: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    failed: frozenset[str] = frozenset()
    is_report: bool = False
    is_delay: bool = False
    is_automatic: bool = False
    sender: str = ""
    subject: str = ""
    words: str = ""
    text: str = ""

    def is_believed_of(self, address: str) -> bool:
        """True if it says that mail failed for good: a standard report (RFC 3464), or any form that names the address.

        A report may name another address, to which the mail was forwarded.
        """
        return bool(self.failed) and (self.is_report or address.lower() in self.failed)


def read_form(content: bytes) -> BounceForm:
    """Return what a message says. Never raises: one that cannot be read says so."""
    content = LONGEST_LINE.sub(rb"\1", content)
    try:
        return _read(message_from_bytes(content))
    except Exception:  # each parser fails in its own way on what is no mail
        return BounceForm(text=excerpt(content.decode(errors="replace"), TEXT_LENGTH))


def _read(message: Message) -> BounceForm:
    delayed, failed = _failures(message)
    text = _text(message)
    return BounceForm(
        is_read=True,
        addresses=tuple(_addresses(message)),
        message_ids=tuple(islice(_quoted_ids(message), MOST_ADDRESSES)),
        failed=frozenset(address.decode(errors="replace").lower() for address in failed),
        is_report=message.get_content_type() == "multipart/report",
        is_delay=bool(delayed),
        is_automatic=_is_automatic(message),
        sender=excerpt(_header(message, "From"), SENDER_LENGTH),
        subject=excerpt(_header(message, "Subject"), SUBJECT_LENGTH),
        words=excerpt(" ".join(_diagnostics(message)) or _refusal(text), ANSWER_LENGTH) or NO_WORDS,
        text=excerpt(text, TEXT_LENGTH),
    )


def _failures(message: Message) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Return the addresses to which mail is delayed, and those to which it failed for good; none if no form fits."""
    try:
        return all_failures(message)
    except Exception:  # what is no bounce can be anything
        return frozenset(), frozenset()


def _addresses(message: Message) -> list[str]:
    """Return the addresses that the message was delivered to."""
    headers = [str(value) for name in ADDRESSED_BY for value in message.get_all(name, [])]
    return list(dict.fromkeys(address for _, address in getaddresses(headers[:MOST_ADDRESSES])))[:MOST_ADDRESSES]


def _is_automatic(message: Message) -> bool:
    """True for what a program sent by itself, such as an answer from somebody's vacation."""
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return submitted != "no" or precedence in ("bulk", "junk", "auto_reply") or "X-Autoreply" in message


def _quoted_ids(message: Message) -> Iterator[str]:
    """Yield the Message-IDs of the messages that this one returns."""
    for part in message.walk():
        kind = part.get_content_type()
        payload: Any = part.get_payload()
        if kind == "message/rfc822" and part.is_multipart():
            yield from _ids(payload)
        elif kind == "text/rfc822-headers" and isinstance(payload, str):
            yield from _ids([message_from_string(payload)])


def _ids(messages: Iterable[Message]) -> Iterator[str]:
    for message in messages:
        if number := str(message.get("Message-ID", "")).strip():
            yield number.replace("\0", "")[:320]


def _diagnostics(message: Message) -> Iterator[str]:
    """Yield what a report says about each address that failed."""
    for part in message.walk():
        blocks: Any = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            failed = [block for block in blocks if str(block.get("Action", "")).strip().lower().startswith(FAILED)]
            for block in failed:
                reason = str(block.get("Diagnostic-Code", "")).partition(";")[2]
                yield reason or str(block.get("Status", ""))


def _refusal(text: str) -> str:
    """Return the line of an old form in which a mail server refuses; never of the message that the form returns."""
    for line in text.splitlines():
        if RETURNED.match(line):
            return ""
        if REFUSAL.match(line):
            return line
    return ""


def _text(message: Message) -> str:
    """Return the first text of a message, never that of a message which it returns."""
    if message.get_content_maintype() == "message":
        return ""
    if message.is_multipart():
        parts: Any = message.get_payload()
        return next((text for text in map(_text, parts) if text), "")
    if message.get_content_maintype() != "text":
        return ""
    content: Any = message.get_payload(decode=True)
    try:
        return str(content.decode(message.get_content_charset("utf-8"), errors="replace"))
    except LookupError:
        return str(content.decode(errors="replace"))


def _header(message: Message, name: str) -> str:
    """Return a header as it is read; as it was sent if it cannot be decoded."""
    value = str(message.get(name, ""))
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        return value
