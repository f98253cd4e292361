"""Contesting what data say of a practice, so that the election can be submitted and CMS looks at it."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from eligibility.law.determination import Outcome
from eligibility.law.rules import CONTESTABLE

from ..content import Snapshot
from ..models import Election, Member
from ..readiness import judge
from ..verbs import Refused, record
from ..working_copy import lock_to_edit, note_change


@transaction.atomic
def contest(
    election_id: uuid.UUID,
    member_id: int,
    *,
    rule: str,
    statement: str,
    by: User,
    now: datetime,
    address: str | None = None,
) -> Member:
    """Say against one finding of one practice why the data are wrong; saying it again replaces what was said.

    Raises Refused where the finding is none that data make, or is not "not met" as this person may know it.
    """
    election = lock_to_edit(election_id, now)
    member = _member(election, member_id)
    snapshot = Snapshot.of_working_copy(election)
    position = snapshot.member_ids.index(member.pk)
    found = judge(snapshot, election_id=election.pk, at=now, by=by, address=address).for_practice(position)
    if rule not in CONTESTABLE or (rule, Outcome.NOT_MET) not in {(f.rule, f.outcome) for f in found}:
        raise Refused("Nothing was saved. You can’t contest this finding now.")
    member.contests[rule] = statement
    member.save(update_fields=["contests"])
    record(election, "contest", by=by, now=now, practice=str(member), rule=rule)
    note_change(election, by=by, now=now)
    return member


@transaction.atomic
def take_contest_back(election_id: uuid.UUID, member_id: int, *, rule: str, by: User, now: datetime) -> Member:
    """Contest a finding no more; doing it twice changes nothing."""
    election = lock_to_edit(election_id, now)
    member = _member(election, member_id)
    if member.contests.pop(rule, None) is not None:
        member.save(update_fields=["contests"])
        record(election, "take_contest_back", by=by, now=now, practice=str(member), rule=rule)
        note_change(election, by=by, now=now)
    return member


def _member(election: Election, member_id: int) -> Member:
    member = election.members.filter(pk=member_id).first()
    if member is None:
        raise Refused("Nothing was saved. Someone just removed this practice from the election.")
    return member
