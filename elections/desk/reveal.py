"""Showing a practice's whole TIN to staff: an event, with a reason."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User

from ..models import Event
from ..verbs import record
from .actions import lock_as_stranger

DOUBLE_CLICK = timedelta(seconds=10)
VERB = "reveal_tin"


@transaction.atomic
def reveal(election_id: uuid.UUID, *, number: int, practice: str, reason: str, by: User, now: datetime) -> Event:
    """Write down who saw which practice's TIN whole, and why, before it is shown; a double click is written down once.

    `number` is the practice's place in the submission, from 1: two practices may have one name.
    """
    election = lock_as_stranger(election_id, by)
    details = {"practice": practice, "number": number, "reason": reason}
    just_now = election.events.filter(verb=VERB, by=by, at__gt=now - DOUBLE_CLICK, details=details)
    return just_now.first() or record(election, VERB, by=by, now=now, **details)
