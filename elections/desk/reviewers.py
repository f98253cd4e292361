"""Whose election it is at the desk: taking one, handing it to a colleague, giving it back."""

import uuid
from copy import copy
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Role, User

from ..access import holds_a_role
from ..mails import Mail, compose, tell
from ..models import Election
from ..states import UNDECIDED, ElectionStatus
from ..verbs import Refused, record
from .actions import colleague_of, lock_as_stranger, refuse_in_place, start_review

MAIL, MAIL_BEFORE = "assigned", "reviewer_changed"
STAYS = "This election no longer needs a decision, so its reviewer stays."


def reviewers() -> QuerySet[User]:
    """Return the people who can review elections, by name."""
    able = User.objects.filter(is_active=True, staff_roles__role__in=(Role.REVIEWER, Role.LEAD_REVIEWER))
    return able.distinct().order_by("name", "email")


def take(election_id: uuid.UUID, *, by: User, now: datetime, in_place: bool = False) -> Election:
    """Start the review of an election, or go on with one that its reviewer released. Raises as they do."""
    if Election.objects.filter(pk=election_id, status=ElectionStatus.IN_REVIEW, reviewer=None).exists():
        return assign(election_id, reviewer=by, by=by, now=now, in_place=in_place)
    return start_review(election_id, by=by, now=now, in_place=in_place)


@transaction.atomic
def assign(
    election_id: uuid.UUID, *, reviewer: User | None, by: User, now: datetime, in_place: bool = False
) -> Election:
    """Make someone the reviewer of an election, or no one. The same again changes nothing.

    A colleague is emailed: who reviews it from now on, and who did until now. Raises Refused if the election is decided
    or withdrawn, if the reviewer has a role in it, or if a colleague reviews it and `in_place` does not say so.
    """
    election = lock_as_stranger(election_id, by)
    if election.status not in UNDECIDED:
        raise Refused(STAYS)
    if election.reviewer == reviewer:
        return election
    if reviewer and holds_a_role(reviewer, election):
        raise Refused(f"{reviewer} has a role in this election, so someone else must review it.")
    refuse_in_place(election, by, in_place)
    colleague, before, election.reviewer = colleague_of(election, by), election.reviewer, reviewer
    election.save(update_fields=["reviewer"])
    event = record(election, "assign", by=by, now=now, before=str(before or ""), after=str(reviewer or ""))
    if reviewer and reviewer != by:
        tell(event, MAIL, [reviewer.email], now=now, by=by)
    if colleague:
        tell(event, MAIL_BEFORE, [colleague.email], now=now, by=by)
    return election


def mail_before(election: Election, reviewer: User | None, *, by: User) -> Mail | None:
    """Return the mail to the colleague who reviews an election, if `reviewer` will; None: they get none."""
    colleague = colleague_of(election, by)
    if colleague is None or colleague == reviewer:
        return None
    after = copy(election)
    after.reviewer = reviewer
    return compose(after, MAIL_BEFORE, [colleague.email], by=by)
