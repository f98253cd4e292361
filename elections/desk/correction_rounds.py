"""Asking for corrections: one round of requests, one mail; and taking the review up again without an answer."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import User
from eligibility.law.calendar import day_begins

from ..content import PracticeEntry, Snapshot
from ..corrections.answers import end, open_correction
from ..mails import Mail, compose, concerned, owe, tell
from ..models import Correction, CorrectionRequest, Election, Submission
from ..models.correction import Pin, PinnedField
from ..states import ElectionStatus, Verb, transition
from ..verbs import Refused, change_status, lock
from .actions import colleague_of, lock_as_stranger, refuse_in_place, submission_decided, tell_colleague
from .seen import refuse_if_changed, refuse_unless_seen

DAYS_TO_ANSWER = 7  # proposed to the reviewer
REMINDED = (3, 1)  # days before the last day


class Asked(NamedTuple):
    """One request as the reviewer writes it: `place` is `practice:0`, `clinician:0:<NPI>` or `field:virtual_group`."""

    place: str
    reason: str
    settled_by: str


def places(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return what of a submission a request may be about, each with its words."""
    found = [(f"{Pin.FIELD}:{field.value}", str(field.label)) for field in PinnedField]
    for position, entry in enumerate(snapshot.practices):
        found.append((f"{Pin.PRACTICE}:{position}", entry.name))
        found += [(f"{Pin.CLINICIAN}:{position}:{npi}", f"{entry.name}: NPI {npi}") for npi in entry.npis]
    return found


@transaction.atomic
def ask_for_correction(
    election_id: uuid.UUID,
    *,
    by: User,
    now: datetime,
    submission_number: int,
    asked: Sequence[Asked],
    due_on: date,
    mail_seen: str | None = None,
    in_place: bool = False,
) -> Correction:
    """Ask for corrections of the submission that the reviewer looked at, until the end of a day (ET).

    Whoever asks is the reviewer then. `mail_seen` and `in_place` are as in `approve`. Raises Refused where nothing is
    asked, the day has passed, or another submission or mail is there now.
    """
    election = lock_as_stranger(election_id, by)
    submission = submission_decided(election, submission_number)
    refuse_in_place(election, by, in_place)
    refuse_if_changed(election, submission, mail_seen, by=by)
    colleague = colleague_of(election, by)
    if not asked:
        raise Refused("Say what you ask for: choose a place, and say what is wrong and what would settle it.")
    if due_at(due_on) <= now:
        raise Refused("The due date has passed. Choose today or a later day.")
    mail = correction_mail(election, submission, pinned(election, submission, asked), due_at(due_on))
    refuse_unless_seen(mail, mail_seen)
    correction = ask(election, submission, asked, by=by, now=now, due_on=due_on, reviewer=by)
    if event := election.status_event:
        tell_colleague(colleague, event, by=by, did="asked for a correction of", now=now)
    return correction


def ask(
    election: Election,
    submission: Submission,
    asked: Iterable[Asked],
    *,
    by: User,
    now: datetime,
    due_on: date,
    reviewer: User,
) -> Correction:
    """Write a round of requests about a locked election in review, and send its mail."""
    requests, until = pinned(election, submission, asked), due_at(due_on)
    mail = correction_mail(election, submission, requests, until)
    correction = Correction.objects.create(
        submission=submission, asked_by=by, asked_at=now, due_at=until, mail=asdict(mail)
    )
    for request in requests:
        request.correction = correction
    CorrectionRequest.objects.bulk_create(requests)
    details = {"submission": submission.number, "requests": len(requests)}
    event = change_status(election, Verb.ASK_FOR_CORRECTION, by=by, now=now, fields={"reviewer": reviewer}, **details)
    owe(event, mail, now=now)
    return correction


@transaction.atomic
def resume_review(election_id: uuid.UUID, *, by: User | None, now: datetime, in_place: bool = False) -> Election:
    """Go on without an answer: the reviewer at any time, the clock (`by` None) once the due date has passed.

    `in_place` is as in `approve`.
    """
    election = lock_as_stranger(election_id, by) if by else lock(election_id)
    correction = open_correction(election)
    if by is None and (correction is None or now < correction.due_at):
        return election
    colleague = colleague_of(election, by) if by else None
    if by and transition(Verb.RESUME_REVIEW, election.status):
        refuse_in_place(election, by, in_place)
    fields = {"reviewer": by} if by else {}
    event = change_status(election, Verb.RESUME_REVIEW, by=by, now=now, fields=fields)
    end(election, now=now)
    if by:
        tell_colleague(colleague, event, by=by, did="continued the review of", now=now)
    tell(event, "review_resumed", concerned(election), now=now, correction=correction)
    if by is None and election.reviewer:
        tell(event, "correction_overdue", [election.reviewer.email], now=now, correction=correction)
    return election


def resume_due(*, now: datetime) -> int:
    """Take up every review whose correction was due and not answered, and return how many."""
    due = Correction.objects.filter(ended_at=None, due_at__lte=now).values_list("submission__election", flat=True)
    return sum(resume_review(pk, by=None, now=now).status == ElectionStatus.IN_REVIEW for pk in list(due))


def remind_of_corrections(*, now: datetime) -> int:
    """Remind those who owe an answer, 3 days and 1 day before its last day; return how many elections. Each once.

    No one is reminded of what was asked after such a day had come, nor twice if both have.
    """
    reminded = 0
    soon = Correction.objects.filter(ended_at=None, due_at__gt=now, due_at__lte=now + timedelta(days=max(REMINDED)))
    for correction in soon.select_related("submission__election__status_event"):
        election = correction.submission.election
        days = min(before for before in REMINDED if correction.due_at <= now + timedelta(days=before))
        was_asked = correction.asked_at <= correction.due_at - timedelta(days=days)
        if was_asked and election.status == ElectionStatus.ACTION_NEEDED and election.status_event:
            requests = correction.requests.all()
            more: dict[str, Any] = {"correction": correction, "requests": requests, "of": f"{days}:"}
            tell(election.status_event, "correction_due", concerned(election), now=now, **more)
            reminded += 1
    return reminded


def due_at(day: date) -> datetime:
    """Return the moment at which a last day (ET) is over."""
    return day_begins(day + timedelta(days=1))


def pinned(election: Election, submission: Submission, asked: Iterable[Asked]) -> list[CorrectionRequest]:
    """Return the requests as they will be written, each with its place in the submission and in the working copy."""
    snapshot, today = Snapshot.of_submission(submission), Snapshot.of_working_copy(election)
    members = {(entry.tin_kind, entry.tin): pk for pk, entry in zip(today.member_ids, today.practices, strict=True)}
    return [
        CorrectionRequest(
            position=position,
            reason=one.reason,
            settled_by=one.settled_by,
            **_place(one.place, snapshot.practices, members),
        )
        for position, one in enumerate(asked)
    ]


def correction_mail(
    election: Election, submission: Submission, requests: Sequence[CorrectionRequest], until: datetime
) -> Mail:
    """Return the one mail that asks for all of it, with a link to each place."""
    more: dict[str, Any] = {"submission": submission, "requests": requests, "due_at": until}
    return compose(election, "correction", concerned(election), **more)


def _place(
    place: str, practices: Sequence[PracticeEntry], members: dict[tuple[str, str], int]
) -> dict[str, str | int | None]:
    pin, _, rest = place.partition(":")
    if pin == Pin.FIELD:
        return {"pin": pin, "field": rest}
    position, _, npi = rest.partition(":")
    entry = practices[int(position)]
    member = members.get((entry.tin_kind, entry.tin))
    return {"pin": pin, "practice": int(position), "practice_name": entry.name, "npi": npi, "member_id": member}
