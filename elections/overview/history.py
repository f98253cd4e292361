"""What happened to an election, as the people of it are told."""

from collections.abc import Iterable

from ..models import Election, Event
from ..objections import OBJECT, open_objections, unsettled
from ..states import ElectionStatus, Verb

OF_THE_DESK = ("settle_conflict", "assign", Verb.TAKE_BACK)  # the first tells that another election names the TIN


def history(election: Election) -> list[Event]:
    """Return the events, newest first, without the desk's own and without decisions that have not taken effect."""
    events = list(election.events.select_related("by").order_by("-at", "-id"))
    untold = {event.details["event"] for event in events if event.verb == Verb.TAKE_BACK}
    if election.pending_decision_id:
        untold.add(election.status_event_id)
    return [event for event in events if event.verb not in OF_THE_DESK and event.pk not in untold]


def objections(election: Election, events: Iterable[Event]) -> list[Event]:
    """Return what signers say isn't right among these events of its history, as long as it is open at the desk.

    In a draft, all of it: no reviewer has seen it yet. One query, or none where nobody ever said so.
    """
    said = [event for event in events if event.verb == OBJECT]
    is_draft = election.status == ElectionStatus.DRAFT
    waiting = (unsettled() if is_draft else open_objections(publicly=True)) if said else Event.objects.none()
    waiting_ids = set(waiting.filter(election=election).values_list("pk", flat=True))
    return [event for event in said if event.pk in waiting_ids]
