"""What signers are told without a button being pressed: to sign again, that all have signed, that the end is near.

Each election by itself: one that cannot be read keeps nobody else from their mail.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from agreements.models import Document, DocumentKind, DocumentState, Party, SigningRequest
from agreements.text.fingerprints import SCHEDULE, WHAT_CHANGED, Fingerprints
from ground.clock import EASTERN
from ground.templatetags.et import et_datetime

from ..agreement.actions import missing
from ..content import PracticeEntry, Snapshot
from ..models import Election
from ..signers import VALID_FOR
from ..states import OVER, ElectionStatus
from ..verbs import DAYS_BEFORE, NOT_BEFORE, Refused, days_left, lock, record
from ..working_copy import may_be_edited
from .asking import give_links, open_requests, remind_each, tell_signer, unsigned_members

QUIET = timedelta(minutes=10)  # since the last change: nobody is written to while somebody still types

MOST_AGAIN_A_DAY = 12  # however often what they signed is changed, and the button is pressed
DAY = timedelta(days=1)
LOOKED_AT = timedelta(days=30)  # since the last change: what has been quiet for longer has nobody left to be asked
Asked: TypeAlias = tuple[SigningRequest, PracticeEntry, Fingerprints]

logger = structlog.get_logger(__name__)


def ask_again_due(*, now: datetime) -> int:
    """Ask those to sign whose signature covers no longer what stands, or who had said that something was wrong.

    Return how many were asked. Also where a correction is answered after the window closed (late_corrections.py).
    """
    of_election = SigningRequest.objects.filter(party__agreement=OuterRef("agreement"), revoked_at=None)
    answered = of_election.filter(Q(signatures__isnull=False) | Q(corrected_at__isnull=False))
    changed = Election.objects.filter(
        Exists(answered), agreement__is_signed_here=True, changed_at__range=(now - LOOKED_AT, now - QUIET)
    )
    due = [
        election for election in changed.exclude(status__in=OVER, pending_decision=None) if _may_change(election, now)
    ]

    def ask(election: Election) -> int:  # whoever edits it need not wait while nobody has to be asked
        return ask_again(election, by=None, now=now) if _who_has_to(election)[0] else 0

    return for_each(due, ask)


def _may_change(election: Election, now: datetime) -> bool:
    return may_be_edited(election, now) or election.status == ElectionStatus.ACTION_NEEDED


@transaction.atomic
def ask_again(election: Election, *, by: User | None, now: datetime) -> int:
    """Ask those of one election, each once for what now stands, and tell the others of a schedule that changed.

    Where only a schedule changed, the other parties need not sign again (42 CFR 414.1315(c)(3)(vi)). Raises Refused
    where `by` somebody it was asked too often today.
    """
    election = lock(election.pk)
    if not (election.agreement.is_signed_here and _may_change(election, now)):
        return 0
    due, requests = _who_has_to(election)
    if not due:
        return 0
    rounds = election.events.filter(verb="ask_again", at__gt=now - DAY)
    if rounds.count() >= MOST_AGAIN_A_DAY:
        if by is None:
            return 0  # they are asked once the day is over
        again = et_datetime(rounds.earliest("at").at + DAY)
        raise Refused(
            f"We didn’t email anyone now. We asked for new signatures {MOST_AGAIN_A_DAY} times in one day. "
            f"You can ask again after {again}. The signers’ links still work, so they can use the email they have."
        )
    if any(entry.void == (SCHEDULE,) for _, entry, _ in due):
        give_links(election, Snapshot.of_working_copy(election), now=now)  # the others are told
        due, requests = _who_has_to(election)
    event = record(election, "ask_again", by=by, now=now, practice=", ".join(entry.name for _, entry, _ in due))
    for request, entry, covered in due:
        SigningRequest.objects.filter(pk=request.pk).update(
            asked_for=covered.digest, reminded_at=now, expires_at=now + VALID_FOR, corrected_at=None
        )
        why = [WHAT_CHANGED[what] for what in entry.void]
        tell_signer(event, "sign_again", request, now=now, practice=entry.name, why=why)
    changed = [entry for _, entry, _ in due if entry.void == (SCHEDULE,)]
    for request, entry, _ in requests:
        if changed and entry.signed:
            tell_signer(event, "schedule_changed", request, now=now, practice=entry.name, changed=changed)
    return len(due)


def _who_has_to(election: Election) -> tuple[list[Asked], list[Asked]]:
    """Return those who have to be asked again, and all who have a link; nobody while the party list is changed."""
    snapshot = Snapshot.of_working_copy(election)
    if missing(snapshot):
        return [], []
    listed = dict(zip(snapshot.member_ids, zip(snapshot.practices, snapshot.covered, strict=True), strict=True))
    requests = [
        (request, *listed[request.party.member.pk])
        for request in open_requests(election).filter(declined_at=None, party__member__in=listed)
    ]
    return [asked for asked in requests if _has_to_be_asked(*asked)], requests


def _has_to_be_asked(request: SigningRequest, entry: PracticeEntry, covered: Fingerprints) -> bool:
    was_wrong = request.corrected_at is not None and not entry.signed
    return (bool(entry.void) or was_wrong) and request.asked_for != covered.digest


def tell_executed_due(*, now: datetime) -> int:
    """Tell every signer, once, that the executed agreement is there, by a link to it; return how many were told."""
    told = SigningRequest.objects.filter(party=OuterRef("pk"), revoked_at=None, told_of__gte=OuterRef(OuterRef("pk")))
    untold = Party.objects.filter(~Exists(told), agreement=OuterRef("agreement"), member__isnull=False)
    made = Document.objects.filter(
        Exists(untold), kind=DocumentKind.EXECUTED, state=DocumentState.READY, agreement__is_signed_here=True
    )

    def tell_all(document: Document) -> int:  # nor need they wait while others have to sign again
        stands = Snapshot.of_working_copy(Election.objects.get(agreement=document.agreement_id))
        return _tell_executed(document, now=now) if _is_of(document, stands) else 0

    return for_each(made.defer("snapshot"), tell_all)


def _is_of(document: Document, snapshot: Snapshot) -> bool:
    """Say whether this is the agreement of the signatures that count."""
    return snapshot.is_executed_here and document.signatures_sha256 == snapshot.signatures_sha256


@transaction.atomic
def _tell_executed(document: Document, *, now: datetime) -> int:
    """Tell those who signed, where this is the agreement of the signatures that now count."""
    election = lock(Election.objects.values_list("pk", flat=True).get(agreement=document.agreement_id))
    snapshot = Snapshot.of_working_copy(election)
    if not _is_of(document, snapshot):
        return 0
    give_links(election, snapshot, now=now)
    due = list(open_requests(election).filter(party__member__isnull=False).exclude(told_of=document))
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
    due = [one for one in signed_here if may_be_edited(one, now) and days_left(one, now) in DAYS_BEFORE]
    return for_each(due, lambda election: _remind_all(election, now=now))


@transaction.atomic
def _remind_all(election: Election, *, now: datetime) -> int:
    election = lock(election.pk)
    unsigned = unsigned_members(Snapshot.of_working_copy(election))
    good = open_requests(election).filter(party__member__in=unsigned, expires_at__gt=now)
    return remind_each(election, good, by=None, now=now)


def for_each(due: Iterable[Election] | Iterable[Document], act: Callable[..., int]) -> int:
    """Do it for one after the other, and return how many people were written to; what fails is logged, and waits."""
    told = 0
    for one in due:
        try:
            told += act(one)
        except Exception as error:
            logger.exception("signers_not_told", of=str(one.pk), error=type(error).__name__)
    return told
