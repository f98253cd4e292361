"""Showing a practice's whole TIN to staff: an event, with a reason."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..models import Event
from ..verbs import record
from .actions import lock_as_stranger


@transaction.atomic
def reveal(election_id: uuid.UUID, *, practice: str, reason: str, by: User, now: datetime) -> Event:
    """Write down who saw which practice's TIN whole, and why, before it is shown."""
    return record(lock_as_stranger(election_id, by), "reveal_tin", by=by, now=now, practice=practice, reason=reason)
