"""The virtual group identifier: given with an approval, replaced by the one that CMS assigned."""

import uuid
from copy import copy
from datetime import datetime
from itertools import count
from typing import NamedTuple

from django.db import transaction

from accounts.models import User

from ..mails import Mail, compose, concerned, owe
from ..models import Election, Export
from ..receipt_codes import virtual_group_identifier
from ..signers import mail_shown, signers_of, tell_signers
from ..states import ElectionStatus
from ..verbs import Refused, record
from .actions import lock_as_stranger
from .seen import refuse_if_changed, refuse_unless_seen

TO_SIGNERS = "signer_identifier"
WHY = "An export file already contains {}. Enter your reason. We keep it in the election’s history."
NONE_YET = "This election has no virtual group identifier yet. It gets one when an approval takes effect."


class Identifier(NamedTuple):
    """A virtual group identifier as an approval gives it, under the names of the election's fields."""

    virtual_group_identifier: str
    identifier_is_provisional: bool


def identifier_for(election: Election, given: str = "") -> Identifier:
    """Return the identifier of an approval: the one CMS gave, the one the election has, or a provisional one.

    Raises Refused where the one given is taken.
    """
    taken = Election.objects.filter(performance_year=election.performance_year).exclude(pk=election.pk)
    if given:
        if taken.filter(virtual_group_identifier__iexact=given).exists():
            raise Refused(f"Another virtual group for {election.performance_year} has the identifier {given}.")
        return Identifier(given, False)
    proposals = (proposal_for(election, attempt) for attempt in count())
    return next(
        one for one in proposals if not taken.filter(virtual_group_identifier=one.virtual_group_identifier).exists()
    )


def proposal_for(election: Election, attempt: int = 0) -> Identifier:
    """Return the identifier that an approval shows if CMS gave none: the one it has, or always the same new one.

    Whether it is free is asked when it is given: if not, the next attempt is another.
    """
    if election.virtual_group_identifier:
        return Identifier(election.virtual_group_identifier, election.identifier_is_provisional)
    return Identifier(virtual_group_identifier(f"{election.pk}:{attempt}"), True)


def with_identifier(election: Election, given: Identifier) -> Election:
    """Return the election as it would be with this identifier."""
    changed = copy(election)
    changed.virtual_group_identifier, changed.identifier_is_provisional = given
    return changed


def replacement_mail(election: Election, given: Identifier) -> Mail:
    """Return the mail that tells of an identifier in the place of the present one."""
    before, replaced = election.virtual_group_identifier, with_identifier(election, given)
    return compose(replaced, "identifier_replaced", concerned(election), before=before)


def replacement_mail_to_signers(election: Election, given: Identifier, mail: Mail) -> Mail | None:
    """Return what the signers get beside it, as it is shown before; None if no one does."""
    submission, before = election.last_submission, election.virtual_group_identifier
    if submission is None:
        return None
    return mail_shown(with_identifier(election, given), submission, TO_SIGNERS, apart_from=mail.to, before=before)


@transaction.atomic
def replace_identifier(
    election_id: uuid.UUID, *, by: User, now: datetime, identifier: str, reason: str = "", mail_seen: str | None = None
) -> Election:
    """Put the virtual group identifier that CMS gave in the place of the provisional one.

    `mail_seen` is what the page that showed the mail sends back (seen.py), None where no one looked at it. Raises
    Refused without a reason where an export has the present one.
    """
    election = lock_as_stranger(election_id, by)
    if election.public_status != ElectionStatus.APPROVED:
        raise Refused(NONE_YET)
    before = election.virtual_group_identifier
    if before == identifier and not election.identifier_is_provisional:
        return election
    if election.last_submission:
        refuse_if_changed(election, election.last_submission, mail_seen, by=by)
    if not reason and Export.had(election.performance_year, before):
        raise Refused(WHY.format(before))
    given = identifier_for(election, identifier)
    mail = replacement_mail(election, given)
    refuse_unless_seen(mail, mail_seen)
    Election.objects.filter(pk=election.pk).update(**given._asdict())
    election.virtual_group_identifier, election.identifier_is_provisional = given
    why = {"reason": reason} if reason else {}
    event = record(election, "replace_identifier", by=by, now=now, before=before, after=identifier, **why)
    owe(event, mail, now=now)
    if submission := election.last_submission:
        tell_signers(event, TO_SIGNERS, signers_of(submission), apart_from=mail.to, now=now, before=before)
    return election
