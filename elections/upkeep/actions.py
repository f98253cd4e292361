"""After approval: what changed since, reported by the representative; the approved submission stays as it was."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from eligibility.law.calendar import in_words
from ground.clock import EASTERN

from ..content import Snapshot
from ..mails import concerned, tell
from ..models import Election, Event, Submission, Update, UpdateKind
from ..roster_history import Stay, stays
from ..signers import signers_of, tell_signers
from ..states import ElectionStatus
from ..verbs import Refused, lock, record


@transaction.atomic
def report_contact(election_id: uuid.UUID, *, name: str, email: str, phone: str, by: User, now: datetime) -> Update:
    """Report new contact details of the representative; the address has to be one that `by` has verified."""
    election, submission = _lock_to_update(election_id)
    email = email.strip().lower()
    if email not in by.verified_addresses:
        raise Refused(
            f"Nothing was reported. {email} is not a verified email address of your account. "
            "Add it to your account and verify it, then report it here."
        )
    before = election.contact
    after = {"name": name, "email": email, "phone": phone}
    if before == after:
        raise Refused("Nothing was reported. CMS already has these contact details.")
    update = Update(
        submission=submission,
        kind=UpdateKind.CONTACT,
        effective_on=now.astimezone(EASTERN).date(),
        details={"before": before, "after": after},
    )
    contact = {f"representative_{field}": value for field, value in after.items()}
    return _keep(election, update, by=by, now=now, **contact)


@transaction.atomic
def report_clinician(
    election_id: uuid.UUID, *, kind: UpdateKind, practice: int, npi: str, effective_on: date, by: User, now: datetime
) -> Update:
    """Report a clinician who joined or left a practice (its position in the approved submission, from 0)."""
    election, submission = _lock_to_update(election_id)
    known = [stay for stay in stays(submission) if (stay.practice, stay.npi) == (practice, npi)]
    if problem := (_no_joining if kind == UpdateKind.JOINED else _no_leaving)(npi, effective_on, known):
        raise Refused(problem)
    update = Update(submission=submission, kind=kind, practice=practice, npi=npi, effective_on=effective_on)
    return _keep(election, update, by=by, now=now)


def _no_joining(npi: str, day: date, known: list[Stay]) -> str:
    """Return the reason a clinician with these stays cannot join on a day; empty if they can."""
    left = max((stay.to_date or date.max for stay in known), default=date.min)
    if left == date.max:
        return f"Nothing was reported. NPI {npi} is already listed under this practice."
    if day < left:
        return (
            f"Nothing was reported. The clinician with NPI {npi} left this practice on {in_words(left)}, so they "
            f"cannot have joined again on {in_words(day)}. Enter {in_words(left)} or a later date."
        )
    return ""


def _no_leaving(npi: str, day: date, known: list[Stay]) -> str:
    """Return the reason a clinician with these stays cannot leave on a day; empty if they can."""
    joined = next((stay.from_date for stay in known if stay.to_date is None), None)
    if joined is None:
        return (
            f"Nothing was reported. NPI {npi} is not listed under this practice, or is already reported as having left."
        )
    if day < joined:
        return (
            f"Nothing was reported. The clinician with NPI {npi} joined this practice on {in_words(joined)}, so they "
            f"cannot have left on {in_words(day)}. Enter {in_words(joined)} or a later date."
        )
    return ""


def _keep(election: Election, update: Update, *, by: User, now: datetime, **changed: str) -> Update:
    update.reported_by, update.reported_at = by, now
    update.save()
    event = record(election, "update", by=by, now=now, update=update.pk)
    working = concerned(election)  # who represented it before the change is told, too
    Election.objects.filter(pk=election.pk).update(changed_at=now, **changed)
    for name, value in changed.items():
        setattr(election, name, value)
    _tell(event, update, dict.fromkeys([*working, election.representative_email]), now=now)
    return update


def _tell(event: Event, update: Update, working: Collection[str], *, now: datetime) -> None:
    """Give those who work on the election a receipt, and tell each practice's signer."""
    snapshot = Snapshot.of_submission(update.submission)
    practice = "" if update.practice is None else snapshot.practice_names[update.practice]
    tell(event, "updated", working, now=now, update=update, practice=practice)
    signers = signers_of(update.submission, snapshot)
    tell_signers(event, "signer_updated", signers, apart_from=working, now=now, update=update, practice=practice)


def _lock_to_update(election_id: uuid.UUID) -> tuple[Election, Submission]:
    election = lock(election_id)
    if election.public_status != ElectionStatus.APPROVED or election.last_submission is None:
        raise Refused(
            "You can report changes only after the election is approved. Until then, change it and submit it again."
        )
    return election, election.last_submission
