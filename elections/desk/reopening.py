"""Reopening a decision that has taken effect: a lead reviewer's, with a reason that both sides read."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User

from ..content import Snapshot
from ..mails import Mail, compose, concerned, owe
from ..models import Decision, Election, Submission
from ..signers import mail_shown, signers_of, tell_signers
from ..states import ElectionStatus, Verb
from ..submission.claims import reclaim
from ..verbs import Refused, change_status
from .actions import lock_as_stranger, submission_looked_at
from .seen import refuse_if_changed, refuse_unless_seen

TO_SIGNERS = "signer_reopened"
NOT_IN_EFFECT = "This decision has not taken effect yet. The reviewer who made it can still undo it."


@transaction.atomic
def reopen(
    election_id: uuid.UUID,
    *,
    by: User,
    now: datetime,
    submission_number: int,
    reason: str,
    mail_seen: str | None = None,
) -> Election:
    """Take a decided election into review again, with its last reviewer.

    A rejected one gets its TINs back. Raises Refused where another election holds one of them, or the decision can
    still be undone. `mail_seen` is as in `approve`.
    """
    election = lock_as_stranger(election_id, by)
    submission = submission_looked_at(election, submission_number)
    refuse_if_changed(election, submission, mail_seen, by=by)
    if election.pending_decision:
        raise Refused(NOT_IN_EFFECT)
    if election.status == ElectionStatus.REJECTED:
        reclaim(election, Snapshot.of_submission(submission), now=now)
    mails = reopening_mails(election, submission, reason, by=by)
    refuse_unless_seen(mails[0], mail_seen)
    fields = {"reviewer": election.reviewer or by}
    event = change_status(election, Verb.REOPEN, by=by, now=now, fields=fields, reason=reason)
    for mail in mails:
        owe(event, mail, now=now)
    tell_signers(event, TO_SIGNERS, signers_of(submission), apart_from=mails[0].to, now=now)
    return election


def reopening_mails(election: Election, submission: Submission, reason: str, *, by: User) -> list[Mail]:
    """Return the mail to the people of an election that is reopened, and the one to a colleague who had decided it."""
    mails = [compose(election, "reopened", concerned(election), reason=reason)]
    decision = Decision.objects.filter(submission=submission).select_related("decided_by").last()
    if decision and decision.decided_by != by:
        told: dict[str, Any] = {"decision": decision, "reason": reason, "by": by}
        mails.append(compose(election, "reopened_at_desk", [decision.decided_by.email], **told))
    return mails


def reopening_mail_to_signers(election: Election, submission: Submission, mails: list[Mail]) -> Mail | None:
    """Return what the signers get beside these, as it is shown before: without the reason; None if no one does."""
    return mail_shown(election, submission, TO_SIGNERS, apart_from=mails[0].to)
