"""What signers say isn't right, as long as CMS has not answered it."""

from collections.abc import Iterable

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from ..models import Event, Submission
from ..signing.objections import VERB
from ..states import DECIDED, UNDECIDED


def objections_to(submission: Submission, events: Iterable[Event]) -> list[Event]:
    """Return what signers say isn't right in a last submission, or wrote since, as one whose practice left it does."""
    said = (event for event in events if event.verb == VERB)
    return [
        event for event in said if event.details["submission"] == submission.number or event.at > submission.received_at
    ]


def open_objections() -> QuerySet[Event]:
    """Return the objections to last submissions that CMS has not answered by a decision that stands."""
    not_answered = Q(election__status__in=UNDECIDED) | Q(
        election__status__in=DECIDED, at__gt=F("election__status_event__at")
    )
    number = Cast("election__last_submission__number", TextField())
    to_the_last = Q(about=number) | Q(at__gt=F("election__last_submission__received_at"))
    written = Event.objects.filter(not_answered, verb=VERB)
    return written.alias(about=KT("details__submission")).filter(to_the_last)


def objections_of_row() -> Coalesce:
    """Return how many open objections the election of a row has."""
    of_it = open_objections().filter(election=OuterRef("pk")).order_by().values("election")
    return Coalesce(Subquery(of_it.values(count=Count("pk"))), 0)


def objections_in_words(count: int) -> str:
    """Return how many objections there are, as a row says it."""
    return "objection from a signer" if count == 1 else f"{count} objections from signers"
