"""Writing the working copy: start, name, list practices, fill in the agreement."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.addresses import verified_addresses
from accounts.models import User
from agreements.models import Agreement, Party
from eligibility import windows

from ..access import may_name_representative
from ..models import Election, ElectionRole, Event, VirtualGroup
from .lines import copy_lines
from .members import new_member
from .merging import Merge, Was
from .verbs import Refused, record, tell
from .working_copy import acknowledge, given, lock_to_edit, note_change

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


def save_group(
    election_id: uuid.UUID, *, now: datetime, name: str | None = None, by: User | None = None, was: Was | None = None
) -> Election:
    """Name the virtual group. Here and below `was` is what the page showed before; raises Overtaken (Merge)."""
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        saved = merge.fields({"name": election.virtual_group.name}, given(name=name))
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
        saved = merge.fields(before, given(name=name, email=email and email.strip().lower(), phone=phone))
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
        saved = merge.fields({"acknowledged": agreement.acknowledged}, given(acknowledged=acknowledged))
        if agreement.acknowledged != saved["acknowledged"]:
            acknowledge(agreement, by=by if saved["acknowledged"] else None, now=now)
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


def copy_working_copy(source: Election, target: Election) -> None:
    """Copy representative and practices into a new draft; its agreement has to be executed anew."""
    copied_fields = ["representative_name", "representative_email", "representative_phone"]
    for field in copied_fields:
        setattr(target, field, getattr(source, field))
    target.save(update_fields=copied_fields)
    for member in source.members.prefetch_related("clinicians"):
        copied = new_member(target)
        copied_fields = ["name", "tin_kind", "tin", "tin_last4", "contests"]
        for field in copied_fields:
            setattr(copied, field, getattr(member, field))
        copied.save(update_fields=copied_fields)
        copy_lines(member, copied)
