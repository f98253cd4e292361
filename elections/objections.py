"""What signers say isn't right, and until when it is open: the same for the desk, the group and the signer."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import User
from agreements.models import SigningRequest

from .models import Election, Event
from .states import DECIDED, UNDECIDED
from .verbs import record

OBJECT, SETTLE = "object", "settle_objection"
NO_LONGER_NAMED = "The representative submitted again without the practice."


def settling() -> QuerySet[Event]:
    """Return the events that settle the objection of an outer query: of its election alone, which has an index."""
    settled = Cast(KT("details__objection"), BigIntegerField())
    of_it = Event.objects.filter(election=OuterRef("election"), verb=SETTLE)
    return of_it.alias(settled=settled).filter(settled=OuterRef("pk"))


def unsettled() -> QuerySet[Event]:
    """Return the objections of which no one said what became of them."""
    return Event.objects.filter(~Exists(settling()), verb=OBJECT)


def open_objections(*, publicly: bool = False) -> QuerySet[Event]:
    """Return the objections that wait for a reviewer: they are not settled, nor answered by a decision that stands.

    `publicly`, a decision that has not taken effect answers none: no one but the desk is to learn of it.
    """
    undecided = Q(election__status__in=UNDECIDED)
    if publicly:
        undecided |= Q(election__pending_decision__isnull=False)
    since_decided = Q(election__status__in=DECIDED, at__gt=F("election__status_event__at"))
    return unsettled().filter(undecided | since_decided)


def said_by(link: SigningRequest, election: Election) -> QuerySet[Event]:
    """Return what the person with a link said isn't right, oldest first, each with when it was settled, if it was."""
    theirs = SigningRequest.objects.filter(party=link.party_id, email=link.email).values("pk")
    said = election.events.filter(verb=OBJECT).alias(link=Cast(KT("details__link"), BigIntegerField()))
    return said.filter(link__in=theirs).annotate(settled_at=settling().values("at")[:1])


def settle(objection: Event, *, by: User | None, reason: str, now: datetime) -> Event:
    """Write down what became of an objection, in a locked election; `by` None: another submission settled it."""
    said = {"objection": objection.pk, "practice": objection.details["practice"], "reason": reason}
    return record(objection.election, SETTLE, by=by, now=now, **said)


def settle_of_gone(event: Event, parties: Collection[int], *, now: datetime) -> None:
    """Settle what was said for practices that a submission no longer names; `event` is the submission's."""
    links = SigningRequest.objects.filter(party__in=parties).values("pk")
    said = unsettled().filter(election=event.election_id).alias(link=Cast(KT("details__link"), BigIntegerField()))
    for objection in said.filter(link__in=links).select_related("election"):
        settle(objection, by=None, reason=NO_LONGER_NAMED, now=now)
