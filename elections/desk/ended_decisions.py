"""What became of a decision: it is in effect, waits for that, was undone or reopened, or its election went on."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from ground.templatetags.et import et_datetime

from ..models import Decision, Election, Event
from ..states import Verb

WORDS = {
    Verb.TAKE_BACK: "Undone",
    Verb.REOPEN: "Reopened",
    Verb.SUBMIT: "Replaced by a new submission",
    Verb.WITHDRAW: "Election withdrawn",
}


def with_end(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Return the decisions with the verb that ended each, and when; NULL for one that counts."""
    left = Event.objects.filter(
        election=OuterRef("submission__election"), from_status=OuterRef("outcome"), at__gte=OuterRef("decided_at")
    ).order_by("at", "pk")
    return decisions.annotate(ended_by=Subquery(left.values("verb")[:1]), ended_at=Subquery(left.values("at")[:1]))


def end_in_words(decision: Any, election: Election) -> str:
    """Return what became of one of these decisions, and when."""
    if decision.ended_by:
        return f"{WORDS[decision.ended_by]} {et_datetime(decision.ended_at, 'seconds')}"
    return "Not in effect yet" if election.pending_decision_id == decision.pk else "In effect"
