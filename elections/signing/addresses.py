"""Giving the email address of a signer after the election was submitted: they are told right away."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Party

from ..content import PracticeEntry, Snapshot
from ..link_limits import refuse_if_too_many
from ..models import Election, PracticeSigner
from ..signers import Signer, link_for, signers_of, take_place, tell_signers
from ..states import OVER
from ..verbs import Refused, lock, record


@transaction.atomic
def give_address(
    election_id: uuid.UUID, practice: int, *, submission: int | None, name: str, email: str, by: User, now: datetime
) -> Election:
    """Note whom we tell for a practice, and tell them what was submitted. By their link, they sign nothing.

    `practice` is its position in the submission of this number, which the page showed. The link of whoever was told
    before shows nothing any longer; a signature given by it still counts. Raises Refused if that is not the last
    submission, the election is over, or the practice left the working copy.
    """
    election = lock(election_id)
    last = election.last_submission
    if last is None or election.public_status in OVER:
        raise Refused("Nothing was sent. You can tell a signer only about an election that is with CMS or approved.")
    if last.number != submission:
        raise Refused(
            "Nothing was sent. The election was submitted again after you opened this page. Open “Who was told” again."
        )
    refuse_if_too_many([email], by, now)
    entry = Snapshot.of_submission(last).practices[practice]
    party = _party_of(election, entry)
    if not election.agreement.is_signed_here:
        Party.objects.filter(pk=party).update(signer_email=email)
    link = link_for(party, name=name, email=email, by=by, now=now)
    link.save()
    event = record(election, "give_address", by=by, now=now, practice=entry.name, to=name, email=email)
    if former := {signer.position: signer for signer in signers_of(last)}.get(practice):
        take_place(event, former, link, now=now)
    else:
        PracticeSigner.objects.create(submission=last, practice=practice, request=link)
    tell_signers(event, "signer_submitted", [Signer(practice, entry, link)], now=now, submission=last)
    return election


def _party_of(election: Election, entry: PracticeEntry) -> int:
    """Return the party of a submitted practice, which the working copy knows by its TIN."""
    today = Snapshot.of_working_copy(election)
    for pk, other in zip(today.member_ids, today.practices, strict=True):
        if (other.tin_kind, other.tin) == (entry.tin_kind, entry.tin):
            return Party.objects.values_list("pk", flat=True).get(member=pk)
    raise Refused(f"Nothing was sent. {entry.name} is no longer in the list of practices. Print a letter instead.")
