"""A notice as the message that the mail server gets."""

from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from . import enclosures
from .mail_html import html_of
from .models import Notice
from .return_addresses import return_address


def message_of(notice: Notice, now: datetime) -> EmailMultiAlternatives:
    """Return what is sent for a notice: its text, the same as HTML, and its PDF if that is ready.

    Each sending has a return address of its own, if bounces are read. Raises CannotDecrypt if the key is missing.
    """
    pdf = enclosures.opened(notice)
    body = enclosures.with_note(str(notice.body), notice.enclosure_name) if pdf else str(notice.body)
    message = EmailMultiAlternatives(
        subject=notice.subject,
        body=body,
        from_email=return_address(notice) or sender(),
        to=[notice.to],
        reply_to=[notice.reply_to] if notice.reply_to else None,
        headers={
            "From": sender(),
            "Message-ID": notice.message_id,
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html_of(notice.subject, body), "text/html")
    if pdf:
        message.attach(notice.enclosure_name, pdf, "application/pdf")
    return message


def sender() -> str:
    """Return the address that mails come from, under the site's name unless DEFAULT_FROM_EMAIL has a name."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or settings.SITE_NAME, address))
