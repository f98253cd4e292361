"""Settling a conflict over a TIN as a lead reviewer: both sides are told, and the loser may correct its election."""

import hashlib
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from ground.clock import EASTERN

from ..access import holds_a_role
from ..content import Snapshot
from ..mails import Mail, compose, owe
from ..models import Claim, Conflict, Election
from ..readiness import keys_of
from ..states import WITH_CMS, ElectionStatus, Verb
from ..submission.claims import lock_keys, settle
from ..verbs import Refused, change_status, lock, record
from .correction_rounds import DAYS_TO_ANSWER, Asked, ask, correction_mail, due_at, pinned
from .seen import Basis, UnreadMail, refuse_if_changed


class Settled(NamedTuple):
    """What a settlement brings: whose claim counts, whose does not, what the loser is asked, and the mail to each."""

    won: Claim
    lost: Claim
    asked: list[Asked]
    mails: tuple[Mail, Mail]

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hexadecimal of both mails."""
        return hashlib.sha256("".join(mail.fingerprint for mail in self.mails).encode()).hexdigest()


def settlement(conflict: Conflict, outcome: str, *, now: datetime) -> Settled:
    """Return what an outcome would bring, with the mails as they would be sent.

    The loser is asked to correct its election where CMS has it and it names the practice; else it is only told.
    """
    kept = outcome == Conflict.Settlement.KEPT
    won, lost = (conflict.holder, conflict.waiting) if kept else (conflict.waiting, conflict.holder)
    asked = _asked(lost)
    submission = lost.election.last_submission
    if asked and submission:
        requests = pinned(lost.election, submission, asked)
        bad = correction_mail(lost.election, submission, requests, due_at(_due_on(now)))
    else:
        bad = _news(lost, "claim_lost")
    return Settled(won, lost, asked, (_news(won, "claim_held"), bad))


@transaction.atomic
def settle_conflict(
    conflict: Conflict,
    *,
    outcome: Conflict.Settlement,
    reason: str,
    by: User,
    now: datetime,
    mail_seen: str | None = None,
) -> Conflict:
    """Decide a conflict as a lead reviewer: the holder keeps the TIN, or it moves to the one that waited.

    `mail_seen` is what the page that showed both mails sends back (`mark_of`), None where no one looked at them. Raises
    Refused when it was settled or the TIN passed on meanwhile, one of the elections changed, the mails are others now,
    or the holder's election is approved.
    """
    shown = Conflict.objects.select_related("waiting", "holder").get(pk=conflict.pk)
    for election_id in sorted({shown.waiting.election_id, shown.holder.election_id}):
        lock(election_id)  # before the TIN, as every verb does
    lock_keys(shown.waiting.performance_year, {shown.waiting.tin_key})
    conflict = Conflict.objects.select_related("waiting__election", "holder__election").get(pk=conflict.pk)
    if any(holds_a_role(by, claim.election) for claim in (conflict.waiting, conflict.holder)):
        raise Refused("You have a role in one of these elections, so someone else must settle the conflict.")
    if conflict.closed_at is not None:
        raise Refused("This conflict was settled after you opened this page. Nothing was changed.")
    if conflict.holder_id != shown.holder_id:
        raise Refused(
            "The TIN moved to another election after you opened this page. Nothing was changed. Read the page again."
        )
    settled = settlement(conflict, outcome, now=now)
    _refuse_unless_seen(conflict, settled, mail_seen, by)
    rows = settle(conflict, outcome, reason, by=by, now=now)
    _tell(settled, by=by, now=now)
    return rows.get()


def mark_of(conflict: Conflict, settled: Settled) -> str:
    """Return what a page sends back that showed these mails: their fingerprint, and what each side rests on."""
    return ";".join([settled.fingerprint, *(str(Basis.of(election)) for election in _sides(conflict))])


def _refuse_unless_seen(conflict: Conflict, settled: Settled, mail_seen: str | None, by: User) -> None:
    fingerprint, *marks = (mail_seen or "").split(";")
    for election, mark in zip(_sides(conflict), marks, strict=False):
        if election.last_submission:
            refuse_if_changed(election, election.last_submission, f":{mark}", by=by, named=True)
    if mail_seen is not None and fingerprint != settled.fingerprint:
        raise UnreadMail(
            "The emails below are not the ones you read before: you chose another outcome, or an election changed."
            " Nothing was settled yet. Read them, then send them."
        )


def _sides(conflict: Conflict) -> tuple[Election, Election]:
    return conflict.holder.election, conflict.waiting.election


def _tell(settled: Settled, *, by: User, now: datetime) -> None:
    good, bad = settled.mails
    owe(record(settled.won.election, "claim_held", by=None, now=now, practice=settled.won.practice_name), good, now=now)
    event = record(settled.lost.election, "claim_lost", by=None, now=now, practice=settled.lost.practice_name)
    election = settled.lost.election
    if not settled.asked or election.last_submission is None:
        owe(event, bad, now=now)
        return
    reviewer = election.reviewer or by
    if election.status == ElectionStatus.SUBMITTED:
        change_status(election, Verb.START_REVIEW, by=by, now=now, fields={"reviewer": reviewer})
    due_on = _due_on(now)
    ask(election, election.last_submission, settled.asked, by=by, now=now, due_on=due_on, reviewer=reviewer)


def _asked(lost: Claim) -> list[Asked]:
    """Return the request to the election whose claim does not count; none where it cannot be corrected now."""
    submission = lost.election.last_submission
    if submission is None or lost.election.status not in WITH_CMS:
        return []
    entries = Snapshot.of_submission(submission).practices
    reason = (
        f"CMS decided that {lost.practice_name} cannot take part in this election for {lost.performance_year}. "
        "A practice can be in only one virtual group in a year."
    )
    settled_by = (
        "Remove the practice from this election. If you think the decision is wrong, explain why in your answer."
    )
    return [
        Asked(f"practice:{position}", reason, settled_by)
        for position, entry in enumerate(entries)
        if lost.tin_key in keys_of(entry)
    ]


def _news(claim: Claim, news: str) -> Mail:
    election = claim.election
    return compose(election, news, [election.representative_email], practice=claim.practice_name, chosen=False)


def _due_on(now: datetime) -> date:
    return (now.astimezone(EASTERN) + timedelta(days=DAYS_TO_ANSWER)).date()
