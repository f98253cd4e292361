"""The mails that an election owes, each with the event it is about."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import Role, User
from ground.official_links import LINK
from notices import outbox
from notices.enclosures import Enclosure
from notices.endings import with_end
from notices.models import Notice
from notices.outbox import Letter
from notices.subjects import cut

from .access import holds_a_role
from .models import Election, Event, RoleKind

SCHEME = re.compile(r"(?:[a-z][a-z0-9+-]*[:：])?[/\\／]{2,}|\b(?:https?|ftp|mailto|tel)[:：][/\\／]?", re.IGNORECASE)
SITE = re.compile(r"(?<![@\w.-])[\w-]+(?:[.。．][\w-]+)*[.。．][a-z][\w-]+(?![\w@-]|[.。．]\w)", re.IGNORECASE)
DOT = re.compile("[.。．]")
UNDELIVERED_MAIL = "election undelivered"  # the reason of the mail that says that another did not arrive


@dataclass(frozen=True)
class Mail:
    """A mail exactly as it will be sent; `template` is the name of its file, `reply_to` is empty for no one."""

    template: str
    to: tuple[str, ...]
    subject: str
    body: str
    reply_to: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hexadecimal: by it a form says which mail was shown."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


def concerned(election: Election) -> list[str]:
    """Return the addresses of those who work on an election: its representative first, then its collaborators."""
    roles = election.roles.filter(kind=RoleKind.COLLABORATOR).order_by("user__email")
    collaborators = roles.values_list("user__email", flat=True)
    return list(dict.fromkeys(address for address in (election.representative_email, *collaborators) if address))


def desk_of(election: Election) -> list[str]:
    """Return the addresses of an election's reviewer, else of lead reviewers, else of all; none with a part in it."""
    reviewer = election.reviewer
    if reviewer and reviewer.is_active and not holds_a_role(reviewer, election):
        return [reviewer.email]
    for role in (Role.LEAD_REVIEWER, Role.REVIEWER):
        people = User.objects.filter(is_active=True, staff_roles__role=role).order_by("email")
        if found := [each.email for each in people if not holds_a_role(each, election)]:
            return found
    return []


def latest_mails(election: Election, addresses: Iterable[str]) -> dict[str, Notice]:
    """Return the latest mail about an election to each address that got one, without its text, in one query."""
    owed = Notice.objects.defer("body").filter(events__election=election, to__in=addresses)
    return {notice.to: notice for notice in owed.order_by("to", "-pk").distinct("to")}


def tell(
    event: Event,
    template: str,
    addresses: Iterable[str],
    *,
    now: datetime,
    of: str = "",
    reply_to: str = "",
    **context: Any,
) -> None:
    """Owe each address the mail of templates/elections/mail/<template>.txt; its first line is the subject.

    `of` tells several mails of one event to one address apart.
    """
    owe(event, compose(event.election, template, addresses, reply_to=reply_to, **context), now=now, of=of)


def owe(event: Event, mail: Mail, *, now: datetime, of: str = "", enclosure: Enclosure | None = None) -> None:
    """Owe a mail that was composed, as `tell` does."""
    notices = outbox.owe_all(
        {address: _key(event, mail, of, address) for address in mail.to},
        reason=_reason(mail),
        subject=mail.subject,
        body=mail.body,
        reply_to=mail.reply_to,
        enclosure=enclosure,
        now=now,
    )
    event.notices.add(*notices)


def owe_each(event: Event, mails: Sequence[Mail], *, now: datetime) -> list[int]:
    """Owe mails of one template that differ from person to person, in as many queries as one; return the notices' ids.

    They are in the order of the mails and their addresses.
    """
    letters = [
        Letter(_key(event, mail, "", address), address, mail.subject, mail.body, mail.reply_to)
        for mail in mails
        for address in mail.to
    ]
    notices = outbox.owe_each(letters, reason=_reason(mails[0]), now=now)
    event.notices.add(*notices)
    return notices


def _key(event: Event, mail: Mail, of: str, address: str) -> str:
    return f"election-event:{event.pk}:{mail.template}:{of}{address}"


def _reason(mail: Mail) -> str:
    return f"election {mail.template.replace('_', ' ')}"


def compose(election: Election, template: str, addresses: Iterable[str], *, reply_to: str = "", **context: Any) -> Mail:
    """Return a mail exactly as it will be sent, with its end."""
    subject, body = in_two(_without_links_of_others(rendered(template, election=election, **context)))
    reply_to = outbox.one_address(reply_to)
    return Mail(template, tuple(addresses), cut(subject), with_end(body, reply_to=reply_to), reply_to)


def rendered(template: str, **context: Any) -> str:
    """Return the text of a mail without its end, before links of others are taken out.

    Its apostrophes are straight, also those of sentences that pages show, too; what people wrote stays as it is.
    """
    names = ("SITE_URL", "SITE_NAME", "SERVICE_CENTER")
    text = render_to_string(
        f"elections/mail/{template}.txt", {name: getattr(settings, name) for name in names} | context
    )
    lines = text.split("\n")
    return "\n".join(line if line.startswith(">") else line.replace("’", "'") for line in lines)


def in_two(text: str) -> tuple[str, str]:
    """Return a mail's subject, which is its first line, and its body."""
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _without_links_of_others(text: str) -> str:
    """Return a mail's text with every address of another site taken apart: what somebody typed stands in it.

    E-mail addresses stay, and links to the rules and to CMS.
    """
    kept = re.compile(f"({re.escape(settings.SITE_URL)}/|{LINK.pattern}\n)", LINK.flags)
    parts = kept.split(text)
    parts[::2] = (SITE.sub(lambda name: DOT.sub(". ", name[0]), SCHEME.sub(" ", part)) for part in parts[::2])
    return "".join(parts)
