"""Copying an election's content into a new draft."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.text import own

from ..models import Election
from ..practices.members import new_member, record_asking
from ..roster.lines import copy_lines
from ..start import CONTACT_FIELDS, start_election
from ..states import GIVEN_UP
from ..verbs import Refused, lock
from .carried_signatures import carry_signatures

OF_PRACTICE = ("name", "tin_kind", "tin", "tin_last4")


@transaction.atomic
def copy_election(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Copy a rejected or withdrawn election into a new draft of the same virtual group, until the window closes."""
    election = lock(election_id)
    if election.public_status not in GIVEN_UP:
        raise Refused("You can copy only a rejected or withdrawn election into a new draft.")
    draft = start_election(performance_year=election.performance_year, by=by, now=now, copied_from=election)
    copy_working_copy(election, draft)
    record_asking(draft, draft.members.all(), by=by, now=now, address=None)
    return draft


def copy_working_copy(source: Election, target: Election) -> None:
    """Copy representative, practices and the agreement's text into a new draft.

    What the practices signed here counts on; an agreement executed elsewhere has to be recorded anew.
    """
    copy_head(source, target)
    copied_fields = [*OF_PRACTICE, "contests"]
    for member in source.members.prefetch_related("clinicians"):
        copied = new_member(target)
        for field in copied_fields:
            setattr(copied, field, getattr(member, field))
        copied.save(update_fields=copied_fields)
        copy_lines(member, copied)
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
