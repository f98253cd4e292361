"""The representative's side of the signing room: begin it, ask each practice's signer, remind, replace.

Nobody signs for another: a link goes by mail to the person it is for, and stands on no page.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from agreements.models import Agreement, Party, SigningRequest
from agreements.text.document_text import UNNAMED
from ground.templatetags.et import et_datetime

from ..agreement.actions import document_of, missing
from ..agreement.text import named_in_text
from ..agreement.ways import named_signers, signers_to_email, version_of
from ..content import Snapshot
from ..link_limits import refuse_if_too_many
from ..mails import tell
from ..models import Election, Event, Member, VirtualGroup
from ..practices.other_tins import keep_signer, signer_questions
from ..signers import VALID_FOR, Signer, forwarder_of, link_for, signers_before, take_place
from ..verbs import Refused, days_left, record
from ..working_copy import freeze_text, lock_to_edit, note_change, unacknowledge
from .rooms import unsigned

REMIND_AFTER = timedelta(days=1)
# On the last day, who was reminded at 8 a.m. ET and has not signed hears again at 2 p.m.: in office hours from coast to
# coast, and with hours left to submit. A third email would reach no one whom two did not.
MOST_ON_THE_LAST_DAY, REMIND_AFTER_ON_THE_LAST_DAY = 2, timedelta(hours=6)
CHANGED = (
    "Nothing was sent. While you had the page open, the practices, who signs for them, or how they sign changed. Check "
    "the signers and their email addresses. Then send the links."
)
ELSEWHERE = (
    "Nothing was sent. In this election, the practices sign somewhere else, such as on paper. To send links, first "
    "choose that they sign here."
)


@transaction.atomic
def begin(election_id: uuid.UUID, *, by: User, now: datetime, shown: str | None = None) -> Election:
    """Have the agreement signed here, by personal links; its text is frozen, until other words are chosen.

    What was signed here before that was ended counts no more: the party list's fingerprint is mixed with a new salt.
    Raises Refused where the signers are no longer those that a page has `shown` (ways.version_of).
    """
    election = lock_to_edit(election_id, now)
    agreement = election.agreement
    if shown is not None and shown != version_of(signers_to_email(election, Snapshot.of_working_copy(election))):
        raise Refused(CHANGED)
    if not agreement.is_signed_here:
        agreement.salt = ""
        freeze_text(election)  # before it is signed here: it says the names that stand now
        agreement.is_signed_here, agreement.is_signed_on_paper = True, False
        agreement.save(update_fields=["is_signed_here", "is_signed_on_paper", "salt", "text", "text_sha256"])
        unacknowledge(election)
        record(election, "begin_signing", by=by, now=now)
        note_change(election, by=by, now=now)
    return election


@transaction.atomic
def end(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Have the agreement executed elsewhere instead: open links close, and what was signed here counts no more."""
    election = lock_to_edit(election_id, now)
    if election.agreement.is_signed_here:
        Agreement.objects.filter(pk=election.agreement_id).update(is_signed_here=False, is_signed_on_paper=True)
        open_requests(election).update(revoked_at=now)
        unacknowledge(election)
        record(election, "end_signing", by=by, now=now)
        note_change(election, by=by, now=now)
    return election


@transaction.atomic
def ask(election_id: uuid.UUID, *, by: User, now: datetime, shown: str | None = None) -> int:
    """Send a link to every named signer who has none that is open, and return how many were asked.

    Raises Refused while the party list is not whole, nobody is named, or too many were asked today; or where the
    signers are no longer those that a page has `shown` (ways.version_of).
    """
    election = _lock_signed_here(election_id, now)
    if shown is not None and shown != version_of(named_signers(election)):
        raise Refused(CHANGED)
    snapshot = _whole(election)
    due = due_to_ask(election, snapshot, now)
    if not due:
        raise Refused(
            "We sent no links. Every signer you named with an email address has a link or has signed. "
            "Add the signers and email addresses that are missing.",
            *(question.sentence for question in signer_questions(snapshot).values()),
        )
    refuse_if_too_many([one.party.signer_email.lower() for one in due], by, now)
    told = signers_before(election.last_submission, snapshot)
    for member in due:
        _ask(election, snapshot, member, told, by=by, now=now)
    document_of(election, unsigned(snapshot), by=by, now=now)  # for who downloads it before signing
    return len(due)


def due_to_ask(election: Election, snapshot: Snapshot, now: datetime) -> list[Member]:
    """Return the practices whose named signers have no link that is open, and are still to sign."""
    asked = {request.party_id for request in open_requests(election) if request.is_open(now)}
    unsigned_now = set(unsigned_members(snapshot)).difference(signer_questions(snapshot))
    members = election.members.select_related("party").filter(pk__in=unsigned_now)
    return [one for one in members if one.party_id not in asked and one.party.signer_name and one.party.signer_email]


@transaction.atomic
def replace(election_id: uuid.UUID, member_id: int, *, name: str, email: str, by: User, now: datetime) -> Member:
    """Ask somebody else to sign for a practice; the link of whoever was asked before opens nothing any more.

    Raises Refused where the practice has signed what now stands, or was removed.
    """
    election = _lock_signed_here(election_id, now)
    snapshot = _whole(election)
    member = election.members.select_related("party").filter(pk=member_id).first()
    if member is None:
        raise Refused("We didn’t send a link. This practice was removed from the election a moment ago.")
    entry = snapshot.practices[snapshot.member_ids.index(member.pk)]
    if (signed := entry.signed) and not snapshot.is_carried(entry):
        raise Refused(
            f"{signed.name} signed for {member} on {et_datetime(signed.signed_at)}. "
            "That signature counts, so we didn’t send a link."
        )
    refuse_if_too_many([email], by, now)
    Party.objects.filter(pk=member.party_id).update(signer_name=name, signer_email=email)
    member.party.refresh_from_db()
    _ask(election, snapshot, member, signers_before(election.last_submission, snapshot), by=by, now=now)
    keep_signer(election_id, member_id, by=by, now=now)
    return member


@transaction.atomic
def remind(election_id: uuid.UUID, member_id: int | None, *, by: User, now: datetime) -> int:
    """Remind a practice's signer, or all who have not signed where None; return how many were.

    Nobody is written to twice within a day but on the last one. Raises Refused where nobody is left to be reminded.
    """
    election = _lock_signed_here(election_id, now)
    snapshot = Snapshot.of_working_copy(election)
    wanted = [pk for pk in unsigned_members(snapshot) if member_id in (None, pk)]
    reminded = remind_each(election, open_requests(election).filter(party__member__in=wanted), by=by, now=now)
    if not reminded:
        raise Refused(
            "We didn’t send any reminders. Everyone left to sign was emailed within the last day, or declined."
        )
    return reminded


def remind_each(election: Election, requests: QuerySet[SigningRequest], *, by: User | None, now: datetime) -> int:
    """Send the links once more to whoever had no mail of late and has not declined; return how many were sent.

    Within somebody else's transaction.
    """
    due = _due_for_reminder(election, requests.filter(declined_at=None), now)
    for request in due:
        SigningRequest.objects.filter(pk=request.pk).update(reminded_at=now, expires_at=now + VALID_FOR)
        said = {"practice": request.party.member.name, "to": request.name, "link": request.pk}
        event = record(election, "remind_signer", by=by, now=now, **said)
        tell_signer(event, "remind_signer", request, now=now)
    return len(due)


def _due_for_reminder(election: Election, requests: QuerySet[SigningRequest], now: datetime) -> list[SigningRequest]:
    """Return those who had no mail within a day; on the last day on which one can submit, within some hours."""
    is_last_day = days_left(election, now) == 0
    quiet = REMIND_AFTER_ON_THE_LAST_DAY if is_last_day else REMIND_AFTER
    due = [request for request in requests if (request.reminded_at or request.asked_at) <= now - quiet]
    if not (due and is_last_day):
        return due
    today = election.events.filter(verb="remind_signer", at__gte=election.window.closes - timedelta(days=1))
    reminded = Counter(today.values_list("details__link", flat=True))
    return [request for request in due if reminded[request.pk] < MOST_ON_THE_LAST_DAY]


def tell_signer(event: Event, template: str, request: SigningRequest, *, now: datetime, **context: Any) -> None:
    """Owe a signer a mail with their link in it; one person may sign for several practices.

    Replies to it go to the representative.
    """
    name = named_in_text(event.election)
    is_named = name not in (UNNAMED, str(VirtualGroup()))
    named = {
        "is_named": is_named,
        "group": name if is_named else "the virtual group",
        "agreement": f"{name} agreement" if is_named else "virtual group agreement",
    }
    to, of = event.election.representative_email, f"{request.pk}:"
    tell(event, template, [request.email], now=now, of=of, reply_to=to, signing=request, **named, **context)


def unsigned_members(snapshot: Snapshot) -> list[int]:
    """Return the ids of the practices that have not signed what now stands."""
    return [pk for pk, entry in zip(snapshot.member_ids, snapshot.practices, strict=True) if not entry.signed]


def _ask(
    election: Election, snapshot: Snapshot, member: Member, told: Sequence[Signer | None], *, by: User, now: datetime
) -> None:
    """Send a new link; one that is open for the same practice opens nothing any more.

    Who is `told` for the practice since the last submission is told by the new link, too.
    """
    open_requests(election).filter(party=member.party_id).update(revoked_at=now)
    request = _new_link(snapshot, member, by=by, now=now)
    event = record(election, "ask_to_sign", by=by, now=now, practice=member.name, to=request.name)
    tell_signer(event, "ask_to_sign", request, now=now, practice=member.name, by=by)
    if former := told[snapshot.member_ids.index(member.pk)]:
        take_place(event, former, request, now=now)


def give_links(election: Election, snapshot: Snapshot, *, now: datetime) -> None:
    """Give a link to each signer whose signature counts and who has none, so that they can be told what happens.

    They signed in an earlier year, or their link was closed while another TIN stood in the practice's place.
    """
    signed = set(snapshot.member_ids).difference(unsigned_members(snapshot))
    linked = open_requests(election).values("party")
    without = election.members.select_related("party").filter(pk__in=signed).exclude(party__in=linked)
    for member in without.exclude(party__signer_email=""):
        _new_link(snapshot, member, by=election.started_by, now=now)


def _new_link(snapshot: Snapshot, member: Member, *, by: User, now: datetime) -> SigningRequest:
    """Return a new link by which a practice's signer signs what now stands, or reads it."""
    party, asked_for = member.party, snapshot.covered[snapshot.member_ids.index(member.pk)].digest
    link = link_for(party.pk, name=party.signer_name, email=party.signer_email, by=by, now=now, asked_for=asked_for)
    link.party, link.forwarded_by = party, forwarder_of(party, link.email)
    link.save()
    return link


def _lock_signed_here(election_id: uuid.UUID, now: datetime) -> Election:
    election = lock_to_edit(election_id, now)
    if not election.agreement.is_signed_here:
        raise Refused(ELSEWHERE)
    return election


def _whole(election: Election) -> Snapshot:
    """Return the working copy, whose party list is whole; raise Refused where it is not."""
    snapshot = Snapshot.of_working_copy(election)
    if lacks := missing(snapshot):
        raise Refused(*lacks)
    return snapshot


def open_requests(election: Election) -> QuerySet[SigningRequest]:
    """Return the links that were sent and not taken back, of practices removed since too."""
    return SigningRequest.objects.filter(party__agreement=election.agreement_id, revoked_at=None).select_related(
        "party__member", "asked_by"
    )
