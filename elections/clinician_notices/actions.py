"""Telling clinicians that they take part: by an email of ours, or, as the practice says, in another way."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from eligibility.data import nppes
from ground.clock import EASTERN
from ground.templatetags.et import et_date

from ..clinicians_told import PracticeTold, practices_told
from ..link_limits import MOST_ASKED_A_DAY, writable
from ..mails import owe_each
from ..models import ClinicianNotice, ClinicianNoticeUndo, Election, Event, Submission
from ..states import OVER, ElectionStatus
from ..verbs import Refused, lock, record
from .words import notice_to, person_named

A_DAY = timedelta(days=1)
How = ClinicianNotice.How


class LinesRefused(Refused):
    """Notices of which some cannot be sent: why, by NPI. Nothing was sent, to no one."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        super().__init__("Nothing was sent. Fix the lines with problems, then send again.")
        self.lines = lines


def why_not_now(election: Election) -> str:
    """Say why clinicians can be told nothing, and when they can; empty where they can."""
    if election.last_submission_id is None:
        return "You can tell the clinicians after the election is submitted."
    if election.public_status in OVER:
        status = election.public_status.label.lower()
        return (
            f"This election is {status}, so we can’t send the notice. If you already told clinicians that they take "
            "part, tell them that they no longer do."
        )
    return ""


def why_no_email(election: Election) -> str:
    """Say why no notice is emailed, and when it is; empty where it can be: strangers are not to write through us."""
    if election.public_status == ElectionStatus.APPROVED:
        return ""
    return "We email the notice after CMS approves the election. Until then, you can print letters."


@transaction.atomic
def send(
    election_id: uuid.UUID, practice: int, addresses: Mapping[str, str], *, by: User, now: datetime
) -> list[ClinicianNotice]:
    """Email the notice to clinicians of a practice, by NPI: to all of these addresses, or to none.

    Raises LinesRefused where an address or a clinician is not to be written to, Refused where no one is.
    """
    election, submission, told = _lock(election_id, practice)
    if why := why_no_email(election):
        raise Refused(why)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # what one person sends a day is counted one by one
    emails = {npi: email.strip().lower() for npi, email in addresses.items()}
    if problems := _problems(election, told, emails, by, now):
        raise LinesRefused(problems)
    names = nppes.names(emails)
    event = _record(election, told, len(emails), by=by, now=now)
    mails = [notice_to(election, submission, told.name, npi, names.get(npi), email) for npi, email in emails.items()]
    owed = dict(zip(emails, owe_each(event, mails, now=now), strict=True))
    return ClinicianNotice.objects.bulk_create(
        ClinicianNotice(
            submission=submission,
            practice=practice,
            npi=npi,
            how=How.EMAIL,
            email=email,
            mail_id=owed[npi],
            told_on=now.astimezone(EASTERN).date(),
            by=by,
            at=now,
        )
        for npi, email in emails.items()
    )


@transaction.atomic
def note_told(
    election_id: uuid.UUID, practice: int, npis: Collection[str], *, how: str, told_on: date, by: User, now: datetime
) -> list[ClinicianNotice]:
    """Keep that a practice told these clinicians by letter or in person, on a day."""
    npis = list(dict.fromkeys(npis))
    election, submission, told = _lock(election_id, practice)
    if gone := [npi for npi in npis if npi not in told.clinicians]:
        raise Refused(f"Nothing was recorded. NPI {gone[0]} is no longer listed under {told.name}.")
    if problem := problem_of_day(told_on, first_day(election), now.astimezone(EASTERN).date()):
        raise Refused(f"Nothing was recorded. {problem}")
    same = [npi for npi in npis if any(_is_on_record(one, how, told_on) for one in told.clinicians[npi])]
    if same:
        raise Refused(f"Nothing was recorded. That is on record for NPI {same[0]} already.")
    _record(election, told, len(npis), by=by, now=now)
    return ClinicianNotice.objects.bulk_create(
        ClinicianNotice(submission=submission, practice=practice, npi=npi, how=how, told_on=told_on, by=by, at=now)
        for npi in npis
    )


def _is_on_record(notice: ClinicianNotice, how: str, told_on: date) -> bool:
    return (notice.how, notice.told_on) == (how, told_on) and notice.undone_at is None


@transaction.atomic
def undo_told(election_id: uuid.UUID, practice: int, notice_id: int, *, by: User, now: datetime) -> None:
    """Undo a record that a clinician was told another way, by who made it; the clinician then counts as not told.

    Raises Refused where there is none that this person can undo.
    """
    election, _, told = _lock(election_id, practice)
    notice = undoable(told, notice_id, by)
    if notice is None:
        raise Refused(
            "Nothing was undone. Either this record was already undone, or someone else made it. "
            "Only the person who made a record can undo it."
        )
    record(election, "undo_clinicians_told", by=by, now=now, practice=told.name, notice=notice.pk)
    ClinicianNoticeUndo.objects.create(notice=notice, by=by, at=now)


def undoable(told: PracticeTold, notice_id: int, by: User) -> ClinicianNotice | None:
    """Return the record of a practice with this id that a person can undo: their own, of what we did not email."""
    notices = (notice for notices in told.clinicians.values() for notice in notices)
    return next((one for one in notices if one.pk == notice_id and _may_undo(one, by)), None)


def _may_undo(notice: ClinicianNotice, by: User) -> bool:
    return notice.mail_id is None and notice.undone_at is None and notice.by_id == by.pk


def first_day(election: Election) -> date:
    """Return the day on which the election was first submitted: what clinicians were told before is not kept here."""
    received: datetime = election.submissions.order_by("number").values_list("received_at", flat=True)[0]
    return received.astimezone(EASTERN).date()


def problem_of_day(day: date, first: date, today: date) -> str:
    """Say why clinicians cannot have been told on a day, and what to do; empty where they can."""
    if day > today:
        return f"Enter today, {et_date(today)}, or an earlier date. Record it after you told them."
    if day < first:
        return (
            f"The election was submitted on {et_date(first)}. We record only notices given from that day on. If you "
            "told them earlier, give the notice again."
        )
    return ""


def _lock(election_id: uuid.UUID, practice: int) -> tuple[Election, Submission, PracticeTold]:
    """Return the locked election, its last submission, and what is on record of one practice."""
    election = lock(election_id)
    submission = election.last_submission
    if why := why_not_now(election):
        raise Refused(why)
    practices = practices_told(submission) if submission else []
    if submission is None or practice >= len(practices):
        raise Refused("The election was submitted again, without this practice.")
    return election, submission, practices[practice]


def _record(election: Election, told: PracticeTold, count: int, *, by: User, now: datetime) -> Event:
    practice = f"{told.name}, {count} clinician{'' if count == 1 else 's'}"
    return record(election, "tell_clinicians", by=by, now=now, practice=practice)


def _problems(
    election: Election, told: PracticeTold, emails: Mapping[str, str], by: User, now: datetime
) -> dict[str, str]:
    """Return by NPI why a clinician cannot be written to at the address."""
    sent = ClinicianNotice.objects.filter(submission__election=election, how=How.EMAIL).order_by()
    of_others = dict(sent.filter(email__in=emails.values()).values_list("email", "npi"))
    today = set(sent.filter(npi__in=emails, at__gt=now - A_DAY).values_list("npi", flat=True))
    allowed = writable(list(emails.values()), by, now, to_clinicians=True)
    names = nppes.names({*emails, *of_others.values()})
    twice = {email for email, count in Counter(emails.values()).items() if count > 1}

    def problem(npi: str, email: str) -> str:
        if npi not in told.clinicians:
            return f"NPI {npi} is no longer listed under {told.name}."
        if email in twice:
            other = next(other for other, same in emails.items() if same == email and other != npi)
            return f"{person_named(other, names.get(other))} has the same address. Each clinician needs their own."
        if (owner := of_others.get(email, npi)) != npi:
            return f"This address was used for {person_named(owner, names.get(owner))}. Each clinician needs their own."
        if any(one.email == email for one in told.clinicians[npi]):
            return "We already sent the notice to this address. Enter another one, or tell them another way."
        if npi in today:
            return "We emailed this clinician in the last 24 hours. Send it tomorrow, or tell them another way."
        if email not in allowed:
            return f"You asked us to write to {MOST_ASKED_A_DAY} people in one day. Send this one tomorrow."
        return ""

    return {npi: said for npi, email in emails.items() if (said := problem(npi, email))}
