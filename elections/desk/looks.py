"""What happened to an election since a reviewer last looked at it; what they did themselves is no news."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User

from ..models import Election, Event, Look, ReviewNote


class News(NamedTuple):
    """One thing that someone else did, or the clock, or a signer."""

    at: datetime
    sentence: str
    who: str


def last_look(user: User) -> Subquery:
    """Return when a person last looked at an election, as a column of it; NULL if they never did."""
    return Subquery(_looks(user).values("at"))


def is_changed(user: User) -> Exists:
    """Return whether there is news since a person last looked at an election, as a column of it."""
    of_it = {"election": OuterRef("election")}
    events = Event.objects.filter(**of_it, at__gt=OuterRef("at")).exclude(by=user)
    notes = ReviewNote.objects.filter(**of_it, written_at__gt=OuterRef("at")).exclude(written_by=user)
    return Exists(_looks(user).filter(Exists(events) | Exists(notes)))


def news(events: Iterable[Event], notes: Iterable[ReviewNote], user: User, since: datetime) -> list[News]:
    """Return what others did since a moment, newest first."""
    of_others = [News(event.at, event.sentence, event.who) for event in events if event.by_id != user.pk]
    by_others = [note for note in notes if note.written_by_id != user.pk]
    of_others += [News(note.written_at, "Note written", str(note.written_by)) for note in by_others]
    return sorted((one for one in of_others if one.at > since), reverse=True)


def keep_look(election: Election, user: User, at: datetime) -> None:
    """Keep that a person looked at an election at a moment, in the place of when they did before."""
    look = Look(election=election, user=user, at=at)
    Look.objects.bulk_create([look], update_conflicts=True, unique_fields=["election", "user"], update_fields=["at"])


def _looks(user: User) -> QuerySet[Look]:
    return Look.objects.filter(election=OuterRef("pk"), user=user)
