"""Giving the email address of a signer after the election was submitted: they are told right away."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from agreements.models import Party
from ground.templatetags.et import et_datetime
from notices.models import Notice

from ..content import Snapshot
from ..link_limits import MOST_LINKS_A_DAY, refuse_if_too_many
from ..mails import latest_mails
from ..models import Election, Event, PracticeSigner, Submission
from ..same_practices import paired
from ..signers import Signer, link_for, signers_of, take_place, tell_signers
from ..standing import reported
from ..states import OVER
from ..verbs import Refused, lock, record
from .flags import same_name

NO_LONGER = "Nothing was sent. You can tell a signer only about an election that is with CMS or approved."
DAY = timedelta(days=1)


class AlreadyTold(Refused):
    """Nothing is different from what we know: the person may have us send the email again, by the same link."""

    is_error = False


@transaction.atomic
def give_address(
    election_id: uuid.UUID,
    practice: int,
    *,
    submission: int | None,
    name: str,
    email: str,
    by: User,
    now: datetime,
    again: bool = False,
) -> Election:
    """Note who is told for a practice, and tell them where the election stands today. Their link signs nothing.

    `practice` is its position in the submission of this number, which the page showed. The link of whoever was told
    before shows nothing any longer; a signature given by it still counts. The same name and address keep their link,
    and are only written to `again`. Raises Refused if that is not the last submission, the election is over, or the
    practice left the working copy.
    """
    election = lock(election_id)
    last = election.last_submission
    if last is None or election.public_status in OVER:
        raise Refused(NO_LONGER)
    if last.number != submission:
        raise Refused(
            "Nothing was sent. The election was submitted again after you opened this page. Open “Who was told” again."
        )
    snapshot = Snapshot.of_submission(last)
    former = next((signer for signer in signers_of(last, snapshot) if signer.position == practice), None)
    if former and former.request.email == email and same_name(former.request.name, name):
        return _tell_again(election, last, former, by=by, now=now, is_wanted=again)
    signer = _new_signer(election, snapshot, practice, name=name, email=email, by=by, now=now)
    event = record(election, "give_address", by=by, now=now, practice=signer.entry.name, to=name, email=email)
    if former:
        take_place(event, former, signer.request, now=now)
    else:
        PracticeSigner.objects.create(submission=last, practice=practice, request=signer.request)
    _tell(event, last, signer, now=now)
    return election


def _new_signer(
    election: Election, snapshot: Snapshot, practice: int, *, name: str, email: str, by: User, now: datetime
) -> Signer:
    refuse_if_too_many([email], by, now)
    party = _party_of(election, snapshot, practice)
    if not election.agreement.is_signed_here:
        Party.objects.filter(pk=party).update(signer_email=email)
    link = link_for(party, name=name, email=email, by=by, now=now)
    link.save()
    return Signer(practice, snapshot.practices[practice], link)


def _tell_again(
    election: Election, last: Submission, signer: Signer, *, by: User, now: datetime, is_wanted: bool
) -> Election:
    """Send the same link once more; raise AlreadyTold unless that is wanted, Refused if it was done often today."""
    address, practice = signer.request.email, signer.entry.name
    if not is_wanted:
        mail = latest_mails(election, [address]).get(address)
        raise AlreadyTold(f"We already have this name and address, so nothing changed. {_last_email(address, mail)}")
    given = election.events.filter(verb="give_address", at__gt=now - DAY, details__practice=practice)
    if given.count() >= MOST_LINKS_A_DAY:
        raise Refused(f"We didn’t send it again. You had us write {MOST_LINKS_A_DAY} times in one day. Try tomorrow.")
    event = record(election, "give_address", by=by, now=now, practice=practice, to=signer.request.name, email=address)
    _tell(event, last, signer, now=now)
    return election


def _last_email(address: str, mail: Notice | None) -> str:
    if mail is None:
        return f"We have not emailed {address} yet."
    if mail.did_not_arrive:
        return f"The last email to {address} did not arrive."
    if mail.sent_at is None:
        return f"An email to {address} is waiting to be sent. You don’t have to do anything."
    return f"Already sent to {address}: {et_datetime(mail.sent_at)}."


def _tell(event: Event, submission: Submission, signer: Signer, *, now: datetime) -> None:
    """Tell a signer where the election stands today, with what was reported since the approval."""
    since = reported(submission, {signer.position: signer.entry.name})
    tell_signers(event, "signer_submitted", [signer], now=now, submission=submission, reported=since)


def _party_of(election: Election, snapshot: Snapshot, practice: int) -> int:
    """Return the party of a submitted practice, which the working copy knows by its TIN."""
    today, entry = Snapshot.of_working_copy(election), snapshot.practices[practice]
    pairs, _ = paired(snapshot, today)
    for pk, (before, other) in zip(today.member_ids, pairs, strict=True):
        if before is entry and other.tin == entry.tin:
            return Party.objects.values_list("pk", flat=True).get(member=pk)
    raise Refused(f"Nothing was sent. {entry.name} is no longer in the list of practices. Print a letter instead.")
