"""Electing again: in the next performance year, or in the same one after it was rejected or withdrawn."""

import uuid
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Party
from agreements.text import own

from ..content import PracticeEntry, Snapshot
from ..models import Election, ElectionRole, Member, MemberClinician
from ..practices.members import new_member
from ..roster.lines import copy_lines
from ..roster_history import clinicians_now
from ..start import CONTACT_FIELDS, start_election
from ..states import GIVEN_UP, OVER, Status
from ..verbs import Refused, lock, window_is_open
from .carried_signatures import carry_signatures

OF_PRACTICE = ("name", "tin_kind", "tin", "tin_last4")


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
    if source.copies.filter(performance_year=year).exclude(status__in=OVER).exists():
        raise Refused(f"The election for {year} was begun from this one already. You find it among your elections.")
    draft = start_election(performance_year=year, by=by, now=now, copied_from=source)
    _copy_head(source, draft)
    ElectionRole.objects.bulk_create(
        [ElectionRole(election=draft, user_id=role.user_id, kind=role.kind) for role in source.roles.all()],
        ignore_conflicts=True,
    )
    submission = source.last_submission
    entries = Snapshot.of_submission(submission).practices
    agreement, names = source.agreement, _names(source)
    # Executed elsewhere, it covers the year by its own term (414.1315(c)(3)(ii)).
    goes_on = not agreement.is_signed_here and (agreement.last_year or 0) >= year
    for position, (entry, npis) in enumerate(zip(entries, clinicians_now(submission), strict=True), start=1):
        executed_on = entry.executed_on if goes_on and npis == set(entry.npis) else None
        _add(draft, position, replace(entry, npis=tuple(sorted(npis)), executed_on=executed_on), names)
    carry_signatures(source, draft, submission)
    return draft


@transaction.atomic
def copy(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Copy a rejected or withdrawn election into a new draft of the same virtual group, while the window is open."""
    election = lock(election_id)
    year = election.performance_year
    if election.status not in GIVEN_UP:
        raise Refused("Only a rejected or withdrawn election can be copied into a new draft.")
    if not window_is_open(election, now):
        raise Refused(f"The election window for {year} is not open, so a new draft cannot start.")
    draft = start_election(performance_year=year, by=by, now=now, copied_from=election)
    copy_working_copy(election, draft)
    return draft


def copy_working_copy(source: Election, target: Election) -> None:
    """Copy representative, practices and the agreement's text into a new draft.

    What the practices signed here counts on; an agreement executed elsewhere has to be recorded anew.
    """
    _copy_head(source, target)
    copied_fields = [*OF_PRACTICE, "contests"]
    for member in source.members.prefetch_related("clinicians"):
        copied = new_member(target)
        for field in copied_fields:
            setattr(copied, field, getattr(member, field))
        copied.save(update_fields=copied_fields)
        copy_lines(member, copied)
    carry_signatures(source, target)


def _copy_head(source: Election, target: Election) -> None:
    """Copy whom CMS reaches, and what the parties chose of the agreement's text, or their own.

    A term over by then is chosen no more.
    """
    for field in CONTACT_FIELDS:
        setattr(target, field, getattr(source, field))
    target.save(update_fields=CONTACT_FIELDS)
    chosen, agreement = source.agreement, target.agreement
    agreement.quality, agreement.close_out_contact = chosen.quality, chosen.close_out_contact
    goes_on = chosen.last_year is not None and chosen.last_year > target.performance_year
    agreement.last_year = chosen.last_year if goes_on else None
    own.carry_over(chosen, agreement)
    agreement.save(update_fields=["quality", "close_out_contact", "last_year", "own"])


def _names(source: Election) -> dict[str, dict[str, str]]:
    """Return the names that the practices gave their clinicians, by NPI."""
    lines = MemberClinician.objects.filter(member__election=source).exclude(last_name="")
    named = lines.values_list("npi", "last_name", "first_name")
    return {npi: {"last_name": last, "first_name": first} for npi, last, first in named}


def _add(draft: Election, position: int, entry: PracticeEntry, names: dict[str, dict[str, str]]) -> None:
    executed = {field: getattr(entry, field) for field in ("executed_on", "signer_name", "signer_title")}
    party = Party.objects.create(agreement=draft.agreement, **executed)
    member = Member.objects.create(
        election=draft, party=party, position=position, **{field: getattr(entry, field) for field in OF_PRACTICE}
    )
    MemberClinician.objects.bulk_create(
        MemberClinician(member=member, position=place, npi=npi, **names.get(npi, {}))
        for place, npi in enumerate(entry.npis, start=1)
    )
