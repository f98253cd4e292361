"""Writing the working copy: start, name, list practices, fill in the agreement."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from accounts.addresses import verified_addresses
from accounts.models import User
from agreements.models import Agreement, Party
from eligibility import disclosure, windows

from ..access import may_name_representative
from ..models import Election, ElectionRole, Event, Member, MemberClinician, VirtualGroup
from ..states import Status
from .verbs import Refused, lock, record, tell, window_is_open

MOST_INVITED_A_DAY = 20


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """What the representative says of one practice's agreement."""

    executed_on: date | None
    signer_name: str
    signer_title: str
    opt_in_accepted: bool = False


@transaction.atomic
def start_election(
    *,
    performance_year: int,
    by: User,
    now: datetime,
    virtual_group: VirtualGroup | None = None,
    copied_from: Election | None = None,
) -> Election:
    """Start a draft; who starts it is its representative until they name another, and stays a collaborator.

    Raises Refused where the election window of the performance year has closed.
    """
    window = windows.window_for(performance_year)
    if now >= window.closes:
        raise Refused(f"The election window for {performance_year} has closed, so no election can start for it.")
    election = Election.objects.create(
        virtual_group=virtual_group or VirtualGroup.objects.create(),
        performance_year=performance_year,
        agreement=Agreement.objects.create(performance_year=performance_year),
        representative_name=by.name,
        representative_email=by.email,
        copied_from=copied_from,
        started_by=by,
        started_at=now,
        changed_at=now,
    )
    ElectionRole.objects.create(election=election, user=by, kind=ElectionRole.Kind.COLLABORATOR)
    record(election, "copy" if copied_from else "start", by=by, now=now)
    return election


def may_be_edited(election: Election, now: datetime) -> bool:
    """Say whether the working copy may be changed: a draft until it lapses, else while the window is open."""
    if election.status == Status.DRAFT:
        return now < windows.window_for(election.performance_year).closes
    return election.status in (Status.SUBMITTED, Status.IN_REVIEW, Status.APPROVED) and window_is_open(election, now)


@transaction.atomic
def save_group(election_id: uuid.UUID, *, name: str, now: datetime) -> Election:
    """Name the virtual group."""
    election = lock_to_edit(election_id, now)
    VirtualGroup.objects.filter(pk=election.virtual_group_id).update(name=name)
    return election


@transaction.atomic
def save_representative(
    election_id: uuid.UUID, *, name: str, email: str, phone: str, by: User, now: datetime
) -> Election:
    """Name the representative; somebody else than the one who names them is invited by mail.

    Raises Refused where `by` may not name another one, or invited too many today. Once the election was submitted, the
    one before is told.
    """
    election = lock_to_edit(election_id, now)
    email, before = email.strip().lower(), election.representative_email
    is_new = email != before
    if is_new and not may_name_representative(by, election):
        raise Refused(f"Only the representative, {before or 'who is not named now'}, can name another one.")
    election.representative_name, election.representative_email, election.representative_phone = name, email, phone
    election.save(update_fields=["representative_name", "representative_email", "representative_phone"])
    if is_new and email and email not in verified_addresses(by):
        _refuse_if_invited_too_many(by, now)
        event = record(election, "invite_representative", by=by, now=now, name=name)
        tell(event, "representative_named", [email], now=now, by=by)
    if is_new and before and election.last_submission:
        event = record(election, "replace_representative", by=by, now=now)
        tell(event, "representative_replaced", [before], now=now)
    return election


def _refuse_if_invited_too_many(by: User, now: datetime) -> None:
    """Keep strangers from having us write to anybody as often as they like."""
    invited = Event.objects.filter(verb="invite_representative", by=by, at__gt=now - timedelta(days=1)).count()
    if invited >= MOST_INVITED_A_DAY:
        raise Refused(f"You invited {invited} representatives within a day. Nothing was saved. Try again tomorrow.")


@transaction.atomic
def save_member(
    election_id: uuid.UUID,
    member_id: int | None,
    *,
    name: str,
    tin_kind: str,
    tin: str,
    npis: Iterable[str],
    by: User,
    now: datetime,
    address: str | None = None,
) -> Member:
    """Add a practice, or change one; `tin` is nine digits of an EIN, the last six of an SSN, or empty so far.

    `address` is where the request came from: asking about many TINs is limited (design: what one may learn by asking).
    """
    election = lock_to_edit(election_id, now)
    member = election.members.filter(pk=member_id).first() if member_id else _new_member(election)
    if member is None:
        raise Refused(f"{name or 'This practice'} was removed from the election a moment ago. Nothing was saved.")
    if (member.tin_kind, member.tin) != (tin_kind, tin) or member_id is None:
        _unacknowledge(election)
        Party.objects.filter(pk=member.party_id).update(opt_in_accepted=False)  # the opt-in was another TIN's
        member.contests = {}
    member.name, member.tin_kind, member.tin, member.tin_last4 = name, tin_kind, tin, tin[-4:]
    member.save(update_fields=["name", "tin_kind", "tin", "tin_last4", "contests"])
    wanted = sorted(set(npis))
    member.clinicians.exclude(npi__in=wanted).delete()
    MemberClinician.objects.bulk_create(
        [MemberClinician(member=member, npi=npi) for npi in wanted], ignore_conflicts=True
    )
    if tin_kind and tin:
        disclosure.record_probes(
            election.performance_year, [(tin_kind, tin, tuple(wanted))], by=by, now=now, address=address
        )
    return member


@transaction.atomic
def remove_member(election_id: uuid.UUID, member_id: int, *, now: datetime) -> None:
    """Take a practice out of the working copy; what was submitted of it stays as it was."""
    election = lock_to_edit(election_id, now)
    member = election.members.filter(pk=member_id).first()
    if member is not None:
        _unacknowledge(election)
        member.delete()
        Party.objects.filter(pk=member.party_id).delete()


@transaction.atomic
def save_agreement(
    election_id: uuid.UUID, *, acknowledged: bool, parties: dict[int, PartyEntry], by: User, now: datetime
) -> Election:
    """Keep the acknowledgement, and for each practice (by member id) when, by whom and whether it opts in."""
    election = lock_to_edit(election_id, now)
    if election.agreement.acknowledged != acknowledged:
        _acknowledge(election.agreement, now=now if acknowledged else None, by=by if acknowledged else None)
    for member in election.members.select_related("party").filter(pk__in=parties):
        entry = parties[member.pk]
        Party.objects.filter(pk=member.party_id).update(
            executed_on=entry.executed_on,
            signer_name=entry.signer_name,
            signer_title=entry.signer_title,
            opt_in_accepted=entry.opt_in_accepted,
        )
    return election


def _unacknowledge(election: Election) -> None:
    """Let the agreement be acknowledged anew: a party joined, left or has another TIN (design: the agreement)."""
    if election.agreement.acknowledged:
        _acknowledge(election.agreement, now=None, by=None)


def _acknowledge(agreement: Agreement, *, now: datetime | None, by: User | None) -> None:
    """Say since when and by whom the agreement is acknowledged; None: it is not."""
    agreement.acknowledged, agreement.acknowledged_at, agreement.acknowledged_by = now is not None, now, by
    agreement.save(update_fields=["acknowledged", "acknowledged_at", "acknowledged_by"])


def copy_working_copy(source: Election, target: Election) -> None:
    """Copy representative and practices into a new draft; its agreement has to be executed anew."""
    fields = ["representative_name", "representative_email", "representative_phone"]
    for field in fields:
        setattr(target, field, getattr(source, field))
    target.save(update_fields=fields)
    for member in source.members.prefetch_related("clinicians"):
        copied = _new_member(target)
        fields = ["name", "tin_kind", "tin", "tin_last4", "contests"]
        for field in fields:
            setattr(copied, field, getattr(member, field))
        copied.save(update_fields=fields)
        MemberClinician.objects.bulk_create(
            [MemberClinician(member=copied, npi=clinician.npi) for clinician in member.clinicians.all()]
        )


def lock_to_edit(election_id: uuid.UUID, now: datetime) -> Election:
    """Return the election locked, its working copy about to change; raise Refused where it may not."""
    election = lock(election_id)
    if not may_be_edited(election, now):
        raise Refused(
            f"This election is {election.get_status_display().lower()} and can no longer be changed here. "
            "Nothing was saved."
        )
    Election.objects.filter(pk=election.pk).update(changed_at=now)
    return election


def _new_member(election: Election) -> Member:
    last = election.members.aggregate(last=Max("position"))["last"] or 0
    return Member.objects.create(
        election=election, party=Party.objects.create(agreement=election.agreement), position=last + 1
    )
