"""What happened to an election, as the people of it are told."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from ..models import Election, Event
from ..objections import open_objections
from ..states import Verb

OF_THE_DESK = ("settle_conflict", "assign", Verb.TAKE_BACK)  # the first tells that another election names the TIN


def history(election: Election) -> list[Any]:
    """Return the events, newest first, without the desk's own and without decisions that have not taken effect."""
    is_open = Exists(open_objections(publicly=True).filter(pk=OuterRef("pk")))
    events = list(election.events.annotate(is_open=is_open).select_related("by").order_by("-at", "-id"))
    untold = {event.details["event"] for event in events if event.verb == Verb.TAKE_BACK}
    if election.pending_decision_id:
        untold.add(election.status_event_id)
    return [event for event in events if event.verb not in OF_THE_DESK and event.pk not in untold]


def objections(events: Iterable[Any]) -> list[Event]:
    """Return what signers say isn't right among these events of its history, as long as it is open at the desk."""
    return [event for event in events if event.is_open]
