"""Elections in each state, as people and the reviewers bring them there."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, time
from typing import Any

import factory
from django.db import transaction

from accounts.models import User
from agreements.models import Agreement, Party
from elections import working_copy
from elections.agreement import executed
from elections.content import Snapshot
from elections.desk import actions as desk
from elections.desk import decisions
from elections.models import (
    Election,
    ElectionRole,
    Member,
    MemberClinician,
    RoleKind,
    Submission,
    UpdateKind,
    VirtualGroup,
)
from elections.practices import members
from elections.start import start_election
from elections.submission import actions as submission_actions
from elections.upkeep import actions as upkeep
from ground import clock
from ground.clock import EASTERN

from .people import DanaFactory, ReviewerFactory, UserFactory
from .practices import GROUP, SOLO, FictionalPractice
from .typed import ModelFactory


class ElectionFactory(ModelFactory[Election]):
    """An election of Dana Rivera's that lacks nothing, in a `state`: draft, submitted, in_review or approved.

    What people type into its first draft is written as rows, as the suite makes a thousand; all else is done by verbs.
    """

    class Meta:
        model = Election

    by = factory.SubFactory(DanaFactory)
    practices: Sequence[FictionalPractice] = (SOLO, GROUP)
    name = "Harbor Group"
    year = 2027
    state = "draft"

    @classmethod
    def _create(cls, model_class: type[Election], *args: Any, **fields: Any) -> Election:
        by, state, now = fields["by"], fields["state"], clock.now()
        election = start_election(performance_year=fields["year"], by=by, now=now)
        name_group(election, fields["name"], by=by, now=now)
        list_practices(election, fields["practices"])
        if state != "draft":
            {"submitted": submit, "in_review": start_review, "approved": approve}[state](election)
        return Election.objects.get(pk=election.pk)


class ElectionRoleFactory(ModelFactory[ElectionRole]):
    """A role in an election: a viewer's."""

    class Meta:
        model = ElectionRole

    user = factory.SubFactory(UserFactory)
    kind = RoleKind.VIEWER


def name_group(election: Election, name: str, *, by: User, now: datetime) -> None:
    """Write the group's name, how its representative is reached, and that the agreement is acknowledged."""
    VirtualGroup.objects.filter(pk=election.virtual_group_id).update(name=name)
    contact = {"name": by.name or "Dana Rivera", "email": by.email, "phone": "555-0100"}
    fields = {f"representative_{field}": value for field, value in contact.items()}
    Election.objects.filter(pk=election.pk).update(**fields, changed_at=now, changed_by=by)
    agreements = Agreement.objects.filter(pk=election.agreement_id)
    agreements.update(acknowledged=True, acknowledged_at=now, acknowledged_by=by)


def list_practices(election: Election, practices: Sequence[FictionalPractice]) -> None:
    """Write practices that executed the agreement, and their clinicians."""
    executed_so = asdict(party_of(election))
    parties = Party.objects.bulk_create(Party(agreement_id=election.agreement_id, **executed_so) for _ in practices)
    members = Member.objects.bulk_create(
        Member(
            election=election,
            party=party,
            position=position,
            name=made.name,
            tin_kind=made.kind,
            tin=made.tin,
            tin_last4=made.tin[-4:],
        )
        for position, (made, party) in enumerate(zip(practices, parties, strict=True), start=1)
    )
    MemberClinician.objects.bulk_create(
        MemberClinician(member=member, position=position, npi=npi)
        for member, made in zip(members, practices, strict=True)
        for position, npi in enumerate(dict.fromkeys(made.npis), start=1)
    )


def party_of(election: Election) -> executed.PartyEntry:
    """Return what the representative says of each practice's agreement."""
    return executed.PartyEntry(date(election.performance_year - 1, 11, 10), "Sam Okafor", "Managing partner", False)


def complete(election: Election, *practices: FictionalPractice) -> Election:
    """Add practices, have all parties execute the agreement, and acknowledge it."""
    by, now = election.started_by, clock.now()
    for made in practices:
        save_practice(election, made)
    entries = {member.pk: party_of(election) for member in election.members.all()}
    executed.save_agreement(election.pk, parties=entries, by=by, now=now)
    working_copy.acknowledge(Agreement.objects.get(pk=election.agreement_id), by=by, now=now)
    return Election.objects.get(pk=election.pk)


def save_practice(election: Election, made: FictionalPractice, pk: int | None = None) -> None:
    """Add a practice, or make the one with this key what is given."""
    fields: dict[str, Any] = {"name": made.name, "tin_kind": made.kind, "tin": made.tin, "npis": made.npis}
    members.save_member(election.pk, pk, **fields, by=election.started_by, now=clock.now())


def submit(
    election: Election, *, by: User | None = None, at: datetime | None = None, acknowledged: bool = True
) -> Submission:
    """Submit the working copy as it stands, and acknowledge the agreement with it, unless that is left out."""
    snapshot = Snapshot.of_working_copy(Election.objects.get(pk=election.pk))
    proposed = replace(snapshot, agreement_acknowledged=acknowledged or snapshot.agreement_acknowledged)
    with transaction.atomic():
        return submission_actions.submit(
            election.pk,
            by=by or election.started_by,
            arrived_at=at or clock.now(),
            fingerprint=proposed.sha256,
            acknowledged=acknowledged,
        )


def start_review(election: Election) -> Submission:
    """Submit, and have a reviewer start."""
    submission = submit(election)
    desk.start_review(election.pk, by=ReviewerFactory(), now=clock.now())
    return submission


def approve(election: Election) -> Election:
    """Submit and approve; the approval has taken effect."""
    submission = start_review(election)
    decisions.approve(election.pk, by=ReviewerFactory(), now=clock.now(), submission_number=submission.number)
    take_effect(election)
    return Election.objects.get(pk=election.pk)


def take_effect(election: Election) -> None:
    """Let the election's decision take effect, as a minute later."""
    assert decisions.take_effect(election.pk, now=clock.now() + decisions.WAIT)


def report_clinician(election: Election, npi: str, kind: UpdateKind, on: date) -> None:
    """Report that a clinician of the second practice joined it or left it, at noon of that day if it is ahead."""
    by, now = election.started_by, max(clock.now(), datetime.combine(on, time(12), EASTERN))
    upkeep.report_clinician(election.pk, kind=kind, practice=1, npi=npi, effective_on=on, by=by, now=now)
