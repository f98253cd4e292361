"""What every verb is made of: the lock, the conditional status change with its Event, and the mails it owes."""

import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from accounts.models import User
from ground.clock import EASTERN
from ground.service_center import call_it

from .models import Decision, Election, Event
from .states import Verb, transition

DAYS_BEFORE = (14, 7, 3, 1, 0)  # of the last day on which one can submit
NOT_BEFORE = time(8)  # Eastern Time


class Refused(Exception):
    """A verb that cannot be done now; `sentences` say why and what to do.

    `was_saved`: the rest of it was done. `emptied` names the field in which what was typed must not stay. `is_error`:
    something is wrong; else there is only something to read first.
    """

    was_saved = False
    is_error = True
    emptied = ""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def lock(election_id: uuid.UUID) -> Election:
    """Return the election, locked until the transaction ends.

    Selects no related rows: after waiting for the lock, a join would return them as they were before the wait. Raises
    Election.DoesNotExist; TransactionManagementError outside a transaction.
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
            f"This election is now {election.get_status_display().lower()}, so you can no longer do that. "
            "Reload the page to see its status."
        )
    if line.in_window and not window_is_open(election, now):
        raise Refused(
            f"The election window for {election.performance_year} is not open, so you cannot do that now. "
            f"If you didn’t expect that, {call_it()}."
        )
    event = Event.objects.create(
        election=election, verb=verb, from_status=line.source, to_status=line.target, by=by, at=now, details=details
    )
    values = {"status": line.target, "status_event": event, "changed_at": now} | dict(fields or {})
    if not Election.objects.filter(pk=election.pk, status=line.source).update(**values):
        raise Refused("Someone else changed this election a moment ago. Reload the page to see its status.")
    for name, value in {"status": line.target, "status_event": event, **(fields or {})}.items():
        setattr(election, name, value)
    return event


def undo_decision(election: Election, *, by: User, now: datetime) -> Decision:
    """Take back the decision of a locked election that waits for its effect, and return it: the review goes on.

    The identifier is again what it was; nothing else had happened yet.
    """
    decision = election.pending_decision
    if decision is None:
        raise Refused("No decision is waiting to take effect, so there is nothing to undo.")
    before = {
        "pending_decision": None,
        "changed_at": election.changed_at,
        "virtual_group_identifier": decision.identifier_before,
        "identifier_is_provisional": decision.was_provisional,
    }
    undone = {"decision": decision.pk, "event": election.status_event_id, "before": election.virtual_group_identifier}
    change_status(election, Verb.TAKE_BACK, by=by, now=now, fields=before, **undone)
    return decision


def days_left(election: Election, now: datetime) -> int | None:
    """Return the number of days before the window's last day (ET); None if the window is not open."""
    if not window_is_open(election, now):
        return None
    last = election.window.closes - timedelta(microseconds=1)
    return (last.astimezone(EASTERN).date() - now.astimezone(EASTERN).date()).days
