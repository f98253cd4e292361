"""After approval: what changed since, reported by the representative; the approved submission stays as it was."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from eligibility.law import parameters
from eligibility.law.calendar import in_words
from ground.clock import EASTERN
from ground.service_center import call_it

from ..access import allowed
from ..content import Snapshot
from ..models import Election, Submission, Update, UpdateKind
from ..models.update import ENDINGS, OF_CLINICIANS, OF_PRACTICES
from ..reported import keep
from ..representative_contact import contact_on_record
from ..roster_history import Stay, clinicians_now, counting, endings_by, names_on, stays, updates_of
from ..states import ElectionStatus
from ..verbs import Refused, lock
from .days import span_of
from .npi_warnings import warning_of

MOST_A_DAY = 50  # updates of an election: each is a mail to many people
WHERE_WRONG = f"If that was wrong, undo it on its page. If CMS already acknowledged it, {call_it()}."


@transaction.atomic
def report_contact(election_id: uuid.UUID, *, name: str, email: str, phone: str, by: User, now: datetime) -> Update:
    """Report new contact details of the representative; the address has to be one that `by` has verified."""
    election, submission = _lock_to_report(election_id, by, now)
    email = email.strip().lower()
    if email not in by.verified_addresses:
        raise Refused(
            f"Nothing was reported. {email} is not a verified email address of your account. "
            "Add it to your account and verify it, then report it here."
        )
    before = contact_on_record(submission)
    after = {"name": name, "email": email, "phone": phone}
    if before == after:
        raise Refused("Nothing was reported. CMS already has these contact details.")
    update = Update(
        submission=submission,
        kind=UpdateKind.CONTACT,
        effective_on=now.astimezone(EASTERN).date(),
        details={"before": before, "after": after},
    )
    contact: dict[str, Any] = {f"representative_{field}": value for field, value in after.items()}
    return keep(election, update, by=by, now=now, **contact)


@transaction.atomic
def report_clinician(
    election_id: uuid.UUID, *, kind: UpdateKind, practice: int, npi: str, effective_on: date, by: User, now: datetime
) -> Update:
    """Report a clinician who joined or left a practice (its position in the approved submission, from 0).

    What reviewers should know of it is kept as `notes`: the approval stays valid, whatever they say.
    """
    election, submission = _lock_to_report(election_id, by, now)
    _refuse_day(election, submission, effective_on, now)
    update = Update(submission=submission, kind=kind, practice=practice, npi=npi, effective_on=effective_on)
    updates = counting(updates_of(submission))
    known = [stay for stay in stays(submission, updates=updates) if (stay.practice, stay.npi) == (practice, npi)]
    if problem := (_no_joining if kind == UpdateKind.JOINED else _no_leaving)(npi, update.counts_from, known):
        raise Refused(problem)
    _refuse_earlier(updates, practice, npi, effective_on)
    notes = _notes(election, submission, practice, npi) if kind == UpdateKind.JOINED else []
    update.details = {"notes": notes} if notes else {}
    return keep(election, update, by=by, now=now)


@transaction.atomic
def report_practice(
    election_id: uuid.UUID, *, kind: UpdateKind, practice: int, other: str, effective_on: date, by: User, now: datetime
) -> Update:
    """Report a practice that was renamed, closed, merged or acquired; it stays in the virtual group for the year.

    `other` is the new name, or the practice that it goes on with; it may be blank but for a new name.
    """
    if kind not in OF_PRACTICES:
        raise ValueError(f"{kind} is not about a practice.")
    election, submission = _lock_to_report(election_id, by, now)
    _refuse_day(election, submission, effective_on, now)
    updates = counting(updates_of(submission))
    name = names_on(Snapshot.of_submission(submission), updates)[practice]
    if kind == UpdateKind.RENAMED and other == name:
        raise Refused(f"Nothing was reported. The practice is called {name} already.")
    if kind == UpdateKind.RENAMED:
        _refuse_earlier(updates, practice, "", effective_on)
    if kind in ENDINGS and (ended := endings_by(updates).get(practice)):
        raise Refused(
            f"Nothing was reported. You already reported for {name}: {ended.get_kind_display().lower()} on "
            f"{in_words(ended.effective_on)}. {WHERE_WRONG}"
        )
    details = {"before": name, "after": other} if kind == UpdateKind.RENAMED else {}
    if kind in (UpdateKind.MERGED, UpdateKind.ACQUIRED):
        details = {"other": other}
    update = Update(submission=submission, kind=kind, practice=practice, effective_on=effective_on, details=details)
    return keep(election, update, by=by, now=now)


@transaction.atomic
def report_nothing(election_id: uuid.UUID, *, by: User, now: datetime) -> Update:
    """Report that nothing has changed but what was reported already."""
    election, submission = _lock_to_report(election_id, by, now)
    today = now.astimezone(EASTERN).date()
    reported = counting(updates_of(submission))
    said = [one for one in reported if (one.kind, one.effective_on) == (UpdateKind.NOTHING, today)]
    if said:
        raise Refused(
            f"You already reported today that nothing has changed. The receipt code is {said[0].receipt_code}."
        )
    update = Update(submission=submission, kind=UpdateKind.NOTHING, effective_on=today)
    return keep(election, update, by=by, now=now)


def _refuse_day(election: Election, submission: Submission, day: date, now: datetime) -> None:
    if problem := span_of(election, submission, now).problem(day):
        raise Refused(f"Nothing was reported. {problem}")


def _refuse_earlier(updates: Iterable[Update], practice: int, npi: str, day: date) -> None:
    """Raise Refused where a day lies before what was reported last of a clinician, or (no NPI) of a practice's name."""
    kinds = OF_CLINICIANS if npi else (UpdateKind.RENAMED,)
    alike = [one for one in updates if (one.practice, one.npi) == (practice, npi) and one.kind in kinds]
    last = max((one.effective_on for one in alike), default=day)
    if day < last:
        what = f"the clinician with NPI {npi}" if npi else "the name of this practice"
        raise Refused(
            f"Nothing was reported. You already reported a change of {what} on {in_words(last)}. Enter that day or a "
            f"later one. {WHERE_WRONG}"
        )


def _notes(election: Election, submission: Submission, practice: int, npi: str) -> list[str]:
    """Return what to know of a clinician who joined: how NPPES lists the NPI, and a practice above the limit."""
    notes = [warning] if (warning := warning_of(npi)) else []
    if practice in endings_by(counting(updates_of(submission))):
        notes.append("An earlier update says this practice closed, merged, or was sold.")
    limit = parameters.MOST_CLINICIANS.for_year(election.performance_year)
    grown = len(clinicians_now(submission)[practice] | {npi})
    if grown > limit:
        notes.append(f"The practice now has {grown} clinicians. The limit of {limit} applied at the election only.")
    return notes


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


def lock_to_update(election_id: uuid.UUID, by: User) -> tuple[Election, Submission]:
    """Return an approved election, locked, and its submission, to who represents it at this moment.

    Raises Refused where it is not approved; PermissionDenied where someone else represents it by now.
    """
    election = allowed(by, lock(election_id), represent=True)
    if election.public_status != ElectionStatus.APPROVED or election.last_submission is None:
        raise Refused(
            "You can report changes only after the election is approved. Until then, change it and submit it again."
        )
    return election, election.last_submission


def _lock_to_report(election_id: uuid.UUID, by: User, now: datetime) -> tuple[Election, Submission]:
    """Return the same, to report something. Raises Refused also where too much was reported in one day."""
    election, submission = lock_to_update(election_id, by)
    today = Update.objects.filter(submission__election=election, reported_at__gt=now - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        raise Refused(
            f"Nothing was reported. {MOST_A_DAY} updates were reported in one day. Try again tomorrow, or {call_it()}."
        )
    return election, submission
