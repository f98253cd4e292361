"""What signers say isn't right, and until when it is open: the same for the desk, the group and the signer."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import User
from agreements.models import SigningRequest

from .content import PracticeEntry, Snapshot
from .models import Election, Event
from .readiness import keys_of
from .signers import signers_ever
from .states import DECIDED, UNDECIDED
from .verbs import record

OBJECT, SETTLE, OPEN_AGAIN = "object", "settle_objection", "open_objection_again"
NO_LONGER_NAMED = "The representative submitted again without the practice."
NAMED_AGAIN = "The representative submitted again with the practice."


def settling() -> QuerySet[Event]:
    """Return the events that settle the objection of an outer query: of its election alone, which has an index."""
    settled = Cast(KT("details__objection"), BigIntegerField())
    of_it = Event.objects.filter(election=OuterRef("election"), verb=SETTLE)
    return of_it.alias(settled=settled).filter(settled=OuterRef("pk"))


def still_settling() -> QuerySet[Event]:
    """Return the same, but for those taken back: the practice had left, and was named again."""
    taken_back = Event.objects.filter(election=OuterRef("election"), verb=OPEN_AGAIN)
    settlement = Cast(KT("details__settlement"), BigIntegerField())
    return settling().filter(~Exists(taken_back.alias(settlement=settlement).filter(settlement=OuterRef("pk"))))


def unsettled() -> QuerySet[Event]:
    """Return the objections of which no one said what became of them."""
    return Event.objects.filter(~Exists(still_settling()), verb=OBJECT)


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
    return said.filter(link__in=theirs).annotate(settled_at=still_settling().values("at")[:1])


def settle(objection: Event, *, by: User | None, reason: str, now: datetime) -> Event:
    """Write down what became of an objection, in a locked election; `by` None: another submission settled it."""
    said = {"objection": objection.pk, "practice": objection.details["practice"], "reason": reason}
    return record(objection.election, SETTLE, by=by, now=now, **said)


def settle_of_gone(event: Event, gone: Collection[PracticeEntry], *, now: datetime) -> None:
    """Settle what was said for practices that a submission no longer names; `event` is the submission's."""
    said = list(unsettled().filter(election=event.election_id).select_related("election"))
    theirs = _links_for(event.election, gone) if said else set()
    for objection in said:
        if objection.details["link"] in theirs:
            settle(objection, by=None, reason=NO_LONGER_NAMED, now=now)


def open_again(event: Event, snapshot: Snapshot, *, now: datetime) -> None:
    """Open again what was settled because its practice left, where a submission names one of its TINs again.

    So no one gets past an objection by leaving the practice out of one submission. `event` is the submission's.
    """
    settlement = still_settling().filter(by=None).values("pk")[:1]
    said = Event.objects.filter(election=event.election_id, verb=OBJECT).annotate(settlement=settlement)
    settled = list(said.exclude(settlement=None))
    if not settled:
        return
    theirs = _links_for(event.election, snapshot.practices)
    for objection in settled:
        if objection.details["link"] in theirs:
            why = {"practice": objection.details["practice"], "reason": NAMED_AGAIN}
            record(event.election, OPEN_AGAIN, by=None, now=now, settlement=objection.settlement, **why)


def _links_for(election: Election, entries: Collection[PracticeEntry]) -> set[int]:
    """Return the links of the people who were ever named for these practices, by their TINs."""
    signers = [signer for _, named in signers_ever(election) for signer in named]
    keys = {key for entry in entries for key in keys_of(entry)}
    people = {_person(signer.request) for signer in signers if keys.intersection(keys_of(signer.entry))}
    theirs = SigningRequest.objects.filter(party__in={party for party, _ in people})  # from before a submission, too
    return {link.pk for link in theirs if _person(link) in people}


def _person(link: SigningRequest) -> tuple[int, str]:
    """Return whose link it is, as `said_by` knows them: each practice has a party of its own."""
    return link.party_id, link.email
