"""What becomes of an update: CMS acknowledges it or asks about it, the representative answers or undoes it."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet

from accounts.models import Role, User

from ..access import allowed, holds_a_role
from ..mails import Mail, compose, concerned, desk_of, owe, tell
from ..models import Election, Event, Update, UpdateKind, UpdateState, UpdateStep
from ..models.update import VERB_OF_STEP
from ..receipt_codes import grouped
from ..reported import practice_of, tell_of
from ..roster_history import counting, updates_of
from ..verbs import Refused, lock, record
from .actions import lock_to_update

Kind = UpdateStep.StepKind
NOW = {
    UpdateState.RECORDED: "This update is waiting for CMS.",
    UpdateState.QUESTION_ASKED: "CMS has already asked a question about this update.",
    UpdateState.ACKNOWLEDGED: "CMS already acknowledged this update.",
    UpdateState.UNDONE: "This update was already undone.",
}
OPEN = (UpdateState.RECORDED, UpdateState.QUESTION_ASKED)


def open_questions(election: Election | OuterRef) -> QuerySet[Update]:
    """Return the updates of an election about which CMS asked, and has no answer."""
    return Update.objects.filter(Q(last_step=Kind.ASKED), submission__election=election)


@transaction.atomic
def acknowledge(election_id: uuid.UUID, update_id: int, *, by: User, now: datetime) -> Update:
    """Write down that CMS took note of an update; from then on it is not undone."""
    election, update = _locked(election_id, update_id)
    _refuse_unless(update, *OPEN)
    _add(election, update, Kind.ACKNOWLEDGED, by=by, now=now)
    return update


@transaction.atomic
def ask(election_id: uuid.UUID, update_id: int, *, text: str, by: User, now: datetime) -> Update:
    """Ask the representative about an update; those who work on the election are told."""
    election, update = _locked(election_id, update_id)
    _refuse_unless(update, UpdateState.RECORDED)
    event = _add(election, update, Kind.ASKED, text=text, by=by, now=now)
    owe(event, question_mail(election, update, text), now=now)
    return update


def question_mail(election: Election, update: Update, text: str) -> Mail:
    """Return the mail with what CMS asks about an update."""
    told: dict[str, Any] = {"update": update, "practice": practice_of(update), "text": text}
    return compose(election, "update_question", concerned(election), **told)


@transaction.atomic
def answer(election_id: uuid.UUID, update_id: int, *, text: str, by: User, now: datetime) -> Update:
    """Answer what CMS asked about an update; who asked is told, if they still may read it."""
    election, update = _locked(election_id, update_id)
    allowed(by, election, represent=True)
    _refuse_unless(update, UpdateState.QUESTION_ASKED)
    event = _add(election, update, Kind.ANSWERED, text=text, by=by, now=now)
    asked = update.steps.filter(kind=Kind.ASKED).select_related("by").latest("pk")
    is_theirs = asked.by.is_active and asked.by.has_role(Role.REVIEWER) and not holds_a_role(asked.by, election)
    desk = [asked.by.email] if is_theirs else desk_of(election)
    told: dict[str, Any] = {"update": update, "practice": practice_of(update), "text": text}
    tell(event, "update_answered_at_desk", desk, now=now, **told)
    return update


@transaction.atomic
def undo(election_id: uuid.UUID, update_id: int, *, by: User, now: datetime) -> Update:
    """Undo an update that CMS has not acknowledged; its row stays, and everyone who was told of it is told.

    Raises Refused where a later one rests on it, or the representative has changed.
    """
    election, submission = lock_to_update(election_id, by)
    counted = counting(updates_of(submission))
    update = next((one for one in counted if one.pk == update_id), None)
    if update is None:
        raise Refused(why_not_undone(election, update_id))
    _refuse_unless(update, *OPEN)
    if update.kind == UpdateKind.REPRESENTATIVE:
        raise Refused("Nothing was undone. To change the representative again, hand over the role to someone else.")
    if update.kind == UpdateKind.CONTACT:
        _refuse_contact(election, update, by)
    if later := _later(update, counted):
        raise Refused(
            f"Nothing was undone. You reported a later change to the same thing: {later.get_kind_display().lower()}, "
            f"receipt code {grouped(later.receipt_code)}. Undo that one first."
        )
    working = concerned(election)
    event = _add(election, update, Kind.UNDONE, by=by, now=now)
    if update.kind == UpdateKind.CONTACT:
        _restore_contact(election, update)
    addresses = [*working, election.representative_email]
    tell_of(event, update, "update_undone", of=submission, working=addresses, now=now)
    tell(event, "update_undone_at_desk", desk_of(election), now=now, update=update, practice=practice_of(update))
    return update


def why_not_undone(election: Election, update_id: int) -> str:
    """Say why an update that does not count cannot be undone; raise Update.DoesNotExist for none of this election."""
    if not Update.objects.get(pk=update_id, submission__election=election).counts():
        return f"Nothing was changed. {NOW[UpdateState.UNDONE]}"
    return (
        "Nothing was undone. You submitted the election again after this update, so the new submission counts. "
        "If that is wrong, report the change."
    )


def _later(update: Update, counted: Iterable[Update]) -> Update | None:
    """Return the first later update about the same clinician, name or contact; None if there is none."""
    alike = {
        UpdateKind.JOINED: (UpdateKind.JOINED, UpdateKind.LEFT),
        UpdateKind.LEFT: (UpdateKind.JOINED, UpdateKind.LEFT),
        UpdateKind.RENAMED: (UpdateKind.RENAMED,),
        UpdateKind.CONTACT: (UpdateKind.CONTACT, UpdateKind.REPRESENTATIVE),
    }.get(UpdateKind(update.kind), ())
    about = (update.practice, update.npi)
    for other in counted:
        if other.pk > update.pk and other.kind in alike and (other.practice, other.npi) == about:
            return other
    return None


def _refuse_contact(election: Election, update: Update, by: User) -> None:
    """Raise Refused where the contact details changed since, or those before are no longer the representative's own."""
    if election.contact != update.details["after"] or update.details["before"]["email"] not in by.verified_addresses:
        raise Refused(
            "Nothing was undone. The contact details have changed since then, or the earlier email address is no "
            "longer yours. Report the contact details that are right."
        )


def _restore_contact(election: Election, update: Update) -> None:
    """Give the election the contact details back that it had before an update."""
    before = {f"representative_{field}": value for field, value in update.details["before"].items()}
    Election.objects.filter(pk=election.pk).update(**before)
    for name, value in before.items():
        setattr(election, name, value)


def _locked(election_id: uuid.UUID, update_id: int) -> tuple[Election, Update]:
    election = lock(election_id)
    return election, Update.objects.select_related("submission").get(pk=update_id, submission__election=election)


def _refuse_unless(update: Update, *states: UpdateState) -> None:
    if update.state not in states:
        raise Refused(f"Nothing was changed. {NOW[update.state]}")


def _add(
    election: Election, update: Update, kind: UpdateStep.StepKind, *, by: User, now: datetime, text: str = ""
) -> Event:
    UpdateStep.objects.create(update_of=update, kind=kind, text=text, by=by, at=now)
    what = {"update": update.pk, "kind_of_update": update.get_kind_display()}
    return record(election, VERB_OF_STEP[kind], by=by, now=now, **what)
