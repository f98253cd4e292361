"""Keeping what was checked without an account: it becomes a draft, with nothing typed twice."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..content import PracticeEntry
from ..models import Election
from ..practices.members import save_member
from ..start import start_election


@transaction.atomic
def keep_as_draft(
    entries: Iterable[PracticeEntry], *, performance_year: int, by: User, now: datetime, address: str | None = None
) -> Election:
    """Start a draft with these practices; raises Refused where none can start."""
    election = start_election(performance_year=performance_year, by=by, now=now)
    for entry in entries:
        save_member(
            election.pk,
            None,
            name=entry.name,
            tin_kind=entry.tin_kind,
            tin=entry.tin,
            npis=entry.npis,
            by=by,
            now=now,
            address=address,
        )
    return election
