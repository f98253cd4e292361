"""One election as a reviewer reads it: everything that its packet shows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from agreements.models import SigningRequest
from eligibility.law.determination import Outcome
from ground.templatetags.et import et_datetime
from notices.models import TO_CLINICIANS, Notice

from ..content import Snapshot
from ..ledger import SETTLED, frozen, groups, overrides_of, verdict
from ..mails import UNDELIVERED_MAIL
from ..models import (
    Claim,
    Conflict,
    Correction,
    CorrectionRequest,
    Decision,
    Election,
    Event,
    Override,
    PracticeSigner,
    ReviewNote,
    Submission,
    Update,
)
from ..objections import open_objections
from ..readiness import JudgedElection
from ..roster_history import updates_of
from ..signers import all_but
from ..signing.forwarding import forwarded_signatures
from ..states import UNDECIDED, WITH_CMS
from . import looks
from .actions import judge_on_current_data, overridable
from .agreement_coverage import coverage
from .changed_findings import differences, later_dates
from .compared_rosters import PracticePacket, practices
from .conflict_sides import SIDES
from .contacts import contact_now, contacts
from .earlier_submissions import since_the_last
from .filters import conflicts_of_others
from .last_year import approved_last_year, rosters_of_last_year

LEDGERS = ("submitter_ledger", "reviewer_ledger")
LONG = ("snapshot", *LEDGERS)


def elections_for(user: User) -> QuerySet[Election]:
    """Return elections as a packet begins with them: what is joined, and which of its parts have anything at all.

    What few elections have is read only where the first query says that it is there.
    """
    about = {"submission__election": OuterRef("pk")}
    conflicts = Conflict.objects.filter(Q(waiting__election=OuterRef("pk")) | Q(holder__election=OuterRef("pk")))
    of_agreement = Q(party__agreement=OuterRef("agreement")) | Q(party__continued_by__agreement=OuterRef("agreement"))
    joined = ("virtual_group", "last_submission__document", "reviewer", "pending_decision__decided_by")
    return Election.objects.select_related(*joined).annotate(
        looked_at=looks.last_look(user),
        has_conflicts=Exists(conflicts),
        has_corrections=Exists(Correction.objects.filter(**about)),
        has_forwards=Exists(SigningRequest.objects.filter(of_agreement, forwarded_by__isnull=False)),
        has_notes=Exists(ReviewNote.objects.filter(election=OuterRef("pk"))),
        has_overrides=Exists(Override.objects.filter(**about)),
        told=ArraySubquery(PracticeSigner.objects.filter(submission=OuterRef("last_submission")).values("practice")),
        has_updates=Exists(Update.objects.filter(**about)),
    )


def parts(election: Any, user: User) -> dict[str, Any]:
    """Return what the packet of one of these elections shows, by the names that its template reads."""
    submission, events = election.last_submission, list(_events(election))
    submission.election = election  # it is read already
    snapshot = Snapshot.of_submission(submission)
    others = _others(election, user)
    before = next((one for one in others if one.election_id == election.pk), None)
    approved = [one for one in others if one.election_id != election.pk]
    reported = _updates(election, approved) if election.has_updates or approved else []
    of_it = updates_of(submission, snapshot, reported)
    now = judge_on_current_data(election, submission, updates=of_it)
    written = overrides_of(election, snapshot) if election.has_overrides else {}
    ledger = groups(frozen(submission.ledger_for_cms), snapshot, written)
    ledger_now = groups(now.findings, now.snapshot, written)
    asked, answered = _requests(submission) if election.has_corrections else ([], [])
    notes, mails = list(_notes(election)) if election.has_notes else [], list(_mails(election))
    found = {
        "submission": submission,
        "snapshot": snapshot,
        "verdict": verdict(ledger_now),
        "verdict_then": verdict(ledger),
        "ledger": ledger,
        "ledger_now": ledger_now,
        "practices": practices(snapshot, now, rosters_of_last_year(snapshot, approved, reported), _forwarded(election)),
        "coverage": coverage(submission),
        "differences": differences(submission, now),
        "later_dates": later_dates(now),
        "earlier": range(1, submission.number),
        "since": since_the_last(snapshot, before, answered),
        "asked": asked,
        "news": looks.news(events, notes, user, election.looked_at) if election.looked_at else [],
        "contacts": contacts(snapshot, contact_now(submission, snapshot, of_it, events)),
        "claims": election.claims.exclude(state=Claim.State.RELEASED),
        "objections": [event for event in events if event.is_open],
        "conflicts": list(_conflicts(election, user)) if election.has_conflicts else [],
        "updates": _with_names([update for update in reported if update.submission.election_id == election.pk]),
        "notes": notes,
        "mails": mails,
        "not_told": [entry.name for _, entry in all_but(set(election.told), snapshot)],
        "events": events,
        "overridable": overridable(now, written),
        "ended": ended(election, events, mails),
    }
    return found | _conclusion(election, found, now)


def _forwarded(election: Any) -> dict[tuple[datetime, str], str]:
    return forwarded_signatures(election) if election.has_forwards else {}


def _conclusion(election: Election, found: dict[str, Any], now: JudgedElection) -> dict[str, Any]:
    """Return whether anything needs thought first, and if not, the sentence beside which an approval is offered."""
    clear = None if _needs_thought(found) else all_clear(now, found["practices"])
    answers = bool(found["since"] and found["since"].requests)  # they are read before
    return {"needs_thought": clear is None, "clear": clear if election.status in WITH_CMS and not answers else None}


class Ended(NamedTuple):
    """What ended the review of an election, and the mails that were sent for it."""

    event: Event
    mails: Sequence[Notice]

    def __str__(self) -> str:
        return f"{self.event.sentence} by {self.event.who} on {et_datetime(self.event.at, 'seconds')}."


def ended(election: Election, events: Iterable[Event], mails: Iterable[Notice]) -> Ended | None:
    """Return what ended the review; None as long as it goes on, or a decision waits for its effect."""
    if election.public_status in UNDECIDED:
        return None
    event = next((event for event in events if event.pk == election.status_event_id), None)
    if event is None:
        return None
    about = f"election-event:{event.pk}:"  # and not that one of them did not arrive
    return Ended(event, [mail for mail in mails if mail.key.startswith(about) and mail.reason != UNDELIVERED_MAIL])


def all_clear(now: JudgedElection, practices: Sequence[PracticePacket]) -> str | None:
    """Return the sentence that nothing needs thought, in numbers; None if a finding, a roster or a signature does."""
    outcomes = [finding.outcome for finding in now.findings]
    rows = [row for practice in practices for row in practice.roster]
    if any(outcome not in SETTLED for outcome in outcomes) or any(
        practice.flags or practice.forwarded for practice in practices
    ):
        return None
    if any(row.differs or row.in_cms_data is None for row in rows):
        return None
    met, executed = outcomes.count(Outcome.MET), sum(bool(practice.entry.executed_on) for practice in practices)
    return (
        f"Nothing to decide: {met} of {len(outcomes)} findings met, {len(outcomes) - met} do not apply, rosters equal,"
        f" {executed} of {len(practices)} practices executed the agreement."
    )


def _needs_thought(found: dict[str, Any]) -> bool:
    """Say whether something beside findings, rosters and signatures does."""
    return bool(
        found["differences"]
        or found["objections"]
        or found["later_dates"]
        or found["coverage"].gaps
        or any(conflict.closed_at is None for conflict in found["conflicts"])
    )


def _others(election: Any, user: User) -> list[Submission]:
    """Return the submission before the last, and those approved for the year before that list a TIN of it."""
    before = Q(election=election, number=election.last_submission.number - 1)
    return list(Submission.objects.filter(before | approved_last_year(election, user)).defer(*LEDGERS))


def _events(election: Election) -> QuerySet[Any]:
    """Return what happened, newest first; of a decision, its reasons too, and of an objection, whether it is open."""
    made = Decision.objects.filter(
        submission__election=OuterRef("election"), decided_at=OuterRef("at"), outcome=OuterRef("to_status")
    )
    is_open = Exists(open_objections().filter(pk=OuterRef("pk")))
    events = election.events.annotate(reasons=Subquery(made.values("reasons")[:1]), is_open=is_open)
    return events.select_related("by").order_by("-at", "-id")


def _mails(election: Election) -> QuerySet[Notice]:
    owed = Notice.objects.filter(events__election=election).exclude(reason=TO_CLINICIANS)
    return owed.distinct().defer("body").order_by("-pk")


def _notes(election: Election) -> QuerySet[ReviewNote]:
    return election.review_notes.select_related("written_by")


def _requests(submission: Submission) -> tuple[list[CorrectionRequest], list[CorrectionRequest]]:
    """Return the requests for correction that wait for the submission after this one, and those it answers."""
    about = Q(correction__answered_in=submission) | Q(correction__submission=submission, correction__ended_at=None)
    requests = list(CorrectionRequest.objects.filter(about).select_related("correction__asked_by", "answered_by"))
    asked = [request for request in requests if request.correction.ended_at is None]
    return asked, [request for request in requests if request.correction.ended_at]


def _conflicts(election: Election, user: User) -> QuerySet[Conflict]:
    """Return the conflicts over its TINs, closed ones too, but none with an election in which the person has a part."""
    involved = Q(waiting__election=election) | Q(holder__election=election)
    unread = [f"{side}__election__last_submission__{name}" for side in ("waiting", "holder") for name in LONG]
    return conflicts_of_others(user).filter(involved).select_related(*SIDES).defer(*unread)


def _updates(election: Election, approved: Sequence[Submission]) -> list[Update]:
    """Return all updates of the election, and of the submissions that were approved for the year before."""
    reported = Update.objects.filter(Q(submission__election=election) | Q(submission__in=approved))
    unread = [f"submission__{name}" for name in LEDGERS]
    return list(reported.select_related("reported_by", "submission").defer(*unread))


def _with_names(updates: Sequence[Update]) -> list[tuple[Update, list[str]]]:
    """Return the updates, each with the practice names of its submission."""
    submissions = {update.submission_id: update.submission for update in updates}
    names = {key: Snapshot.of_submission(submission).practice_names for key, submission in submissions.items()}
    return [(update, names[update.submission_id]) for update in updates]
