"""Electing again: a draft for the next performance year, begun with what was approved for this one."""

import uuid
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Party

from ..content import PracticeEntry, Snapshot
from ..models import Election, ElectionRole, Member, MemberClinician
from ..roster_history import clinicians_now
from ..start import CONTACT_FIELDS, start_election
from ..states import OVER, Status
from ..verbs import Refused, lock
from .carried_signatures import carry_signatures
from .copying import copy_choices


@transaction.atomic
def start_next_year(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Start the election of the next performance year with the practices, clinicians and people of an approved one.

    Its agreement has to be executed anew, but where its own term covers the year and nothing of it changed; its opt-ins
    are accepted anew. Raises Refused where the election is not approved, was begun from already, or none can start for
    that year.
    """
    source = lock(election_id)
    if source.status != Status.APPROVED or source.last_submission is None:
        raise Refused("Only an approved election can be taken over into the next year.")
    year = source.performance_year + 1
    begun = source.copies.filter(performance_year=year).exclude(status__in=OVER).first()
    if begun:
        raise Refused(f"The election for {year} was begun from this one already. You find it among your elections.")
    draft = start_election(
        performance_year=year, by=by, now=now, virtual_group=source.virtual_group, copied_from=source
    )
    for field in CONTACT_FIELDS:
        setattr(draft, field, getattr(source, field))
    draft.save(update_fields=CONTACT_FIELDS)
    copy_choices(source, draft)
    ElectionRole.objects.bulk_create(
        [ElectionRole(election=draft, user_id=role.user_id, kind=role.kind) for role in source.roles.all()],
        ignore_conflicts=True,
    )
    submission = source.last_submission
    entries = Snapshot.of_submission(submission).practices
    names = _names(source)
    for position, (entry, npis) in enumerate(zip(entries, clinicians_now(submission), strict=True), start=1):
        stands = _goes_on(source, year) and npis == set(entry.npis)
        _add(draft, position, entry, sorted(npis), names, entry.executed_on if stands else None)
    carry_signatures(source, draft, submission)
    return draft


def _goes_on(source: Election, performance_year: int) -> bool:
    """Say whether an agreement executed elsewhere covers the year by its own term (414.1315(c)(3)(ii))."""
    agreement = source.agreement
    return not agreement.is_signed_here and (agreement.last_year or 0) >= performance_year


def _names(source: Election) -> dict[str, tuple[str, str]]:
    """Return the names that the practices gave their clinicians, by NPI."""
    lines = MemberClinician.objects.filter(member__election=source).exclude(last_name="")
    return {npi: (last, first) for npi, last, first in lines.values_list("npi", "last_name", "first_name")}


def _add(
    draft: Election,
    position: int,
    entry: PracticeEntry,
    npis: list[str],
    names: dict[str, tuple[str, str]],
    executed_on: date | None,
) -> None:
    party = Party.objects.create(
        agreement=draft.agreement,
        executed_on=executed_on,
        signer_name=entry.signer_name,
        signer_title=entry.signer_title,
    )
    member = Member.objects.create(
        election=draft,
        party=party,
        position=position,
        name=entry.name,
        tin_kind=entry.tin_kind,
        tin=entry.tin,
        tin_last4=entry.tin_last4,
    )
    nameless = ("", "")
    MemberClinician.objects.bulk_create(
        MemberClinician(
            member=member,
            position=place,
            npi=npi,
            last_name=names.get(npi, nameless)[0],
            first_name=names.get(npi, nameless)[1],
        )
        for place, npi in enumerate(npis, start=1)
    )
