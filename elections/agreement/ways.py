"""How the practices sign their agreement: here, by email, or on paper."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from accounts.models import User
from agreements.models import Agreement, Party

from ..content import Snapshot
from ..models import Election
from ..verbs import Refused, record
from ..working_copy import lock_to_edit, note_change
from .actions import missing

SIGNED_HERE = (
    "Nothing was saved. The practices now sign here, by email. To enter what they signed on paper, first stop "
    "collecting signatures here."
)


class Way(StrEnum):
    """How practices sign, once somebody chose it."""

    HERE = "here"
    PAPER = "paper"


def way_of(agreement: Agreement, snapshot: Snapshot) -> Way | None:
    """Return how the practices sign, None while nobody chose; who entered a date on paper did."""
    if snapshot.is_signed_here:
        return Way.HERE
    is_on_paper = agreement.is_signed_on_paper or any(entry.executed_on for entry in snapshot.practices)
    return Way.PAPER if is_on_paper else None


def signers_to_email(election: Election, snapshot: Snapshot) -> list[Party]:
    """Return who would be asked if the practices signed here from now on, in the practices' order.

    No one where a choice was made, or something is still to be said: who signs, what the practices are, whether a
    signer is still the same, where the group's own agreement says what it has to.
    """
    own = election.agreement.own
    is_open = bool(missing(snapshot) or (own and own.unmarked)) or any(one.asks_signer for one in snapshot.practices)
    if way_of(election.agreement, snapshot) or is_open:
        return []
    parties = named_signers(election)
    return parties if all(party.signer_name and party.signer_email for party in parties) else []


def named_signers(election: Election) -> list[Party]:
    """Return the parties with who is named to sign for them, in the practices' order."""
    parties = Party.objects.filter(member__election=election).select_related("member")
    return list(parties.order_by("member__position"))


def version_of(parties: Sequence[Party]) -> str:
    """Return what a page sends back that showed them; it differs as soon as someone else would be asked."""
    shown = [(party.pk, party.signer_name, party.signer_email) for party in parties]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


@transaction.atomic
def sign_on_paper(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Have the agreement signed on paper; again, it changes nothing. Raises Refused while it is signed here."""
    election = lock_to_edit(election_id, now)
    agreement = election.agreement
    if agreement.is_signed_here:
        raise Refused(SIGNED_HERE)
    if not agreement.is_signed_on_paper:
        agreement.is_signed_on_paper = True
        agreement.save(update_fields=["is_signed_on_paper"])
        record(election, "sign_on_paper", by=by, now=now)
        note_change(election, by=by, now=now)
    return election
