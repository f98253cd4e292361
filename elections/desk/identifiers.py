"""The virtual group identifier: given with an approval, replaced by the one that CMS assigned."""

import uuid
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from accounts.models import User

from ..mails import concerned, tell
from ..models import Election
from ..receipt_codes import is_virtual_group_identifier, new_virtual_group_identifier
from ..states import ElectionStatus
from ..verbs import Refused, record
from .actions import lock_as_stranger

NONE_YET = "Only an approved election has a virtual group identifier, once the approval took effect."


class Identifier(NamedTuple):
    """A virtual group identifier as an approval gives it, under the names of the election's fields."""

    virtual_group_identifier: str
    identifier_is_provisional: bool


def identifier_for(election: Election, given: str = "", proposed: str = "") -> Identifier:
    """Return the identifier of an approval: the one CMS gave, the one the election has, or a provisional one.

    That is the one `proposed`, if it is ours and free, else a new one. Raises Refused where the one given is taken.
    """
    taken = Election.objects.filter(performance_year=election.performance_year).exclude(pk=election.pk)
    if given:
        if taken.filter(virtual_group_identifier=given).exists():
            raise Refused(f"Another virtual group for {election.performance_year} has the identifier {given}.")
        return Identifier(given, False)
    proposal = proposal_for(election, proposed)
    while taken.filter(virtual_group_identifier=proposal.virtual_group_identifier).exists():
        proposal = proposal_for(election)
    return proposal


def proposal_for(election: Election, proposed: str = "") -> Identifier:
    """Return the identifier that an approval shows if CMS gave none; whether it is free is asked when it is given."""
    if election.virtual_group_identifier:
        return Identifier(election.virtual_group_identifier, election.identifier_is_provisional)
    return Identifier(proposed if is_virtual_group_identifier(proposed) else new_virtual_group_identifier(), True)


@transaction.atomic
def replace_identifier(election_id: uuid.UUID, *, by: User, now: datetime, identifier: str) -> Election:
    """Put the virtual group identifier that CMS gave in the place of the provisional one."""
    election = lock_as_stranger(election_id, by)
    if election.public_status != ElectionStatus.APPROVED:
        raise Refused(NONE_YET)
    before = election.virtual_group_identifier
    if before == identifier and not election.identifier_is_provisional:
        return election
    given = identifier_for(election, identifier)
    Election.objects.filter(pk=election.pk).update(**given._asdict())
    election.virtual_group_identifier, election.identifier_is_provisional = given
    event = record(election, "replace_identifier", by=by, now=now, before=before, after=identifier)
    tell(event, "identifier_replaced", concerned(election), now=now, before=before)
    return election
