"""Mending all lines with the same problem at once."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import User
from eligibility.law.facts import PracticeData
from eligibility.law.rule_results import count

from ..content import Snapshot
from ..models import Election, Member, MemberClinician
from ..practices import cms_lists
from ..practices.members import TinDropped, drop_ssns, record_asking
from ..roster_history import left_before
from ..verbs import Refused
from .undo import step

CHANGED = (
    "Nothing was added. The practice’s TIN or CMS’s list changed since you opened the page. "
    "Check the list, then use it."
)
TOO_LONG = "Nothing was added. CMS data show more clinicians than a practice in a virtual group can have."


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
    """Add clinicians of CMS's lists to practices (by member id), each behind those listed already."""
    with step(election_id, what, by=by, now=now) as (election, _):
        members = list(election.members.filter(pk__in=npis).prefetch_related("clinicians"))
        lists = record_asking(election, members, by=by, now=now, address=address)
        for member in members:
            _add(member, [npi for npi in npis[member.pk] if member.pk in lists and npi in lists[member.pk].npis])


def use_list(
    election_id: uuid.UUID, member_id: int, *, version: str, by: User, now: datetime, address: str | None = None
) -> int:
    """Add to a practice the clinicians of CMS's list that it does not list; return how many those are.

    Not those who were reported as having left in the election that this one was copied from.
    `version` is that of the list as the page showed it. Raises Refused if this person may not be told of it,
    or if the TIN or the list is another by now.
    """
    added, dropped = 0, list[Member]()
    with step(election_id, by=by, now=now) as (election, done):
        members = list(election.members.filter(pk=member_id).prefetch_related("clinicians"))
        lists = record_asking(election, members, by=by, now=now, address=address)
        refused = _why_not(election, members, lists, version)
        if not refused:
            [member] = members
            left = left_before(election, Snapshot.of_working_copy(election)).get(member.pk, {})
            added = _add(member, sorted(lists[member.pk].npis - left.keys()))
            done.what = f"{member}: {count(added, 'clinician')} added from CMS data."
            dropped = drop_ssns(election, members, by=by, now=now, address=address)
    if refused:
        raise Refused(refused)
    if dropped:
        raise TinDropped(dropped)
    return added


def _why_not(
    election: Election, members: Sequence[Member], lists: Mapping[int, PracticeData], version: str
) -> str | None:
    """Return why CMS's list is not used, None if it is. What may not be told and what is not there sound alike."""
    if not lists:
        return cms_lists.CANNOT_TELL
    [(member, data)] = [(member, lists[member.pk]) for member in members]
    if cms_lists.version_of(member, data) != version:
        return CHANGED
    return TOO_LONG if cms_lists.is_too_long(data, election.performance_year) else None


def _add(member: Member, npis: Sequence[str]) -> int:
    """Put the NPIs that a practice does not list behind its others, and return how many those are."""
    lines = member.clinicians.all()
    new = [npi for npi in npis if npi not in {line.npi for line in lines}]
    first = 1 + max((line.position for line in lines), default=0)
    MemberClinician.objects.bulk_create(
        MemberClinician(member=member, position=place, npi=npi) for place, npi in enumerate(new, start=first)
    )
    return len(new)
