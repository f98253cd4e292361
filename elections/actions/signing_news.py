"""What signers are told without a button being pressed: to sign again, that all have signed, that the end is near."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.clock import EASTERN
from accounts.models import User
from agreements.fingerprints import SCHEDULE, WHAT_CHANGED
from agreements.models import Document, DocumentKind, DocumentState, SigningRequest

from ..models import Election
from ..snapshots import Snapshot
from ..states import Status
from .reminders import DAYS_BEFORE, NOT_BEFORE, days_left
from .signing import REMIND_AFTER, VALID_FOR, open_requests, remind_one, tell_signer
from .verbs import lock, record
from .working_copy import may_be_edited

QUIET = timedelta(minutes=10)  # since the last change: nobody is written to while somebody still types


def ask_again_due(*, now: datetime) -> int:
    """Ask those to sign again whose signature covers no longer what stands; return how many were asked.

    Also where a correction is answered after the window closed (42 CFR 414.1315(c)(3); elections/answers.py).
    """
    signed_here = Election.objects.filter(agreement__is_signed_here=True, changed_at__lte=now - QUIET)
    concerned = signed_here.filter(agreement__parties__signatures__isnull=False).distinct()
    return sum(ask_again(election, by=None, now=now) for election in concerned if _may_change(election, now))


def _may_change(election: Election, now: datetime) -> bool:
    return may_be_edited(election, now) or election.status == Status.ACTION_NEEDED


@transaction.atomic
def ask_again(election: Election, *, by: User | None, now: datetime) -> int:
    """Ask those of one election, each once for what now stands, and tell the others of a schedule that changed.

    Where only a schedule changed, the other parties need not sign again (42 CFR 414.1315(c)(3)(vi)).
    """
    election = lock(election.pk)
    if not election.agreement.is_signed_here:
        return 0
    snapshot = Snapshot.of_working_copy(election)
    listed = dict(zip(snapshot.member_ids, zip(snapshot.practices, snapshot.covered, strict=True), strict=True))
    requests = [
        (request, *listed[request.party.member.pk])
        for request in open_requests(election).filter(declined_at=None, party__member__in=listed)
    ]
    due = [(one, entry, what) for one, entry, what in requests if entry.void and one.asked_for != what.digest]
    if not due:
        return 0
    event = record(election, "ask_again", by=by, now=now, practice=", ".join(entry.name for _, entry, _ in due))
    for request, entry, covered in due:
        SigningRequest.objects.filter(pk=request.pk).update(
            asked_for=covered.digest, reminded_at=now, expires_at=now + VALID_FOR
        )
        why = [WHAT_CHANGED[what] for what in entry.void]
        tell_signer(event, "sign_again", request, now=now, practice=entry.name, why=why)
    changed = [entry for _, entry, _ in due if entry.void == (SCHEDULE,)]
    for request, entry, _ in requests:
        if changed and not entry.void:
            tell_signer(event, "schedule_changed", request, now=now, practice=entry.name, changed=changed)
    return len(due)


def tell_executed_due(*, now: datetime) -> int:
    """Tell every signer, once, that the executed agreement is there, by a link to it; return how many were told."""
    made = Document.objects.filter(
        kind=DocumentKind.EXECUTED, state=DocumentState.READY, agreement__is_signed_here=True
    ).order_by("agreement", "-pk")
    return sum(_tell_executed(document, now=now) for document in made.distinct("agreement"))


@transaction.atomic
def _tell_executed(document: Document, *, now: datetime) -> int:
    election = lock(Election.objects.values_list("pk", flat=True).get(agreement=document.agreement_id))
    untold = open_requests(election).filter(party__member__isnull=False).exclude(told_of=document)
    due = list(untold.filter(signatures__isnull=False).distinct())
    if due:
        event = record(election, "executed_sent", by=None, now=now)
        for request in due:
            SigningRequest.objects.filter(pk=request.pk).update(told_of=document, expires_at=now + VALID_FOR)
            tell_signer(event, "executed_signer", request, now=now, practice=request.party.member.name)
    return len(due)


def remind_signers_due(*, now: datetime) -> int:
    """Remind those who have not signed, on the days on which representatives are reminded of the deadline."""
    if now.astimezone(EASTERN).time() < NOT_BEFORE:
        return 0
    signed_here = Election.objects.filter(agreement__is_signed_here=True).select_related("agreement")
    due = [
        election for election in signed_here if may_be_edited(election, now) and days_left(election, now) in DAYS_BEFORE
    ]
    return sum(_remind_all(election, now=now) for election in due)


@transaction.atomic
def _remind_all(election: Election, *, now: datetime) -> int:
    election = lock(election.pk)
    snapshot = Snapshot.of_working_copy(election)
    unsigned = [pk for pk, entry in zip(snapshot.member_ids, snapshot.practices, strict=True) if not entry.signed]
    waiting = open_requests(election).filter(party__member__in=unsigned, declined_at=None, expires_at__gt=now)
    due = [one for one in waiting if (one.reminded_at or one.asked_at) <= now - REMIND_AFTER]
    for request in due:
        remind_one(election, request, by=None, now=now)
    return len(due)
