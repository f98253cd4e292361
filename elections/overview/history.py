"""What happened to an election, as the people of it are told."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from ..models import Election, Event
from ..objections import unsettled
from ..states import OVER, Verb

OF_THE_DESK = ("settle_conflict", "assign", Verb.TAKE_BACK)  # the first tells that another election names the TIN


def history(election: Election) -> list[Any]:
    """Return the events, newest first, without the desk's own and without decisions that have not taken effect."""
    is_unsettled = Exists(unsettled().filter(pk=OuterRef("pk")))
    events = list(election.events.annotate(is_unsettled=is_unsettled).select_related("by").order_by("-at", "-id"))
    untold = {event.details["event"] for event in events if event.verb == Verb.TAKE_BACK}
    if election.pending_decision_id:
        untold.add(election.status_event_id)
    return [event for event in events if event.verb not in OF_THE_DESK and event.pk not in untold]


def objections(election: Election, events: Iterable[Any]) -> list[Event]:
    """Return what signers say isn't right among these events of its history, as long as no one at CMS settled it.

    A decision that has not taken effect changes nothing here: no one is to learn of it.
    """
    return [] if election.public_status in OVER else [event for event in events if event.is_unsettled]
