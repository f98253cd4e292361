"""What the dashboard counts: the elections that CMS received, and the decisions about one performance year."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from django.db.models import Count

from accounts.models import User
from ground.clock import EASTERN

from ..access import part_of
from ..models import CorrectionRequest, Election
from ..submission.waiting_times import decisions_made, waited

LATELY = timedelta(days=30)
Own: TypeAlias = Collection[uuid.UUID]


class ReceivedElection(NamedTuple):
    """What is counted of an election, by its last submission."""

    performance_year: int
    status: str
    received_at: datetime
    reviewer_id: int | None

    @property
    def day(self) -> date:
        """The day on which it was received, in Eastern Time."""
        return self.received_at.astimezone(EASTERN).date()


@dataclass(frozen=True, slots=True)
class MadeDecision:
    """What is counted of a decision; `reasons` are rule and paragraph of each finding that a rejection named."""

    outcome: str
    decided_by: int
    decided_at: datetime
    waited: timedelta
    reasons: frozenset[tuple[str, str]]

    def is_recent(self, now: datetime) -> bool:
        """Say whether it was made in the last 30 days."""
        return now - self.decided_at <= LATELY


def own_elections(user: User) -> list[uuid.UUID]:
    """Return the elections in which a person has a part: they are not counted for them, as the lists leave them out."""
    return list(Election.objects.filter(part_of(user)).order_by().values_list("pk", flat=True))


def received_elections(own: Own) -> list[ReceivedElection]:
    """Return all that CMS received, of all years; no one there sees a draft."""
    fields = ("performance_year", "status", "last_submission__received_at", "reviewer_id")
    received = Election.objects.filter(last_submission__isnull=False).exclude(pk__in=own).order_by()
    return [ReceivedElection(*row) for row in received.values_list(*fields)]


def made_decisions(performance_year: int, own: Own) -> list[MadeDecision]:
    """Return the decisions about a year, without their long ledgers."""
    fields = ("outcome", "decided_by", "decided_at", "submission__received_at", "picked")
    others = decisions_made(performance_year).exclude(submission__election__in=own)
    rows = others.order_by().values_list(*fields)
    return [
        MadeDecision(outcome, by, at, waited(received_at, at), frozenset((one["rule"], one["cite"]) for one in picked))
        for outcome, by, at, received_at, picked in rows
    ]


def requests_made(performance_year: int, own: Own) -> dict[tuple[str, str], int]:
    """Count the requests for correction about a year by what they are pinned to: a kind of place, and which field."""
    asked = CorrectionRequest.objects.filter(correction__submission__election__performance_year=performance_year)
    asked = asked.exclude(correction__submission__election__in=own)
    counts = asked.order_by().values_list("pin", "field").annotate(Count("pk"))
    return {(pin, field): count for pin, field, count in counts}
