"""How long CMS took from receipt to decision; said only of several decisions together, so that no one's own is told."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from ..models import Decision, Election, Event
from ..states import Verb

FEWEST = 5  # decisions of which a time is said
RECENT = 20  # of the last decisions, so many at most


@dataclass(frozen=True, slots=True)
class WaitingTime:
    """What several decisions took: how many they are, and whole days."""

    decisions: int
    median: int
    shortest: int
    longest: int

    @property
    def sentence(self) -> str:
        """Say it, as in `CMS made its last 12 decisions in 2 to 14 days. Half of them took 6 days or less.`"""
        made = f"CMS made its last {self.decisions} decisions in"
        if self.shortest == self.longest:
            return f"{made} {_days(self.longest)}."
        shortest = self.shortest or _days(0)
        return f"{made} {shortest} to {_days(self.longest)}. Half of them took {_or_less(self.median)}."


def decisions_made(performance_year: int) -> QuerySet[Decision]:
    """Return the decisions about a performance year that took effect: not those that wait, or were undone."""
    taken_back = Event.objects.filter(verb=Verb.TAKE_BACK, election=OuterRef("submission__election"))
    undone = taken_back.annotate(decision=Cast(KT("details__decision"), BigIntegerField())).filter(
        decision=OuterRef("pk")
    )
    waits = Election.objects.filter(pending_decision=OuterRef("pk"))
    return Decision.objects.filter(
        ~Exists(undone), ~Exists(waits), submission__election__performance_year=performance_year
    )


def recent_waiting_time(performance_year: int) -> WaitingTime | None:
    """Return what the last decisions about a performance year took; None while there are too few."""
    newest = decisions_made(performance_year).order_by("-decided_at", "-pk")
    moments = newest.values_list("submission__received_at", "decided_at")[:RECENT]
    return waiting_time(waited(received_at, decided_at) for received_at, decided_at in moments)


def waiting_time(waits: Iterable[timedelta]) -> WaitingTime | None:
    """Return what these decisions took; None if they are too few."""
    listed = sorted(waits)
    if len(listed) < FEWEST:
        return None
    median = timedelta(seconds=statistics.median(wait.total_seconds() for wait in listed))
    return WaitingTime(len(listed), median.days, listed[0].days, listed[-1].days)


def waited(received_at: datetime, decided_at: datetime) -> timedelta:
    """Return the time from receipt to decision; none where a corrected clock put them in the wrong order."""
    return max(decided_at - received_at, timedelta(0))


def _or_less(days: int) -> str:
    return f"{_days(days)} or less" if days else _days(days)


def _days(days: int) -> str:
    if days == 0:
        return "less than 1 day"
    return "1 day" if days == 1 else f"{days} days"
