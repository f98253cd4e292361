"""What is recorded of an agreement that is executed elsewhere."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from agreements.models import Party

from ..drafts.merging import Merge, Was
from ..models import Election
from ..working_copy import lock_to_edit, note_change
from .paper_dates import note_dated


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """What the representative says of one practice's agreement."""

    executed_on: date | None
    signer_name: str
    signer_title: str
    opt_in_accepted: bool = False
    signer_email: str = ""


PARTY_FIELDS = tuple(field.name for field in fields(PartyEntry))


def save_agreement(
    election_id: uuid.UUID,
    *,
    parties: Mapping[int, PartyEntry | Mapping[str, Any]],
    by: User,
    now: datetime,
    was: Was | None = None,
) -> Election:
    """Keep for each practice (by member id) when and by whom it was executed, and whether it opts in.

    Of a party only the fields that are given change; `was` names them with `party_prefix` before them.
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        dated: list[int] = []
        for member in election.members.select_related("party").filter(pk__in=parties):
            entry = parties[member.pk]
            stands = {name: getattr(member.party, name) for name in PARTY_FIELDS}
            typed = asdict(entry) if isinstance(entry, PartyEntry) else entry
            entered = merge.fields(stands, typed, party_prefix(member.pk))
            Party.objects.filter(pk=member.party_id).update(**entered)
            if entered["executed_on"] != stands["executed_on"]:
                dated.append(member.party_id)
        if dated:
            note_dated(election, dated)
        note_change(election, by=by, now=now)
    merge.finish()
    return election


def party_prefix(member_id: int) -> str:
    """Return the prefix of one party's field names."""
    return f"practice-{member_id}-"
