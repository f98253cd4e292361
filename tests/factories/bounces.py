"""What mail servers and people send back to a return address."""

import mailbox
from pathlib import Path

from ground import clock
from notices.delivery import deliver
from notices.models import Notice
from notices.return_addresses import return_address

from .notices import NoticeFactory

SECRET = "k3J9xQvT2mWb7ZrY5nLp8cHs4dFg6aEu1oIi0UyTqRw"  # as stands in a signer's link
BODY = f"Sign here:\nhttp://localhost:8000/sign/{SECRET}\n"


def sent_notice(**fields: str) -> Notice:
    """Return a notice that the mail server took, with a link that lets its reader sign."""
    notice = NoticeFactory(**{"body": BODY} | fields)
    deliver(notice.pk, now=clock.now())
    return Notice.objects.get(pk=notice.pk)


def original(notice: Notice) -> str:
    """Return a notice as it was sent."""
    head = f"From: no-reply@localhost\nTo: {notice.to}\nMessage-ID: {notice.message_id}\nAuto-Submitted: auto-generated"
    return f"{head}\nSubject: {notice.subject}\n\n{notice.body}"


def report(
    notice: Notice,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 5.1.1 No such mailbox",
    to: str = "",
    recipient: str = "",
    returns: Notice | None = None,
    head: str = "Auto-Submitted: auto-replied",
) -> bytes:
    """Return a report on a notice's delivery (RFC 3464), as Postfix writes it."""
    return f"""Return-Path: <>
Delivered-To: {to or return_address(notice)}
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: {to or return_address(notice)}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
{head}
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered. It follows.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {recipient or notice.to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--x
Content-Type: message/rfc822

{original(returns or notice)}
--x--
""".encode()


def vacation(notice: Notice) -> bytes:
    """Return the answer that a mailbox sends by itself while its owner is away."""
    return f"""From: {notice.to}
To: {return_address(notice)}
Subject: Out of office: {notice.subject}
Auto-Submitted: auto-replied

I'm away until January 4. Your message:
> {BODY}
""".encode()


def put(folder: Path, *messages: bytes) -> Path:
    """Put messages into a Maildir, which is made if it is not there; return it."""
    box = mailbox.Maildir(str(folder), create=True)
    for message in messages:
        box.add(message)
    return folder
