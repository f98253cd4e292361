"""Writing the working copy: start, name, list practices, fill in the agreement."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from agreements.models import Agreement, Party
from agreements.text import own
from eligibility.data import windows

from ..models import Election, ElectionRole, VirtualGroup
from .carrying import carry_signatures
from .lines import copy_lines
from .members import new_member
from .merging import Merge, Was
from .verbs import Refused, record
from .working_copy import acknowledge, given, lock_to_edit, note_change, rename_in_text

CONTACT_FIELDS = [
    *(f"representative_{name}" for name in ("name", "email", "phone")),
    *(f"alternate_{name}" for name in ("name", "email", "phone")),
]
NOT_OWN = (
    "The address was not saved: it has to be a verified address of the representative’s own account. To make somebody "
    "else the representative, hand that part over on the page “People”."
)


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """What the representative says of one practice's agreement."""

    executed_on: date | None
    signer_name: str
    signer_title: str
    opt_in_accepted: bool = False
    signer_email: str = ""


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
        if saved["name"] != election.virtual_group.name:
            election.virtual_group.name = saved["name"]
            election.virtual_group.save(update_fields=["name"])
            rename_in_text(election)
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
    alternate_name: str | None = None,
    alternate_email: str | None = None,
    alternate_phone: str | None = None,
    was: Was | None = None,
) -> Election:
    """Keep how CMS reaches the representative, and, if one is given, an alternate contact.

    None leaves a field as it is. Raises Refused for an address that is not one of the representative's own: another
    person accepts that part (actions/people.py).
    """
    typed = given(
        name=name,
        email=email and email.strip().lower(),
        phone=phone,
        alternate_name=alternate_name,
        alternate_email=alternate_email,
        alternate_phone=alternate_phone,
    )
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        before = election.contact | election.alternate_contact
        saved = merge.fields(before, typed)
        if saved["email"] != before["email"]:
            own = by.verified_addresses
            if before["email"] not in own or saved["email"] not in own:
                raise Refused(NOT_OWN)
        for field, value in saved.items():
            setattr(election, field if field in election.alternate_contact else f"representative_{field}", value)
        election.save(update_fields=CONTACT_FIELDS)
        if (saved["name"], saved["email"]) != (before["name"], before["email"]):
            rename_in_text(election)
        note_change(election, by=by, now=now)
    merge.finish()
    return election


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


def copy_choices(source: Election, target: Election) -> None:
    """Copy what the parties chose of the agreement's text, or their own; a term over by then is chosen no more."""
    chosen, agreement = source.agreement, target.agreement
    agreement.quality, agreement.close_out_contact = chosen.quality, chosen.close_out_contact
    goes_on = chosen.last_year is not None and chosen.last_year > target.performance_year
    agreement.last_year = chosen.last_year if goes_on else None
    own.carry_over(chosen, agreement)
    agreement.save(update_fields=["quality", "close_out_contact", "last_year", "own"])


def copy_working_copy(source: Election, target: Election) -> None:
    """Copy representative, practices and the agreement's text into a new draft.

    What the practices signed here counts on; an agreement executed elsewhere has to be recorded anew.
    """
    copy_choices(source, target)
    for field in CONTACT_FIELDS:
        setattr(target, field, getattr(source, field))
    target.save(update_fields=CONTACT_FIELDS)
    for member in source.members.prefetch_related("clinicians"):
        copied = new_member(target)
        copied_fields = ["name", "tin_kind", "tin", "tin_last4", "contests"]
        for field in copied_fields:
            setattr(copied, field, getattr(member, field))
        copied.save(update_fields=copied_fields)
        copy_lines(member, copied)
    carry_signatures(source, target)
