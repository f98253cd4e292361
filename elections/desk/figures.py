"""What the dashboard counts: the elections that CMS received, and the decisions about one performance year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, F, Func, JSONField, When

from ground.clock import EASTERN

from ..models import Decision, Election
from ..submission.waiting_times import decisions_made, waited

LATELY = timedelta(days=30)


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
    """What is counted of a decision; `reasons` are the rules that a rejection found not met, with their paragraphs."""

    outcome: str
    decided_by: int
    decided_at: datetime
    waited: timedelta
    reasons: frozenset[tuple[str, str]]

    def is_recent(self, now: datetime) -> bool:
        """Say whether it was made in the last 30 days."""
        return now - self.decided_at <= LATELY


def received_elections() -> list[ReceivedElection]:
    """Return all that CMS received, of all years; no one there sees a draft."""
    fields = ("performance_year", "status", "last_submission__received_at", "reviewer_id")
    received = Election.objects.filter(last_submission__isnull=False).order_by()
    return [ReceivedElection(*row) for row in received.values_list(*fields)]


def made_decisions(performance_year: int) -> list[MadeDecision]:
    """Return the decisions about a year. Of their long ledgers only what rejections found not met is read."""
    not_met = Func(
        F("ledger"),
        function="jsonb_path_query_array",
        template="""%(function)s(%(expressions)s, '$.findings[*] ? (@.outcome == "not_met")')""",
        output_field=JSONField(),
    )
    rejected = {
        name: Case(When(outcome=Decision.ReviewResult.REJECTED, then=value), output_field=JSONField())
        for name, value in {"not_met": not_met, "overridden": F("ledger__overridden")}.items()
    }
    fields = ("outcome", "decided_by", "decided_at", "submission__received_at", *rejected)
    return [
        MadeDecision(outcome, by, at, waited(received_at, at), _reasons(not_met or (), overridden or ()))
        for outcome, by, at, received_at, not_met, overridden in (
            decisions_made(performance_year).order_by().annotate(**rejected).values_list(*fields)
        )
    ]


def _reasons(not_met: Iterable[dict[str, Any]], overridden: Iterable[list[Any]]) -> frozenset[tuple[str, str]]:
    """Return rule and paragraph of each finding that is not met, and that no lead reviewer let stand."""
    let_stand = {(position, rule) for position, rule in overridden}
    return frozenset(
        (finding["rule"], finding["cite"])
        for finding in not_met
        if (finding["practice"], finding["rule"]) not in let_stand
    )
