"""The verbs of the representative and the clock: submit, withdraw, lapse, revive."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from eligibility.data import windows
from eligibility.law.determination import Finding
from ground.service_center import call_it
from notices.nudge import nudge

from ..access import allowed
from ..agreement.actions import document_of
from ..content import Snapshot
from ..corrections.answers import end, hindrances, open_correction
from ..late_corrections import late_correction_basis
from ..mails import compose, concerned, owe, tell
from ..models import Correction, Decision, Election, Event, Submission
from ..practices.other_tins import signer_questions
from ..readiness import JudgedElection, judge_submission, lacks, to_check
from ..receipt_codes import new_receipt_code
from ..signers import all_but, heard_so_far, note_signers, signers_of, tell_signers
from ..states import STANDING, ElectionStatus, Verb, transition
from ..verbs import Refused, change_status, lock, undo_decision
from ..working_copy import acknowledge
from . import receipt_actions
from .claims import lock_claims, release_all, take_claims
from .practices_told import tell_practices

CHANGED = (
    "Something in this election changed after you opened the page. Nothing was submitted. "
    "Read it again below, then type CONFIRM and submit."
)
LAPSE_AFTER = timedelta(minutes=15)  # an arrival in the window may still be at work this long after it closed


class NotReady(Refused):
    """A submission that the regulation refuses; `findings` say which rules and what would mend each."""

    def __init__(self, findings: list[Finding], *sentences: str) -> None:
        super().__init__(*sentences, *(finding.message for finding in findings))
        self.findings = findings
        self.is_only_closed = not sentences and is_only_closed(findings)


def is_only_closed(findings: Iterable[Finding]) -> bool:
    """Say whether nothing but the election window keeps an election from being submitted."""
    return {finding.rule for finding in findings} == {"election-window"}


@transaction.atomic
def submit(
    election_id: uuid.UUID,
    *,
    by: User,
    arrived_at: datetime,
    fingerprint: str,
    acknowledged: bool = False,
    address: str | None = None,
) -> Submission:
    """Submit the working copy, as it stood with this fingerprint on the page that was confirmed.

    `acknowledged`: the agreement is acknowledged with it, and the fingerprint covers that. The same content again gives
    the submission that stands, so a double click, a retry and a second tab have one receipt. Raises Refused where the
    content or the status changed meanwhile, NotReady where a finding is not met, Http404 and PermissionDenied for who
    is not the representative now that it is locked.
    """
    election = allowed(by, lock(election_id), represent=True)
    snapshot = _to_submit(election, acknowledged, by=by, now=arrived_at)
    standing = election.last_submission
    if standing and standing.snapshot_sha256 == snapshot.sha256 == fingerprint and election.public_status in STANDING:
        return standing
    _refuse_unless_submittable(election, snapshot, fingerprint)
    correction = open_correction(election)
    lock_claims(election, snapshot)
    judged, moment = late_correction_basis(election, snapshot, arrived_at)
    seen, everything = judge_submission(judged, election, at=moment, by=by, address=address)
    _refuse_unless_ready(election, snapshot, seen, correction, at=arrived_at)
    submission = _keep(election, snapshot, seen, everything, by=by, arrived_at=arrived_at)
    named = note_signers(submission, snapshot, by=by, now=arrived_at)
    take_claims(election, snapshot, everything.holders, now=arrived_at)
    undone = _undo_pending(election, by=by, now=arrived_at)
    if correction:
        end(election, now=arrived_at, answered_in=submission)
    fields = {"last_submission": submission}
    event = change_status(election, Verb.SUBMIT, by=by, now=arrived_at, fields=fields, submission=submission.number)
    checked, working = to_check(submission, snapshot), concerned(election)
    missed = all_but({signer.position for signer in named}, snapshot)
    told: dict[str, Any] = {"to_check": checked, "untold": missed, "emailed": bool(named)}
    mail = compose(election, "submitted", working, submission=submission, **told)
    owe(event, mail, now=arrived_at, enclosure=receipt_actions.promised(election, submission))
    nudge(receipt_actions.TASK)
    tell_practices(event, submission, snapshot, named, standing, apart_from=working, now=arrived_at)
    _tell_the_desk(event, election.reviewer, undone, now=arrived_at, submission=submission, correction=correction)
    return submission


def _to_submit(election: Election, acknowledged: bool, *, by: User, now: datetime) -> Snapshot:
    """Return the working copy as it is submitted, with the agreement acknowledged if that is said now."""
    snapshot = Snapshot.of_working_copy(election)
    if snapshot.agreement_acknowledged or not acknowledged:
        return snapshot
    acknowledge(election.agreement, by=by, now=now)
    return replace(snapshot, agreement_acknowledged=True)


def _tell_the_desk(event: Event, reviewer: User | None, undone: Decision | None, *, now: datetime, **more: Any) -> None:
    """Tell the reviewer, and who made the decision that the representative was faster than."""
    decided_by = undone.decided_by if undone else None
    for person in {person for person in (reviewer, decided_by) if person}:
        who = "You" if person == decided_by else decided_by
        told: dict[str, Any] = {"undone": undone, "who": who, "is_reviewer": person == reviewer}
        tell(event, "submitted_again", [person.email], now=now, **told, **more)


def _undo_pending(election: Election, *, by: User, now: datetime) -> Decision | None:
    """Undo a decision that has not taken effect, for the representative goes first; None where there is none."""
    return undo_decision(election, by=by, now=now) if election.pending_decision else None


def _refuse_unless_submittable(election: Election, snapshot: Snapshot, fingerprint: str) -> None:
    if transition(Verb.SUBMIT, election.public_status) is None:
        raise Refused(
            f"This election is now {election.public_status.label.lower()}, so it cannot be submitted. "
            f"If you didn’t expect that, {call_it()}."
        )
    if snapshot.sha256 != fingerprint:
        raise Refused(CHANGED)


def _refuse_unless_ready(
    election: Election, snapshot: Snapshot, seen: JudgedElection, correction: Correction | None, *, at: datetime
) -> None:
    lacking = [lack.sentence for lack in lacks(snapshot)]
    lacking += [question.sentence for question in signer_questions(snapshot).values()]
    lacking += hindrances(election, snapshot, correction, at=at) if correction else []
    if seen.blocking or lacking:
        raise NotReady(seen.blocking, *lacking)


def _keep(
    election: Election,
    snapshot: Snapshot,
    seen: JudgedElection,
    everything: JudgedElection,
    *,
    by: User,
    arrived_at: datetime,
) -> Submission:
    last = election.last_submission
    document = document_of(election, snapshot, by=by, now=arrived_at, names=seen.names)
    return Submission.objects.create(
        election=election,
        number=last.number + 1 if last else 1,
        virtual_group_name=snapshot.virtual_group_name,
        representative_name=snapshot.representative_name,
        representative_email=snapshot.representative_email,
        snapshot=snapshot.canonical,
        snapshot_sha256=snapshot.sha256,
        submitter_ledger=seen.ledger(),
        reviewer_ledger=None if everything is seen else everything.ledger(),
        receipt_code=new_receipt_code(),
        received_at=arrived_at,
        submitted_by=by,
        document=document,
    )


@transaction.atomic
def withdraw(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Withdraw the election; its TINs go to whoever waits for them. Withdrawing twice changes nothing."""
    election = lock(election_id)
    if election.status == ElectionStatus.WITHDRAWN:
        return election
    lock_claims(election)
    undone = _undo_pending(election, by=by, now=now)
    event = change_status(election, Verb.WITHDRAW, by=by, now=now)
    end(election, now=now)
    release_all(election, now=now)
    working = concerned(election)
    if submission := election.last_submission:
        tell(event, "withdrawn", working, now=now, submission=submission)
        tell_signers(event, "signer_withdrawn", signers_of(submission), apart_from=working, now=now)
    else:
        tell_signers(event, "signer_withdrawn", heard_so_far(election), apart_from=working, now=now, link="")
    if undone:
        tell(event, "decision_undone", [undone.decided_by.email], now=now, undone=undone)
    return election


def lapse_due(*, now: datetime) -> int:
    """Lapse the drafts whose window closed 15 minutes ago or more, and return how many."""
    drafts = Election.objects.filter(status=ElectionStatus.DRAFT)
    years = drafts.values_list("performance_year", flat=True).distinct()
    closed = [year for year in years if windows.window_for(year).closes + LAPSE_AFTER <= now]
    due = drafts.filter(performance_year__in=closed).values_list("pk", flat=True)
    return sum(_lapse(election_id, now=now) for election_id in due)


@transaction.atomic
def _lapse(election_id: uuid.UUID, *, now: datetime) -> bool:
    election = lock(election_id)
    if election.status != ElectionStatus.DRAFT:
        return False
    event = change_status(election, Verb.LAPSE, by=None, now=now)
    working = concerned(election)
    tell(event, "lapsed", working, now=now)
    tell_signers(event, "signer_lapsed", heard_so_far(election), apart_from=working, now=now, link="")
    return True


@transaction.atomic
def revive(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Make a lapsed election a draft again, where the window is open again."""
    election = lock(election_id)
    change_status(election, Verb.REVIVE, by=by, now=now)
    return election
