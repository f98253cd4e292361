"""After approval: what changed since, reported by the representative; the approved submission stays as it was."""

import uuid
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from ground.clock import EASTERN

from ..models import Election, Submission, Update, UpdateKind
from ..roster_history import clinicians_now
from ..states import Status
from ..verbs import Refused, lock, record


@transaction.atomic
def report_contact(election_id: uuid.UUID, *, name: str, email: str, phone: str, by: User, now: datetime) -> Update:
    """Report new contact details of the representative; the address has to be one that `by` has verified."""
    election, submission = _lock_to_update(election_id)
    email = email.strip().lower()
    if email not in by.verified_addresses:
        raise Refused(
            f"{email} is not a verified address of your account. Add it to your account and verify it first, "
            "then report it here."
        )
    before = election.contact
    after = {"name": name, "email": email, "phone": phone}
    if before == after:
        raise Refused("Nothing changed: these are the contact details CMS has.")
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
    present = clinicians_now(submission)[practice]
    if kind == UpdateKind.JOINED and npi in present:
        raise Refused(f"NPI {npi} is listed under this practice already. Nothing was reported.")
    if kind == UpdateKind.LEFT and npi not in present:
        raise Refused(f"NPI {npi} is not listed under this practice, or was reported as left already.")
    update = Update(submission=submission, kind=kind, practice=practice, npi=npi, effective_on=effective_on)
    return _keep(election, update, by=by, now=now)


def _keep(election: Election, update: Update, *, by: User, now: datetime, **changed: str) -> Update:
    update.reported_by, update.reported_at = by, now
    update.save()
    record(election, "update", by=by, now=now, update=update.pk)
    Election.objects.filter(pk=election.pk).update(changed_at=now, **changed)
    return update


def _lock_to_update(election_id: uuid.UUID) -> tuple[Election, Submission]:
    election = lock(election_id)
    if election.status != Status.APPROVED or election.last_submission is None:
        raise Refused("Only an approved election is updated. Before that, change it and submit it again.")
    return election, election.last_submission
