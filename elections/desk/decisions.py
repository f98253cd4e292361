"""A decision: made by a reviewer, undone within a minute, or taking effect after it (design 4)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from accounts.models import User

from ..ledger import overrides_of
from ..mails import Mail, compose, concerned, owe
from ..models import Decision, Election, Export, Submission
from ..readiness import JudgedElection
from ..signers import mail_shown, signers_of, tell_signers
from ..states import DECIDED, Verb
from ..submission.claims import lock_claims, release_all
from ..verbs import Refused, change_status, lock, undo_decision
from .actions import (
    colleague_of,
    judge_on_current_data,
    lock_as_stranger,
    obstacles,
    refuse_in_place,
    submission_decided,
    tell_colleague,
)
from .identifiers import Identifier, identifier_for, with_identifier
from .reasons import chosen, in_words, named_findings, pickable
from .seen import refuse_if_changed, refuse_unless_seen
from .unsent_forms import decision_forms

TO_SIGNERS: Mapping[str, str] = {"approved": "signer_approved", "rejected": "signer_rejected"}
WAIT = timedelta(seconds=60)  # from a decision to its effect
logger = structlog.get_logger(__name__)


@transaction.atomic
def approve(
    election_id: uuid.UUID,
    *,
    by: User,
    now: datetime,
    submission_number: int,
    identifier: str = "",
    note: str = "",
    mail_seen: str | None = None,
    in_place: bool = False,
) -> Election:
    """Approve the submission that the reviewer looked at; it takes effect a minute later.

    `identifier` is one that CMS gave; without it the one the election already has is kept, or a provisional one is
    given. `mail_seen` is what the page that showed the mail sends back (seen.py), None where no one looked at it;
    `in_place` says that a colleague's election is decided. Raises Refused where another submission came meanwhile, the
    election went on, the mail is another now, a claim waits, or a finding judged now is not met and not overridden.
    """
    election = lock_as_stranger(election_id, by)
    submission = submission_decided(election, submission_number)
    refuse_in_place(election, by, in_place)
    lock_claims(election)
    refuse_if_changed(election, submission, mail_seen, by=by)
    judged_election = judge_on_current_data(election, submission)
    if in_the_way := obstacles(election, judged_election):
        raise Refused(*in_the_way)
    given = identifier_for(election, identifier)
    before = election.virtual_group_identifier
    if before and given.virtual_group_identifier != before and Export.had(election.performance_year, before):
        raise Refused(
            f"An export file already contains {before}. Approve with that identifier. Then replace it, and enter why."
        )
    mail = approval_mail(election, submission, given, note=note)
    refuse_unless_seen(mail, mail_seen)
    decision = _decide(submission, Decision.ReviewResult.APPROVED, judged_election, mail, by=by, now=now)
    fields = given._asdict() | _of_decision(election, decision)
    change_status(election, Verb.APPROVE, by=by, now=now, fields=fields, submission=submission.number)
    return election


@transaction.atomic
def reject(
    election_id: uuid.UUID,
    *,
    by: User,
    now: datetime,
    submission_number: int,
    reasons: str = "",
    picked: Sequence[str] = (),
    mail_seen: str | None = None,
    in_place: bool = False,
) -> Election:
    """Reject the submission that the reviewer looked at, with reasons that the representative reads.

    It takes effect a minute later. `picked` are the keys of findings (reasons.py), which come before the reviewer's own
    words; `mail_seen` and `in_place` are as in `approve`.
    """
    election = lock_as_stranger(election_id, by)
    submission = submission_decided(election, submission_number)
    refuse_in_place(election, by, in_place)
    lock_claims(election)
    refuse_if_changed(election, submission, mail_seen, by=by)
    judged_election = judge_on_current_data(election, submission)
    offered = pickable(election, judged_election)
    findings = chosen(findings=named_findings(judged_election), offered=offered, picked=picked)
    reasons = in_words(findings, reasons)
    mail = rejection_mail(election, submission, reasons)
    refuse_unless_seen(mail, mail_seen)
    named = [{"practice": found.practice, "rule": found.rule, "cite": found.cite} for _, found in findings]
    said = {"reasons": reasons, "picked": named}
    decision = _decide(submission, Decision.ReviewResult.REJECTED, judged_election, mail, by=by, now=now, **said)
    fields = _of_decision(election, decision)
    change_status(election, Verb.REJECT, by=by, now=now, fields=fields, submission=submission.number)
    return election


@transaction.atomic
def take_back(election_id: uuid.UUID, *, by: User, now: datetime) -> Election:
    """Undo a decision of one's own before it takes effect. Raises Refused where it did, or is somebody else's.

    Also who got a part in the election since they decided may: that leaves it to others.
    """
    election = lock(election_id)
    decision = election.pending_decision
    if decision is None or decision.takes_effect_at is None or decision.takes_effect_at <= now:
        raise Refused(
            "This decision took effect, so you can no longer undo it. A lead reviewer can reopen the election."
            if election.status in DECIDED
            else f"This election is {election.get_status_display().lower()}. No decision is waiting."
        )
    if decision.decided_by != by:
        raise Refused(f"{decision.decided_by} made this decision. Only {decision.decided_by} can undo it.")
    undo_decision(election, by=by, now=now)
    return election


def take_effect_due(*, now: datetime) -> int:
    """Let every decision take effect whose minute is over, and return how many did.

    One that fails is logged, and tried again by the next sweep; it keeps no other one waiting.
    """
    due = Election.objects.filter(pending_decision__takes_effect_at__lte=now)
    done = 0
    for election_id in due.order_by("pending_decision__takes_effect_at").values_list("pk", flat=True):
        try:
            done += take_effect(election_id, now=now)
        except Exception as error:  # its text may quote what people typed
            logger.warning("decision_without_effect", election=str(election_id), error=type(error).__name__)
    return done


@transaction.atomic
def take_effect(election_id: uuid.UUID, *, now: datetime) -> bool:
    """Do what a decision brings: free the TINs of a rejection, send the mail, show it; False where none is due."""
    election = lock(election_id)
    decision = election.pending_decision
    if decision is None or decision.takes_effect_at is None or now < decision.takes_effect_at:
        return False
    if decision.outcome == Decision.ReviewResult.REJECTED:
        lock_claims(election)
        release_all(election, now=now)
    if event := election.status_event:
        owe(event, Mail(**decision.mail | {"to": tuple(decision.mail["to"])}), now=now)
        told: dict[str, Any] = {"apart_from": decision.mail["to"], "now": now, "submission": decision.submission}
        tell_signers(event, TO_SIGNERS[decision.outcome], signers_of(decision.submission), **told)
        colleague, did = colleague_of(election, decision.decided_by), decision.get_outcome_display().lower()
        tell_colleague(colleague, event, by=decision.decided_by, did=did, now=now)
    decision_forms(election, decision.decided_by).delete()
    Election.objects.filter(pk=election.pk).update(pending_decision=None, changed_at=now)
    return True


def approval_mail(election: Election, submission: Submission, given: Identifier, *, note: str = "") -> Mail:
    """Return the mail that an approval with this identifier sends, with what the reviewer adds to it."""
    approved = with_identifier(election, given)
    return compose(approved, "approved", concerned(election), submission=submission, note=note.strip())


def approval_mail_to_signers(election: Election, submission: Submission, given: Identifier, mail: Mail) -> Mail | None:
    """Return what the signers get beside the mail of an approval, as it is shown before; None if no one does."""
    approved = with_identifier(election, given)
    return mail_shown(approved, submission, "signer_approved", apart_from=mail.to)


def rejection_mail(election: Election, submission: Submission, reasons: str) -> Mail:
    """Return the mail that a rejection for these reasons sends."""
    return compose(election, "rejected", concerned(election), submission=submission, reasons=reasons)


def rejection_mail_to_signers(election: Election, submission: Submission, mail: Mail) -> Mail | None:
    """Return what the signers get beside the mail of a rejection: that it was rejected, and not why."""
    return mail_shown(election, submission, "signer_rejected", apart_from=mail.to)


def _of_decision(election: Election, decision: Decision) -> dict[str, Any]:
    """Return the fields that a decision changes: who decides an election without a reviewer becomes it."""
    reviewer = election.reviewer or decision.decided_by
    return {"pending_decision": decision, "changed_at": election.changed_at, "reviewer": reviewer}


def _decide(
    submission: Submission,
    outcome: Decision.ReviewResult,
    judged_election: JudgedElection,
    mail: Mail,
    *,
    by: User,
    now: datetime,
    **said: Any,
) -> Decision:
    election = submission.election
    overridden = overrides_of(election, judged_election.snapshot)
    return Decision.objects.create(
        submission=submission,
        outcome=outcome,
        ledger=judged_election.ledger() | {"overridden": [[position, rule] for position, rule in overridden]},
        decided_by=by,
        decided_at=now,
        takes_effect_at=now + WAIT,
        mail=asdict(mail),
        identifier_before=election.virtual_group_identifier,
        was_provisional=election.identifier_is_provisional,
        **said,
    )
