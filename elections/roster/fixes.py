"""Mending all lines with the same problem at once."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import User

from ..models import MemberClinician
from ..practices.members import record_asking
from .undo import step


def remove_lines(election_id: uuid.UUID, keys: Sequence[uuid.UUID], *, what: str, by: User, now: datetime) -> None:
    """Take lines off their rosters."""
    with step(election_id, what, by=by, now=now) as (election, _):
        MemberClinician.objects.filter(member__election=election, key__in=keys).delete()


def use_names(
    election_id: uuid.UUID, names: dict[uuid.UUID, tuple[str, str]], *, what: str, by: User, now: datetime
) -> None:
    """Give lines, by key, these last and first names."""
    with step(election_id, what, by=by, now=now) as (election, _):
        lines = list(MemberClinician.objects.filter(member__election=election, key__in=names))
        for line in lines:
            line.last_name, line.first_name = (name[:100] for name in names[line.key])
        MemberClinician.objects.bulk_update(lines, ["last_name", "first_name"], batch_size=500)


def add_npis(
    election_id: uuid.UUID,
    npis: Mapping[int, Sequence[str]],
    *,
    what: str,
    by: User,
    now: datetime,
    address: str | None = None,
) -> None:
    """Add clinicians to practices (by member id), each behind those listed already."""
    with step(election_id, what, by=by, now=now) as (election, _):
        members = list(election.members.filter(pk__in=npis).prefetch_related("clinicians"))
        MemberClinician.objects.bulk_create(
            MemberClinician(member=member, position=place, npi=npi)
            for member in members
            for place, npi in enumerate(
                [npi for npi in npis[member.pk] if npi not in {line.npi for line in member.clinicians.all()}],
                start=1 + max((line.position for line in member.clinicians.all()), default=0),
            )
        )
        record_asking(election, members, by=by, now=now, address=address)
