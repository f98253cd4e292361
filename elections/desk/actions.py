"""The verbs of CMS reviewers: a review, an override, the virtual group identifier."""

import uuid
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from eligibility.law.determination import Finding
from eligibility.law.rules import CONTESTABLE
from eligibility.models import LoadRun

from ..access import holds_a_role
from ..content import Snapshot
from ..late_corrections import late_correction_basis
from ..ledger import overrides_of
from ..mails import concerned, tell
from ..models import Claim, Decision, Election, Override, Submission
from ..readiness import Audience, JudgedElection, judge, keys_of
from ..receipt_codes import new_virtual_group_identifier
from ..roster_history import clinicians_now
from ..states import ElectionStatus, Verb
from ..submission.claims import lock_claims, release_all
from ..verbs import Refused, change_status, lock, record


@transaction.atomic
def start_review(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Take a submitted election on; doing it twice changes nothing."""
    election = lock_as_stranger(election_id, by)
    if election.status == ElectionStatus.IN_REVIEW and election.reviewer == by:
        return election
    change_status(election, Verb.START_REVIEW, by=by, now=now, fields={"reviewer": by})
    return election


@transaction.atomic
def approve(
    election_id: uuid.UUID, *, by: User, now: datetime, submission_number: int, identifier: str = ""
) -> Election:
    """Approve the submission that the reviewer looked at, and give it its virtual group identifier.

    `identifier` is one that CMS gave; without it the one the election already has is kept, or a provisional one is
    minted. Raises Refused where another submission came meanwhile, a claim waits, or a finding judged now is not met
    and not overridden.
    """
    election = lock_as_stranger(election_id, by)
    submission = _submission_decided(election, submission_number)
    lock_claims(election)
    judged_election = judge_on_current_data(election, submission)
    if in_the_way := obstacles(election, judged_election):
        raise Refused(*in_the_way)
    event = change_status(election, Verb.APPROVE, by=by, now=now, submission=submission.number)
    _give_identifier(election, identifier)
    _decide(submission, Decision.ReviewResult.APPROVED, judged_election, by=by, now=now)
    tell(event, "approved", concerned(election), now=now, submission=submission)
    return election


@transaction.atomic
def reject(election_id: uuid.UUID, *, by: User, now: datetime, submission_number: int, reasons: str) -> Election:
    """Reject the submission that the reviewer looked at, with reasons that the representative reads."""
    election = lock_as_stranger(election_id, by)
    submission = _submission_decided(election, submission_number)
    if not reasons.strip():
        raise Refused("Enter your reasons. The representative reads them in the email.")
    lock_claims(election)
    event = change_status(election, Verb.REJECT, by=by, now=now, submission=submission.number)
    _decide(
        submission,
        Decision.ReviewResult.REJECTED,
        judge_on_current_data(election, submission),
        by=by,
        now=now,
        reasons=reasons,
    )
    release_all(election, now=now)
    tell(event, "rejected", concerned(election), now=now, submission=submission, reasons=reasons)
    return election


@transaction.atomic
def override(
    election_id: uuid.UUID,
    *,
    by: User,
    now: datetime,
    submission_number: int,
    practice: int,
    rule: str,
    justification: str,
) -> Override:
    """Let one finding of one practice stand though data say not met, for this election and for good.

    `practice` is its position in the submission that the lead reviewer looked at. Raises Refused where the election is
    not in review, or the finding is none that can be overridden now.
    """
    election = lock_as_stranger(election_id, by)
    submission = _submission_decided(election, submission_number)
    if election.status != ElectionStatus.IN_REVIEW:
        raise Refused("You can override a finding only while the election is in review. Start the review first.")
    judged_election = judge_on_current_data(election, submission)
    if (practice, rule) not in {(finding.practice, finding.rule) for finding in overridable(election, judged_election)}:
        raise Refused("You cannot override this finding now. It is no longer “not met”, or it was already overridden.")
    entry = judged_election.snapshot.practices[practice]
    written = Override.objects.create(
        submission=submission,
        rule=rule,
        tin_key=keys_of(entry)[0],
        practice_name=entry.name,
        justification=justification,
        overridden_by=by,
        overridden_at=now,
    )
    record(election, "override", by=by, now=now, practice=entry.name, rule=rule, reason=justification)
    return written


@transaction.atomic
def replace_identifier(election_id: uuid.UUID, *, by: User, now: datetime, identifier: str) -> Election:
    """Put the virtual group identifier that CMS gave in the place of the provisional one."""
    election = lock_as_stranger(election_id, by)
    if election.status != ElectionStatus.APPROVED:
        raise Refused("Only an approved election has a virtual group identifier.")
    before = election.virtual_group_identifier
    if before == identifier and not election.identifier_is_provisional:
        return election
    _give_identifier(election, identifier)
    event = record(election, "replace_identifier", by=by, now=now, before=before, after=identifier)
    tell(event, "identifier_replaced", concerned(election), now=now, before=before)
    return election


def judge_on_current_data(election: Election, submission: Submission, *, run: LoadRun | None = None) -> JudgedElection:
    """Judge a submission at the moment it was received, on what CMS knows and who is in its practices today.

    One that answers a correction after the window closed is judged as the one in the window (late_corrections.py).
    `run` is of CMS data, None the active one.
    """
    submitted, today = Snapshot.of_submission(submission), clinicians_now(submission)
    practices = tuple(
        replace(entry, npis=tuple(sorted(npis))) for entry, npis in zip(submitted.practices, today, strict=True)
    )
    snapshot, at = late_correction_basis(election, replace(submitted, practices=practices), submission.received_at)
    return judge(snapshot, election_id=election.pk, at=at, by=Audience.CMS, run=run, window=election.window)


def overridable(election: Election, judged_election: JudgedElection) -> list[Finding]:
    """Return the findings that only an override lets stand: data say not met, and nobody overrode that yet."""
    written = overrides_of(election, judged_election.snapshot)
    return [
        finding
        for finding in judged_election.not_met
        if finding.rule in CONTESTABLE and (finding.practice, finding.rule) not in written
    ]


def obstacles(election: Election, judged_election: JudgedElection) -> list[str]:
    """Return every reason why the election cannot be approved now: claims that wait, findings not met that stand."""
    written = overrides_of(election, judged_election.snapshot)
    waiting = election.claims.filter(state=Claim.State.WAITING).values_list("practice_name", flat=True)
    return [
        *(
            f"Another election holds the TIN of {name}. Settle the conflict first, or reject this election."
            for name in dict.fromkeys(waiting)
        ),
        *(
            f"{finding.message} ({finding.cite})"
            for finding in judged_election.not_met
            if (finding.practice, finding.rule) not in written
        ),
    ]


def lock_as_stranger(election_id: uuid.UUID, by: User) -> Election:
    """Return the election, locked, to someone at CMS. Raises Refused if they have a role in it."""
    election = lock(election_id)
    if holds_a_role(by, election):
        raise Refused("You have a role in this election, so someone else must decide it.")
    return election


def _submission_decided(election: Election, number: int) -> Submission:
    submission = election.last_submission
    if submission is None or submission.number != number:
        raise Refused("The representative submitted again while you were reading. Read the new submission first.")
    return submission


def _give_identifier(election: Election, given: str) -> None:
    """Set the identifier: the one CMS gave, the one the election has, or a new provisional one."""
    taken = Election.objects.filter(performance_year=election.performance_year).exclude(pk=election.pk)
    if given:
        if taken.filter(virtual_group_identifier=given).exists():
            raise Refused(f"Another virtual group for {election.performance_year} has the identifier {given}.")
        election.virtual_group_identifier, election.identifier_is_provisional = given, False
    elif not election.virtual_group_identifier:
        minted = new_virtual_group_identifier()
        while taken.filter(virtual_group_identifier=minted).exists():
            minted = new_virtual_group_identifier()
        election.virtual_group_identifier, election.identifier_is_provisional = minted, True
    election.save(update_fields=["virtual_group_identifier", "identifier_is_provisional"])


def _decide(
    submission: Submission,
    outcome: Decision.ReviewResult,
    judged_election: JudgedElection,
    *,
    by: User,
    now: datetime,
    reasons: str = "",
) -> None:
    overridden = overrides_of(submission.election, judged_election.snapshot)
    Decision.objects.create(
        submission=submission,
        outcome=outcome,
        reasons=reasons,
        ledger=judged_election.ledger() | {"overridden": [[position, rule] for position, rule in overridden]},
        decided_by=by,
        decided_at=now,
    )
