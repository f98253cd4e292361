"""Giving the email address of a signer after the election was submitted: they are told right away."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Party, SigningRequest

from ..content import PracticeEntry, Snapshot
from ..models import Election, PracticeSigner, Submission
from ..signers import Signer, link_for, tell_signers
from ..states import OVER
from ..verbs import Refused, lock, record
from .asking import refuse_if_too_many


@transaction.atomic
def give_address(
    election_id: uuid.UUID, practice: int, *, submission: int | None, name: str, email: str, by: User, now: datetime
) -> Election:
    """Note whom we tell for a practice that signed somewhere else, and tell them what was submitted.

    `practice` is its position in the submission of this number, which the page showed. The link of whoever was told
    before shows nothing any longer. Raises Refused where that is not the last submission, the practices sign here, the
    election is over, or the practice left the working copy.
    """
    election = lock(election_id)
    last = election.last_submission
    if last is None or election.public_status in OVER:
        raise Refused("Nothing was sent. You can tell a signer only about an election that is with CMS or approved.")
    if last.number != submission:
        raise Refused(
            "Nothing was sent. The election was submitted again after you opened this page. Open “Who was told” again."
        )
    if election.agreement.is_signed_here:
        raise Refused("Nothing was sent. The practices sign here. Send the signer a new link on the page “Signatures”.")
    refuse_if_too_many([email], by, now)
    entry = Snapshot.of_submission(last).practices[practice]
    party = _party_of(election, entry)
    Party.objects.filter(pk=party).update(signer_email=email)
    SigningRequest.objects.filter(party=party, revoked_at=None).update(revoked_at=now)
    link = link_for(party, name=name, email=email, by=by, now=now)
    link.save()
    PracticeSigner.objects.get_or_create(submission=last, practice=practice, defaults={"request": link})
    _tell(election, last, Signer(practice, entry, link), by=by, now=now)
    return election


def _party_of(election: Election, entry: PracticeEntry) -> int:
    """Return the party of a submitted practice, which the working copy knows by its TIN."""
    today = Snapshot.of_working_copy(election)
    for pk, other in zip(today.member_ids, today.practices, strict=True):
        if (other.tin_kind, other.tin) == (entry.tin_kind, entry.tin):
            return Party.objects.values_list("pk", flat=True).get(member=pk)
    raise Refused(f"Nothing was sent. {entry.name} is no longer in the list of practices. Print a letter instead.")


def _tell(election: Election, submission: Submission, signer: Signer, *, by: User, now: datetime) -> None:
    event = record(election, "give_address", by=by, now=now, practice=signer.entry.name, to=signer.request.name)
    tell_signers(event, "signer_submitted", [signer], now=now, submission=submission)
