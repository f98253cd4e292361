"""Writing the working copy: start, name, list practices, fill in the agreement."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.addresses import verified_addresses
from accounts.models import User
from agreements.models import Agreement, Party
from eligibility import disclosure, windows
from eligibility.identifiers import EIN, EIN_DIGITS, SSN
from eligibility.parameters import SSN_DIGITS

from ..access import may_name_representative
from ..models import Election, ElectionRole, Event, Member, VirtualGroup
from ..states import Status
from .lines import copy_lines, replace_npis
from .merging import Merge, Was
from .verbs import Refused, lock, record, tell, window_is_open

MOST_INVITED_A_DAY = 20


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """What the representative says of one practice's agreement."""

    executed_on: date | None
    signer_name: str
    signer_title: str
    opt_in_accepted: bool = False


PARTY_FIELDS = tuple(field.name for field in fields(PartyEntry))


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
        changed_by=by,
    )
    ElectionRole.objects.create(election=election, user=by, kind=ElectionRole.Kind.COLLABORATOR)
    record(election, "copy" if copied_from else "start", by=by, now=now)
    return election


def may_be_edited(election: Election, now: datetime) -> bool:
    """Say whether the working copy may be changed: a draft until it lapses, else while the window is open."""
    if election.status == Status.DRAFT:
        return now < windows.window_for(election.performance_year).closes
    return election.status in (Status.SUBMITTED, Status.IN_REVIEW, Status.APPROVED) and window_is_open(election, now)


def save_group(
    election_id: uuid.UUID, *, now: datetime, name: str | None = None, by: User | None = None, was: Was | None = None
) -> Election:
    """Name the virtual group. Here and below `was` is what the page showed before; raises Overtaken (Merge)."""
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        saved = merge.fields({"name": election.virtual_group.name}, _given(name=name))
        VirtualGroup.objects.filter(pk=election.virtual_group_id).update(**saved)
        note_change(election, by=by, now=now)
    merge.finish()
    return election


def save_representative(
    election_id: uuid.UUID,
    *,
    by: User,
    now: datetime,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    was: Was | None = None,
) -> Election:
    """Name the representative; somebody else than the one who names them is invited by mail.

    None leaves a field as it is. Raises Refused where `by` may not name another one, or invited too many today. Once
    the election was submitted, the one before is told.
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        before = election.contact
        saved = merge.fields(before, _given(name=name, email=email and email.strip().lower(), phone=phone))
        for field, value in saved.items():
            setattr(election, f"representative_{field}", value)
        if saved["email"] != before["email"]:
            _name_another(election, before["email"], by=by, now=now)
        election.save(update_fields=["representative_name", "representative_email", "representative_phone"])
        note_change(election, by=by, now=now)
    merge.finish()
    return election


def _name_another(election: Election, before: str, *, by: User, now: datetime) -> None:
    """Invite the one who is named now, and tell the one before; raises Refused where `by` may not do that."""
    email = election.representative_email
    if not may_name_representative(by, election, before):
        raise Refused(f"Only the representative, {before or 'who is not named now'}, can name another one.")
    if email and email not in verified_addresses(by):
        _refuse_if_invited_too_many(by, now)
        event = record(election, "invite_representative", by=by, now=now, name=election.representative_name)
        tell(event, "representative_named", [email], now=now, by=by)
    if before and election.last_submission:
        event = record(election, "replace_representative", by=by, now=now)
        tell(event, "representative_replaced", [before], now=now)


def _refuse_if_invited_too_many(by: User, now: datetime) -> None:
    """Keep strangers from having us write to anybody as often as they like."""
    invited = Event.objects.filter(verb="invite_representative", by=by, at__gt=now - timedelta(days=1)).count()
    if invited >= MOST_INVITED_A_DAY:
        raise Refused(f"You invited {invited} representatives within a day. Nothing was saved. Try again tomorrow.")


def save_member(
    election_id: uuid.UUID,
    member_id: int | None,
    *,
    by: User,
    now: datetime,
    key: uuid.UUID | None = None,
    name: str | None = None,
    tin_kind: str | None = None,
    tin: str | None = None,
    npis: Iterable[str] | None = None,
    was: Was | None = None,
    address: str | None = None,
) -> Member:
    """Add a practice, or change one; `tin` is nine digits of an EIN, the last six of an SSN, or what is typed so far.

    None leaves a field as it is; `npis` replaces the roster. `key` is the page's own: what is sent twice adds one
    practice. `address` is where the request came from: asking about many TINs is limited (design: what one may learn).
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        member = _member_to_save(election, member_id, key, name)
        before = {"name": member.name, "tin_kind": member.tin_kind, "tin": member.tin}
        saved = merge.fields(before, _given(name=name, tin_kind=tin_kind, tin=tin))
        if (saved["tin_kind"], saved["tin"]) != (member.tin_kind, member.tin):
            _unacknowledge(election)
            Party.objects.filter(pk=member.party_id).update(opt_in_accepted=False)  # the opt-in was another TIN's
            member.contests = {}
        member.name, member.tin_kind = saved["name"], saved["tin_kind"]
        member.tin = _fitting(saved["tin_kind"], saved["tin"], election.performance_year)
        member.tin_last4 = member.tin[-4:]
        member.save(update_fields=["name", "tin_kind", "tin", "tin_last4", "contests"])
        if npis is not None:
            replace_npis(member, npis)
        record_asking(election, [member], by=by, now=now, address=address)
        note_change(election, by=by, now=now)
    merge.finish()
    return member


def _fitting(tin_kind: str, tin: str, performance_year: int) -> str:
    """Return the TIN, or nothing where it has more digits than may be kept of its kind (design: data protection)."""
    most = {EIN: EIN_DIGITS, SSN: SSN_DIGITS.for_year(performance_year)}.get(tin_kind, EIN_DIGITS - 1)
    return tin if sum(map(str.isdigit, tin)) <= most else ""


def record_asking(
    election: Election, members: Iterable[Member], *, by: User, now: datetime, address: str | None
) -> None:
    """Count the practices that are asked about by saving them (design: what one may learn by asking)."""
    asked = [
        (member.tin_kind, member.tin, tuple(dict.fromkeys(member.clinicians.values_list("npi", flat=True))))
        for member in members
        if member.tin_kind and member.tin
    ]
    if asked:
        disclosure.record_probes(election.performance_year, asked, by=by, now=now, address=address)


def _member_to_save(election: Election, member_id: int | None, key: uuid.UUID | None, name: str | None) -> Member:
    """Return the practice to change: an old one, the one that this page added before, or a new one."""
    if member_id is None:
        added = election.members.filter(key=key).first() if key else None
        if added is None:
            _unacknowledge(election)
            added = _new_member(election, key)
        return added
    member = election.members.filter(pk=member_id).first()
    if member is None:
        raise Refused(f"{name or 'This practice'} was removed from the election a moment ago. Nothing was saved.")
    return member


class TinDropped(Refused):
    """All was saved, and TINs called EINs were dropped: CMS data know them as SSNs of clinicians listed now."""

    was_saved = True

    def __init__(self, members: Iterable[Member]) -> None:
        names = ", ".join(str(member) for member in members)
        super().__init__(
            f"The TIN of {names} may be a Social Security number, not an EIN. It was not kept. If it is one, choose "
            "“SSN” and type only its last digits."
        )


def drop_ssns(
    election: Election, members: Iterable[Member], *, by: User, now: datetime, address: str | None
) -> list[Member]:
    """Drop what was kept as an EIN where the clinicians listed now show it to be an SSN; return whose it was."""
    eins = [member for member in members if member.tin_kind == EIN and member.tin]
    asked = [(str(member.tin), list(member.clinicians.values_list("npi", flat=True))) for member in eins]
    refused = disclosure.refuse_ssns(asked, by=by, address=address, now=now) if asked else []
    dropped = [member for member, is_ssn in zip(eins, refused, strict=True) if is_ssn]
    for member in dropped:
        _unacknowledge(election)
        member.tin = member.tin_last4 = ""
        member.save(update_fields=["tin", "tin_last4"])
    return dropped


@transaction.atomic
def remove_member(election_id: uuid.UUID, member_id: int, *, now: datetime, by: User | None = None) -> None:
    """Take a practice out of the working copy; what was submitted of it stays as it was."""
    election = lock_to_edit(election_id, now)
    member = election.members.filter(pk=member_id).first()
    if member is not None:
        _unacknowledge(election)
        member.delete()
        Party.objects.filter(pk=member.party_id).delete()
        note_change(election, by=by, now=now)


def save_agreement(
    election_id: uuid.UUID,
    *,
    parties: Mapping[int, PartyEntry | Mapping[str, Any]],
    by: User,
    now: datetime,
    acknowledged: bool | None = None,
    was: Was | None = None,
) -> Election:
    """Keep the acknowledgement, and for each practice (by member id) when, by whom and whether it opts in.

    Of a party only the fields that are given change; `was` names them with `party_prefix` before them.
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        agreement = election.agreement
        saved = merge.fields({"acknowledged": agreement.acknowledged}, _given(acknowledged=acknowledged))
        if agreement.acknowledged != saved["acknowledged"]:
            _acknowledge(agreement, by=by if saved["acknowledged"] else None, now=now)
        for member in election.members.select_related("party").filter(pk__in=parties):
            entry = parties[member.pk]
            stands = {name: getattr(member.party, name) for name in PARTY_FIELDS}
            typed = asdict(entry) if isinstance(entry, PartyEntry) else entry
            Party.objects.filter(pk=member.party_id).update(**merge.fields(stands, typed, party_prefix(member.pk)))
        note_change(election, by=by, now=now)
    merge.finish()
    return election


def party_prefix(member_id: int) -> str:
    """Return what stands before the names of one party's fields."""
    return f"practice-{member_id}-"


def _unacknowledge(election: Election) -> None:
    """Let the agreement be acknowledged anew: a party joined, left or has another TIN (design: the agreement)."""
    if election.agreement.acknowledged:
        _acknowledge(election.agreement, by=None, now=None)


def _acknowledge(agreement: Agreement, *, by: User | None, now: datetime | None) -> None:
    """Say by whom and since when the agreement is acknowledged; by nobody: it is not."""
    agreement.acknowledged, agreement.acknowledged_by = by is not None, by
    agreement.acknowledged_at = now if by else None
    agreement.save(update_fields=["acknowledged", "acknowledged_at", "acknowledged_by"])


def copy_working_copy(source: Election, target: Election) -> None:
    """Copy representative and practices into a new draft; its agreement has to be executed anew."""
    copied_fields = ["representative_name", "representative_email", "representative_phone"]
    for field in copied_fields:
        setattr(target, field, getattr(source, field))
    target.save(update_fields=copied_fields)
    for member in source.members.prefetch_related("clinicians"):
        copied = _new_member(target)
        copied_fields = ["name", "tin_kind", "tin", "tin_last4", "contests"]
        for field in copied_fields:
            setattr(copied, field, getattr(member, field))
        copied.save(update_fields=copied_fields)
        copy_lines(member, copied)


def lock_to_edit(election_id: uuid.UUID, now: datetime) -> Election:
    """Return the election locked, its working copy about to change; raise Refused where it may not."""
    election = lock(election_id)
    if not may_be_edited(election, now):
        raise Refused(
            f"This election is {election.get_status_display().lower()} and can no longer be changed here. "
            "Nothing was saved."
        )
    return election


def note_change(election: Election, *, by: User | None, now: datetime) -> Election:
    """Note when and by whom the working copy was changed last."""
    election.changed_at, election.changed_by = now, by
    election.save(update_fields=["changed_at", "changed_by"])
    return election


def _given(**fields: Any) -> dict[str, Any]:
    """Return the fields that were sent."""
    return {name: value for name, value in fields.items() if value is not None}


def _new_member(election: Election, key: uuid.UUID | None = None) -> Member:
    last = election.members.aggregate(last=Max("position"))["last"] or 0
    return Member.objects.create(
        election=election,
        party=Party.objects.create(agreement=election.agreement),
        position=last + 1,
        key=key or uuid.uuid4(),
    )
