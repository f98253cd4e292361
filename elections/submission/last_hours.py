"""The last 48 hours before a deadline: how long is left, who has not signed, and how each of them is reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from eligibility.law.parameters import SSN_DIGITS
from eligibility.law.rule_results import count

from ..content import Snapshot
from ..models import Election, Member
from ..states import STANDING, ElectionStatus
from ..verbs import window_is_open

LAST = timedelta(hours=48)
MOST_NAMED = 10  # practices that a page names one by one


@dataclass(frozen=True, slots=True)
class UnsignedPractice:
    """A practice that has not signed; its signer's name and email address are empty if they were not given."""

    name: str
    signer: str
    email: str


@dataclass(frozen=True, slots=True)
class LastHours:
    """What the last hours of a window look like for one election, at one moment.

    `more` counts the practices that have not signed either and are not named. `ssn_digits` is how many last digits of a
    Social Security number CMS takes.
    """

    now: datetime
    left: str
    unsigned: list[UnsignedPractice]
    more: int
    is_signed_here: bool
    ssn_digits: int


def last_hours(election: Election, snapshot: Snapshot, *, now: datetime) -> LastHours | None:
    """Return what the last hours look like; None before them, after them, and if nothing can be submitted.

    Runs a query only if a practice has not signed.
    """
    may_be_submitted = election.public_status in (ElectionStatus.DRAFT, *STANDING)
    left = election.window.closes - now
    if not may_be_submitted or not window_is_open(election, now) or left > LAST:
        return None
    entries = zip(snapshot.member_ids, snapshot.practices, strict=True)
    unsigned = [member_id for member_id, entry in entries if entry.executed_on is None]
    return LastHours(
        now=now,
        left=time_left(left),
        unsigned=_reached(unsigned[:MOST_NAMED]) if unsigned else [],
        more=max(0, len(unsigned) - MOST_NAMED),
        is_signed_here=snapshot.is_signed_here,
        ssn_digits=SSN_DIGITS.for_year(election.performance_year),
    )


def time_left(left: timedelta) -> str:
    """Return how long is left, in whole hours from two on, else in minutes: `47 hours`, `119 minutes`, `1 minute`."""
    minutes = left // timedelta(minutes=1)
    if minutes >= 120:
        return count(minutes // 60, "hour")
    return count(minutes, "minute") if minutes else "less than 1 minute"


def _reached(member_ids: Iterable[int]) -> list[UnsignedPractice]:
    """Return practices in their order, each with the person who signs for it."""
    members = Member.objects.filter(pk__in=list(member_ids)).select_related("party").order_by("position")
    return [UnsignedPractice(str(member), member.party.signer_name, member.party.signer_email) for member in members]
