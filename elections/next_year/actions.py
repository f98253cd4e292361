"""Electing again: in the next performance year, or in the same one after it was rejected or withdrawn."""

import uuid
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Party

from ..agreement.paper_dates import note_dated
from ..content import PracticeEntry, Snapshot
from ..models import Election, ElectionRole, Member, MemberClinician
from ..practices.members import record_asking
from ..roster_history import clinicians_now, counting, names_on, updates_of
from ..start import start_election
from ..states import ElectionStatus
from ..verbs import Refused, lock
from .carried_signatures import carry_signatures
from .copying import OF_PRACTICE, copy_head, refuse_second_copy


@transaction.atomic
def start_next_year(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Start the election of the next performance year with the practices, clinicians and people of an approved one.

    Its agreement has to be executed anew, but where its own term covers the year and nothing of it changed; its opt-ins
    are accepted anew. Raises Refused where the election is not approved, or none can start for that year;
    AlreadyStarted where it was begun from already.
    """
    source = lock(election_id)
    if source.public_status != ElectionStatus.APPROVED or source.last_submission is None:
        raise Refused("You can start the next year’s election only from an approved election.")
    year = source.performance_year + 1
    refuse_second_copy(source, year)
    draft = start_election(performance_year=year, by=by, now=now, copied_from=source)
    copy_head(source, draft)
    ElectionRole.objects.bulk_create(
        [ElectionRole(election=draft, user_id=role.user_id, kind=role.kind) for role in source.roles.all()],
        ignore_conflicts=True,
    )
    submission = source.last_submission
    snapshot, updates = Snapshot.of_submission(submission), updates_of(submission)
    called = names_on(snapshot, counting(updates))
    entries = [replace(entry, name=name) for entry, name in zip(snapshot.practices, called, strict=True)]
    agreement, names = source.agreement, _names(source)
    # Executed elsewhere, it covers the year by its own term (414.1315(c)(3)(ii)).
    goes_on = not agreement.is_signed_here and (agreement.last_year or 0) >= year
    lists = clinicians_now(submission, snapshot, updates)
    for position, (entry, npis) in enumerate(zip(entries, lists, strict=True), start=1):
        executed_on = entry.executed_on if goes_on and npis == set(entry.npis) else None
        _add(draft, position, replace(entry, npis=tuple(sorted(npis)), executed_on=executed_on), names)
    if goes_on:
        note_dated(draft, draft.members.exclude(party__executed_on=None).values_list("party", flat=True))
    carry_signatures(source, draft, submission)
    record_asking(draft, draft.members.all(), by=by, now=now, address=None)
    return draft


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
