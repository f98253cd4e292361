"""What every verb is made of: the lock, the conditional status change with its Event, and the mails it owes."""

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import User
from notices import outbox

from ..models import Election, ElectionRole, Event
from ..states import Verb, transition

SCHEME = re.compile(r"(?:[a-z][a-z0-9+-]*[:：])?[/\\／]{2,}|\b(?:https?|ftp|mailto|tel)[:：][/\\／]?", re.IGNORECASE)
SITE = re.compile(r"(?<![@\w.-])[\w-]+(?:[.。．][\w-]+)*[.。．][a-z][\w-]+(?![\w@-]|[.。．]\w)", re.IGNORECASE)
DOT = re.compile("[.。．]")


class Refused(Exception):
    """A verb that cannot be done now; `sentences` say why and what to do. `was_saved`: the rest of it was done."""

    was_saved = False

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def lock(election_id: uuid.UUID) -> Election:
    """Return the election, locked until the transaction ends, so that verbs follow one another.

    Alone: who had to wait for the lock would else see the row as it now is, joined to its last submission and reviewer
    as they were before. Raises Election.DoesNotExist; TransactionManagementError outside a transaction.
    """
    return Election.objects.select_for_update(no_key=True).get(pk=election_id)


def window_is_open(election: Election, moment: datetime) -> bool:
    """Say whether the election window of the performance year is open at a moment (414.1315(b))."""
    return election.window.opens <= moment < election.window.closes


def record(election: Election, verb: str, *, by: User | None, now: datetime, **details: Any) -> Event:
    """Write one thing that happened and left the status as it was; `by` None is the clock, or a signer by link."""
    return Event.objects.create(election=election, verb=verb, by=by, at=now, details=details)


def change_status(
    election: Election,
    verb: Verb,
    *,
    by: User | None,
    now: datetime,
    fields: Mapping[str, Any] | None = None,
    **details: Any,
) -> Event:
    """Take the election along its line of the table, `fields` of it changed with its status, and return the Event.

    Raises Refused where the table has no such line, the line needs an open window, or somebody was first.
    """
    line = transition(verb, election.status)
    if line is None:
        raise Refused(
            f"This election is {election.get_status_display().lower()} now, so that can no longer be done. "
            "Reload the page to see where it stands."
        )
    if line.in_window and not window_is_open(election, now):
        raise Refused(
            f"The election window for {election.performance_year} is not open, so that cannot be done now. "
            f"Call the {settings.SERVICE_CENTER['name']} at {settings.SERVICE_CENTER['phone']}."
        )
    event = Event.objects.create(
        election=election,
        verb=verb,
        from_status=line.source,
        to_status=line.target,
        by=by,
        at=now,
        details=details,
    )
    values = {"status": line.target, "status_event": event, "changed_at": now} | dict(fields or {})
    if not Election.objects.filter(pk=election.pk, status=line.source).update(**values):
        raise Refused("Somebody else changed this election a moment ago. Reload the page to see where it stands.")
    for name, value in {"status": line.target, "status_event": event, **(fields or {})}.items():
        setattr(election, name, value)
    return event


def concerned(election: Election) -> list[str]:
    """Return the addresses of those who work on an election: its representative first, then its collaborators."""
    roles = election.roles.filter(kind=ElectionRole.Kind.COLLABORATOR).order_by("user__email")
    collaborators = roles.values_list("user__email", flat=True)
    return list(dict.fromkeys(address for address in (election.representative_email, *collaborators) if address))


def tell(event: Event, template: str, addresses: Iterable[str], *, now: datetime, of: str = "", **context: Any) -> None:
    """Owe each address the mail of templates/elections/mail/<template>.txt; its first line is the subject.

    `of` tells several mails of one event to one address apart.
    """
    subject, body = compose(event.election, template, **context)
    notices = outbox.owe_all(
        {address: f"election-event:{event.pk}:{template}:{of}{address}" for address in addresses},
        reason=f"election {template.replace('_', ' ')}",
        subject=subject,
        body=body,
        now=now,
    )
    event.notices.add(*notices)


def compose(election: Election, template: str, **context: Any) -> tuple[str, str]:
    """Return subject and body of a mail, exactly as it will be sent."""
    text = render_to_string(
        f"elections/mail/{template}.txt",
        {
            "election": election,
            "SITE_URL": settings.SITE_URL,
            "SITE_NAME": settings.SITE_NAME,
            "SERVICE_CENTER": settings.SERVICE_CENTER,
            **context,
        },
    )
    subject, _, body = _without_links_of_others(text).strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _without_links_of_others(text: str) -> str:
    """Return a mail's text with every address of another site taken apart: what somebody typed stands in it.

    E-mail addresses stay.
    """
    ours = f"{settings.SITE_URL}/"
    return ours.join(SITE.sub(lambda name: DOT.sub(". ", name[0]), SCHEME.sub(" ", part)) for part in text.split(ours))
