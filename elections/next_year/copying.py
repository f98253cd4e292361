"""Copying an election's content into a new draft."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet

from accounts.models import User
from agreements.text import own
from eligibility.law.calendar import next_known_year

from ..models import Election
from ..practices.members import new_member, record_asking
from ..roster.lines import copy_lines
from ..start import CONTACT_FIELDS, start_election
from ..states import GIVEN_UP, OVER
from ..verbs import Refused, lock
from .carried_signatures import carry_signatures

OF_PRACTICE = ("name", "tin_kind", "tin", "tin_last4")


class AlreadyStarted(Refused):
    """The year's election was started from this one before, and is not over: `draft`."""

    def __init__(self, draft: Election) -> None:
        year = draft.performance_year
        super().__init__(f"Someone already started the election for {year} from this one.")
        self.draft = draft


def refuse_second_copy(source: Election, performance_year: int) -> None:
    """Raise AlreadyStarted where an election of this year was started from a locked one, and is not over."""
    if draft := started_from(source, performance_year).first():
        raise AlreadyStarted(draft)


def started_from(source: Election | OuterRef, performance_year: int) -> QuerySet[Election]:
    """Return the elections of a year that were started from another one and are not over: at most one.

    One whose rejection has not taken effect is not over yet.
    """
    started = Election.objects.filter(copied_from=source, performance_year=performance_year)
    return started.exclude(status__in=OVER, pending_decision=None).order_by("-pk")


@transaction.atomic
def copy_election(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Copy an election that is over into a new draft of the same virtual group.

    While its window is open, a rejected or withdrawn one is copied for the same year; later, one that lapsed too, for
    the year that is open then. Raises Refused where it is not over, AlreadyStarted where that year was begun from it
    already.
    """
    election = lock(election_id)
    if election.public_status not in (GIVEN_UP if now < election.window.closes else OVER):
        raise Refused("You can copy only a rejected or withdrawn election into a new draft.")
    year = election.performance_year if now < election.window.closes else next_known_year(now)
    refuse_second_copy(election, year)
    draft = start_election(performance_year=year, by=by, now=now, copied_from=election)
    copy_working_copy(election, draft)
    record_asking(draft, draft.members.all(), by=by, now=now, address=None)
    return draft


def copy_working_copy(source: Election, target: Election) -> None:
    """Copy representative, practices and the agreement's text into a new draft.

    For the same year, what the practices signed here counts on, and what was said against CMS data; an agreement
    executed elsewhere has to be recorded anew.
    """
    copy_head(source, target)
    is_of_same_year = source.performance_year == target.performance_year
    copied_fields = [*OF_PRACTICE, *(["contests"] if is_of_same_year else [])]
    for member in source.members.prefetch_related("clinicians"):
        copied = new_member(target)
        for field in copied_fields:
            setattr(copied, field, getattr(member, field))
        copied.save(update_fields=copied_fields)
        copy_lines(member, copied)
    if is_of_same_year:
        carry_signatures(source, target)


def copy_head(source: Election, target: Election) -> None:
    """Copy whom CMS reaches, and what the parties chose of the agreement's text, or their own.

    A term over by then is chosen no more.
    """
    for field in CONTACT_FIELDS:
        setattr(target, field, getattr(source, field))
    target.save(update_fields=CONTACT_FIELDS)
    chosen, agreement = source.agreement, target.agreement
    agreement.quality, agreement.close_out_contact = chosen.quality, chosen.close_out_contact
    goes_on = chosen.last_year is not None and chosen.last_year > target.performance_year
    agreement.last_year = chosen.last_year if goes_on else None
    own.carry_over(chosen, agreement)
    agreement.save(update_fields=["quality", "close_out_contact", "last_year", "own"])
