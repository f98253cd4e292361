"""What was recorded of practices that signed on paper: their signers are emailed it, and say what isn't right.

That is before the first submission. From then on, the emails about the submission say what it says.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from agreements.models import Party, SigningRequest
from ground.templatetags.et import et_date

from ..content import PracticeEntry, Snapshot
from ..link_limits import writable
from ..mails import concerned
from ..models import Election
from ..paper_records import TELL, changes, recorded, told_records
from ..practices.other_tins import signer_questions
from ..signers import Signer, link_for, tell_signers
from ..states import ElectionStatus
from ..verbs import Refused, lock, record
from ..working_copy import may_be_edited
from .named_practice import NEWER, why_replaced
from .objections import write_objection
from .rooms import Room, room_of
from .signing_emails import LOOKED_AT, QUIET, for_each

MOST_A_DAY = 5  # emails to one address about one draft, however often it is changed
LOOK_AGAIN_SECONDS = 60 * 60  # what no change of the draft shows: who works on it, an answered question
SIGNED_HERE = "The practices now sign on this site. If you should sign for the practice, you get another email."
REMOVED = "This practice was removed from the virtual group."


@dataclass(frozen=True, slots=True)
class UntoldRecord:
    """What is recorded of one practice, and its signer was not told yet; `before` is what they were told last."""

    position: int
    entry: PracticeEntry
    party: Party
    words: dict[str, str]
    before: dict[str, str]

    @property
    def email(self) -> str:
        return self.party.signer_email.lower()


def tell_recorded_due(*, now: datetime) -> int:
    """Email what was recorded to the signers of drafts that no one has changed for a while; return how many."""
    whole = Party.objects.exclude(signer_name="").exclude(signer_email="").filter(executed_on__isnull=False)
    drafts = Election.objects.filter(
        Exists(whole.filter(agreement=OuterRef("agreement"), member__isnull=False)),
        status=ElectionStatus.DRAFT,
        last_submission=None,
        agreement__is_signed_here=False,
        changed_at__range=(now - LOOKED_AT, now - QUIET),
    )
    due = {_looked(draft): draft for draft in drafts.select_related("agreement") if may_be_edited(draft, now)}
    for looked in cache.get_many(due):
        del due[looked]
    return for_each(due.values(), lambda draft: _tell_if_due(draft, now=now))


def _tell_if_due(draft: Election, *, now: datetime) -> int:
    """Tell the signers of a draft, and lock it only for that; where all were told, look again in an hour."""
    if _untold(draft, now):
        return tell_recorded(draft, now=now)
    cache.set(_looked(draft), True, LOOK_AGAIN_SECONDS)
    return 0


def _looked(draft: Election) -> str:
    return f"paper-records-told-{draft.pk}-{draft.changed_at:%Y%m%d%H%M%S%f}"


@transaction.atomic
def tell_recorded(election: Election, *, now: datetime) -> int:
    """Email what was recorded, or what changed of it, to the signers who were not told yet.

    Each gets a link that signs nothing. Who would be one too many in a day is told on another.
    """
    election = lock(election.pk)
    if election.status != ElectionStatus.DRAFT or election.agreement.is_signed_here or election.changed_at is None:
        return 0
    if election.changed_at > now - QUIET:
        return 0
    by = election.changed_by or election.started_by
    due = _with_links(_untold(election, now), by=by, now=now)
    if not due:
        return 0
    told = {one.party.pk: {"email": one.email, "words": one.words} for one, _ in due}
    names = ", ".join(one.entry.name for one, _ in due)
    event = record(election, TELL, by=None, now=now, practice=names, records=told)
    signers = [Signer(one.position, one.entry, link, changes(one.before, one.words)) for one, link in due]
    tell_signers(event, "signer_recorded", signers, now=now)
    return len(due)


def _with_links(
    untold: Sequence[UntoldRecord], *, by: User, now: datetime
) -> list[tuple[UntoldRecord, SigningRequest]]:
    """Return each with the link that the same person was sent last, else with a new one, unless that is too many."""
    requests = SigningRequest.objects.filter(party__in=[one.party.pk for one in untold])
    last = {link.party_id: link for link in requests.order_by("party", "-pk").distinct("party")}
    known = {one.party.pk: last[one.party.pk] for one in untold if _is_theirs(last.get(one.party.pk), one.party)}
    unknown = [one for one in untold if one.party.pk not in known]
    allowed = writable([one.email for one in unknown], by, now)
    fresh = {
        one.party.pk: link_for(one.party.pk, name=one.party.signer_name, email=one.email, by=by, now=now)
        for one in unknown
        if one.email in allowed
    }
    SigningRequest.objects.bulk_create(fresh.values())
    links = known | fresh
    return [(one, links[one.party.pk]) for one in untold if one.party.pk in links]


def _is_theirs(link: SigningRequest | None, party: Party) -> bool:
    """Say whether a link was sent to the person who is named now, to see what was recorded."""
    if link is None or link.asked_for:
        return False
    return (link.email, link.name) == (party.signer_email.lower(), party.signer_name)


def _untold(election: Election, now: datetime) -> list[UntoldRecord]:
    """Return what was recorded and not told, in the practices' order.

    Who works on the election needs no email, and who got enough of them today gets the next one another day.
    """
    snapshot = Snapshot.of_working_copy(election)
    parties = {member.pk: member.party for member in election.members.select_related("party")}
    questions, told = signer_questions(snapshot), told_records(election)
    spared = {address.lower() for address in concerned(election)} | _told_enough(election, now)
    found = []
    for position, (pk, entry) in enumerate(zip(snapshot.member_ids, snapshot.practices, strict=True)):
        words, party = recorded(entry), parties.get(pk)
        if not (words and party and party.signer_email) or pk in questions or party.signer_email.lower() in spared:
            continue
        last = told.get(str(party.pk), {})
        before = last["words"] if last.get("email") == party.signer_email.lower() else {}
        if before != words:
            found.append(UntoldRecord(position, entry, party, words, before))
    return found


def _told_enough(election: Election, now: datetime) -> set[str]:
    """Return the addresses that were told as often as anyone is in a day; one email tells of all their practices."""
    today = election.events.filter(verb=TELL, at__gt=now - timedelta(days=1))
    told = today.values_list("details__records", flat=True)
    times = Counter(email for records in told for email in {one["email"] for one in records.values()})
    return {email for email, count in times.items() if count >= MOST_A_DAY}


def recorded_entry(room: Room) -> PracticeEntry | None:
    """Return the practice of a link as the working copy lists it now; None if it was removed."""
    member = getattr(room.request.party, "member", None)
    listed = dict(zip(room.snapshot.member_ids, room.snapshot.practices, strict=True))
    return listed.get(member.pk) if member else None


def why_record_closed(room: Room, now: datetime) -> str:
    """Say why a link no longer shows what was recorded; empty if it does.

    Only the person who is named now may see it, whether or not a newer link was sent; no one while that is asked.
    """
    last = SigningRequest.objects.filter(party=room.request.party_id).order_by("pk").last()
    if last and last.pk != room.request.pk:
        return why_replaced(room.request, last)
    if room.request.expires_at <= now:
        return f"This link worked until {et_date(room.request.expires_at)}."
    if room.election.agreement.is_signed_here:
        return SIGNED_HERE
    if (entry := recorded_entry(room)) is None:
        return REMOVED
    party = Party.objects.get(pk=room.request.party_id)  # as it stands now: the room's may be of before the lock
    if entry.asks_signer or not _is_theirs(room.request, party):
        return NEWER
    return room.why_no_one_signs(now)


@transaction.atomic
def object_to_record(request: SigningRequest, *, text: str, now: datetime) -> None:
    """Tell those who prepare the election what isn't right in what was recorded, and CMS if it was submitted since.

    Raises Refused if the link no longer works, or they wrote too often.
    """
    election = lock(Election.objects.values_list("pk", flat=True).get(agreement=request.party.agreement_id))
    room = room_of(request)
    why, entry = why_record_closed(room, now), recorded_entry(room)
    if why or entry is None:
        raise Refused(why)
    write_objection(election, request, entry.name, election.last_submission, text=text, now=now)
