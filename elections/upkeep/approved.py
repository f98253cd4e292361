"""The approved virtual groups of a performance year: now, or as this site had recorded them by a moment.

Of a moment nothing is read but rows that are never changed: events, decisions, submissions and updates. So whatever
happens later, the answer stays the same.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, prefetch_related_objects

from ..content import Snapshot
from ..models import Decision, Election, Event, Submission, Update
from ..roster_history import Stay, counting, names_on, stays, updates_of
from ..states import ElectionStatus, Verb

LONG = ("submitter_ledger", "reviewer_ledger")  # of a submission, and not needed here
APPROVED = ElectionStatus.APPROVED


@dataclass
class ApprovedGroup:
    """One virtual group as it was approved, with all that was reported since; `recorded_by` None: so far."""

    identifier: str
    submission: Submission
    recorded_by: datetime | None = None

    @cached_property
    def snapshot(self) -> Snapshot:
        return Snapshot.of_submission(self.submission)

    @cached_property
    def reported(self) -> list[Update]:
        return updates_of(self.submission, self.snapshot)

    @cached_property
    def updates(self) -> list[Update]:
        """The updates that count."""
        return counting(self.reported, self.recorded_by)

    @cached_property
    def stays(self) -> list[Stay]:
        """Who was in it, and from when to when."""
        return stays(self.submission, self.snapshot, self.reported, recorded_by=self.recorded_by)

    def names_on(self, day: date | None) -> list[str]:
        """Return what its practices are called on a day; None: by all updates."""
        return names_on(self.snapshot, self.updates, day)


def approved_groups(
    performance_year: int, recorded_by: datetime | None = None, *, among: QuerySet[Election] | None = None
) -> list[ApprovedGroup]:
    """Return the groups whose approval is in effect, by identifier; `among` leaves out other elections.

    In as many queries however many there are. By a moment an approval is in effect from the moment it was to be.
    """
    elections = (Election.objects.all() if among is None else among).filter(performance_year=performance_year)
    if recorded_by is None:
        chosen: QuerySet[Any, Any] = (
            elections.filter(status=APPROVED, pending_decision=None).order_by().values("last_submission")
        )
        before: dict[uuid.UUID, str | None] = {}
    else:
        chosen = _approved_by(elections, recorded_by)
        before = _identifiers_by(performance_year, recorded_by)
    submissions = list(Submission.objects.filter(pk__in=chosen).select_related("election").defer(*LONG))
    prefetch_related_objects(submissions, "updates")
    groups = [
        ApprovedGroup(before.get(made.election_id, made.election.virtual_group_identifier) or "", made, recorded_by)
        for made in submissions
    ]
    return sorted(groups, key=lambda group: group.identifier)


def _approved_by(elections: QuerySet[Election], moment: datetime) -> QuerySet[Decision, Any]:
    """Return the submissions that stood approved at a moment: a decision of an election goes with its status."""
    happened = Event.objects.filter(election=OuterRef("pk"), at__lte=moment).exclude(to_status="").order_by("-pk")
    decided = Decision.objects.filter(submission__election=OuterRef("pk"), decided_at__lte=moment).order_by("-pk")
    approved = elections.annotate(
        status_then=Subquery(happened.values("to_status")[:1]), decision_then=Subquery(decided.values("pk")[:1])
    ).filter(status_then=APPROVED)
    in_effect = Q(takes_effect_at=None) | Q(takes_effect_at__lte=moment)
    decisions = Decision.objects.filter(in_effect, pk__in=approved.order_by().values("decision_then"))
    return decisions.order_by().values("submission")


def _identifiers_by(performance_year: int, moment: datetime) -> dict[uuid.UUID, str | None]:
    """Return the identifiers that elections had at a moment, of those whose identifier may have changed since.

    That is what the first change after it found: every decision and every replacement keeps the one before.
    """
    changes = sorted(_changes_after(performance_year, moment), key=lambda change: change[0], reverse=True)
    return {election_id: before for _, election_id, before in changes}


def _changes_after(performance_year: int, moment: datetime) -> Iterator[tuple[datetime, uuid.UUID, str | None]]:
    decisions = Decision.objects.filter(submission__election__performance_year=performance_year, decided_at__gt=moment)
    yield from decisions.order_by("-pk").values_list("decided_at", "submission__election", "identifier_before")
    events = Event.objects.filter(election__performance_year=performance_year, at__gt=moment)
    replaced = events.filter(verb__in=("replace_identifier", Verb.TAKE_BACK), details__has_key="before")
    yield from replaced.order_by("-pk").values_list("at", "election", "details__before")
