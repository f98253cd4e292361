"""Updates at the desk: whose a person reads, which of them wait for CMS, and what a reviewer does about one."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User

from ..access import part_of
from ..models import Election, Update, UpdateState
from ..models.update import STATE_AFTER
from ..upkeep import steps
from .actions import lock_as_stranger
from .seen import refuse_unless_seen


def updates_of_others(user: User) -> QuerySet[Update]:
    """Return the updates of elections in which the person has no part."""
    return Update.objects.exclude(submission__election__in=Election.objects.filter(part_of(user)).values("pk"))


def in_state(state: str) -> Q:
    """Return the condition that an update is in a state."""
    after = Q(last_step__in=[step for step, result in STATE_AFTER.items() if result == state])
    return after | Q(last_step=None) if state == UpdateState.RECORDED else after


def waiting_updates(user: User) -> QuerySet[Update]:
    """Return what a person at CMS may acknowledge or ask about, the longest-waiting first; what was answered, too."""
    return updates_of_others(user).filter(in_state(UpdateState.RECORDED)).order_by("reported_at", "pk")


@transaction.atomic
def acknowledge_update(election_id: uuid.UUID, update_id: int, *, by: User, now: datetime) -> Update:
    """Acknowledge an update of an election in which one has no part; no one is emailed."""
    lock_as_stranger(election_id, by)
    return steps.acknowledge(election_id, update_id, by=by, now=now)


@transaction.atomic
def ask_about_update(
    election_id: uuid.UUID, update_id: int, *, text: str, by: User, now: datetime, mail_seen: str | None = None
) -> Update:
    """Ask the representative about an update of an election in which one has no part.

    `mail_seen` is what the page that showed the mail sends back (seen.py), None where no one looked at it.
    """
    election = lock_as_stranger(election_id, by)
    update = steps.ask(election_id, update_id, text=text, by=by, now=now)
    refuse_unless_seen(steps.question_mail(election, update, text), mail_seen)
    return update
