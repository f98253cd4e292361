"""A real mail server for tests: it listens on a port, keeps what it is given, and answers as it is told."""

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    """Return a port of the loopback address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer:
    """Keeps the messages it accepted in `messages`.

    `recipients` gives the answer to RCPT by address, as in `{"gone@example.org": "550 5.1.1 No such mailbox"}`,
    `sender` the one to MAIL and `content` the one to DATA, for all messages; without them everything is accepted. While
    `answers` is false, it takes each message and lets its sender wait; for a recipient in `hangs` it takes none and
    says nothing; to one in `drips` it says line after line and never the last; while `stays` is true, it never answers
    a goodbye. `returns` are the return addresses of the messages, in their order.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.messages: list[EmailMessage] = []
        self.recipients: dict[str, str] = {}
        self.returns: list[str] = []
        self.hangs: set[str] = set()
        self.drips: set[str] = set()
        self.sender: str | None = None
        self.content: str | None = None
        self.answers = True
        self.stays = False
        self._controller: Any = None

    def start(self) -> None:
        """Listen, on the same port each time."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Close the port, so that connections are refused."""
        self.answers = True
        self.stays = False
        self.hangs.clear()
        self.drips.clear()
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer for the sender."""
        if self.sender is None:
            envelope.mail_from = address
        return self.sender or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer for one recipient."""
        while address in self.hangs:
            await asyncio.sleep(0.05)
        while address in self.drips:
            await server.push("250-One moment")
            await asyncio.sleep(0.05)
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer a goodbye, or go on and on."""
        while self.stays:
            await server.push("221-One moment")
            await asyncio.sleep(0.05)
        return "221 Bye"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, or answer as told."""
        if self.content is not None:
            return self.content
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.returns.append(str(envelope.mail_from))
        while not self.answers:
            await asyncio.sleep(0.05)
        return "250 OK"


def text_of(message: EmailMessage) -> str:
    """Return the plain text of a message, as its reader sees it."""
    return _part(message, "plain")


def html_of(message: EmailMessage) -> str:
    """Return the HTML of a message."""
    return _part(message, "html")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage), f"no {kind} in {message.get_content_type()}"
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """Run a mail server, and point the settings to it."""
    server = MailServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.start()
    yield server
    server.stop()
