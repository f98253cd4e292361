"""What reviewers do before they decide: start a review, judge on today's data, override a finding."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from eligibility.law.determination import Finding
from eligibility.law.rule_results import count
from eligibility.law.rules import CONTESTABLE
from eligibility.models import LoadRun
from ground.templatetags.et import et_datetime

from ..access import holds_a_role
from ..content import Snapshot
from ..late_corrections import late_correction_basis
from ..ledger import Overrides, overrides_of
from ..mails import tell
from ..models import Claim, Decision, Election, Event, Override, ReviewNote, Submission, Update
from ..objections import open_objections
from ..readiness import Audience, JudgedElection, judge, keys_of
from ..roster_history import clinicians_now
from ..states import DECIDED, WITH_CMS, ElectionStatus, Verb, transition
from ..submission.differences import THEY_CONTEST, differences
from ..verbs import Refused, change_status, lock, record
from .reasons import named_findings, sentence

MOST_DIFFERENCES = 10  # told where a verb is refused
NOTHING_DONE = "Nothing was changed, and we sent no email."


@transaction.atomic
def start_review(election_id: uuid.UUID, *, by: User, now: datetime, in_place: bool = False) -> Election:
    """Take a submitted election on; doing it twice changes nothing. `in_place` is as in decisions.approve."""
    election = lock_as_stranger(election_id, by)
    if election.status == ElectionStatus.IN_REVIEW and election.reviewer == by:
        return election
    colleague = colleague_of(election, by)
    if transition(Verb.START_REVIEW, election.status):
        refuse_in_place(election, by, in_place)
    event = change_status(election, Verb.START_REVIEW, by=by, now=now, fields={"reviewer": by})
    tell_colleague(colleague, event, by=by, did="started the review of", now=now)
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
    submission = submission_decided(election, submission_number)
    if election.status != ElectionStatus.IN_REVIEW:
        raise Refused("You can override a finding only while the election is in review. Start the review first.")
    judged_election = judge_on_current_data(election, submission)
    written = overrides_of(election, judged_election.snapshot)
    if (practice, rule) not in {(finding.practice, finding.rule) for finding in overridable(judged_election, written)}:
        raise Refused("You cannot override this finding now. It is no longer “not met”, or it was already overridden.")
    entry = judged_election.snapshot.practices[practice]
    made = Override.objects.create(
        submission=submission,
        rule=rule,
        tin_key=keys_of(entry)[0],
        practice_name=entry.name,
        justification=justification,
        overridden_by=by,
        overridden_at=now,
    )
    record(election, "override", by=by, now=now, practice=entry.name, rule=rule, reason=justification)
    return made


@transaction.atomic
def write_note(election_id: uuid.UUID, *, by: User, now: datetime, text: str) -> ReviewNote:
    """Keep a note about an election for whoever reads its packet, whatever its status is."""
    election = lock_as_stranger(election_id, by)
    return ReviewNote.objects.create(election=election, text=text, written_by=by, written_at=now)


def judge_on_current_data(
    election: Election, submission: Submission, *, run: LoadRun | None = None, updates: Iterable[Update] | None = None
) -> JudgedElection:
    """Judge a submission at the moment it was received, on what CMS knows and who is in its practices today.

    One that answers a correction after the window closed is judged as the one in the window (late_corrections.py).
    `run` is of CMS data, None the active one; `updates` are those of `updates_of`, None to read them.
    """
    submitted = Snapshot.of_submission(submission)
    today = clinicians_now(submission, submitted, updates)
    practices = tuple(
        replace(entry, npis=tuple(sorted(npis))) for entry, npis in zip(submitted.practices, today, strict=True)
    )
    snapshot, at = late_correction_basis(election, replace(submitted, practices=practices), submission.received_at)
    return judge(snapshot, election_id=election.pk, at=at, by=Audience.CMS, run=run, window=election.window)


def overridable(judged_election: JudgedElection, written: Overrides) -> list[Finding]:
    """Return the findings that only an override lets stand: data say not met, and nobody overrode that yet."""
    return [
        finding
        for finding in judged_election.not_met
        if finding.rule in CONTESTABLE and (finding.practice, finding.rule) not in written
    ]


def obstacles(election: Election, judged_election: JudgedElection) -> list[str]:
    """Return every reason why the election cannot be approved now: claims that wait, objections, findings not met."""
    written = overrides_of(election, judged_election.snapshot)
    stopping = {(finding.practice, finding.rule) for finding in judged_election.not_met} - written.keys()
    waiting = election.claims.filter(state=Claim.State.WAITING).values_list("practice_name", flat=True)
    return [
        *(
            f"Another election holds the TIN of {name}. A lead reviewer must settle the conflict first, or you can "
            "reject this election."
            for name in dict.fromkeys(waiting)
        ),
        *(
            f"{one.who} says for {one.details['practice']}: “This isn’t right.” Say first what became of it."
            for one in open_objections().filter(election=election)
        ),
        *(
            sentence(name, finding)
            for name, finding in named_findings(judged_election).values()
            if (finding.practice, finding.rule) in stopping
        ),
    ]


def lock_as_stranger(election_id: uuid.UUID, by: User) -> Election:
    """Return the election, locked, to someone at CMS. Raises Refused if they have a role in it."""
    election = lock(election_id)
    if holds_a_role(by, election):
        raise Refused("You have a role in this election or in one that affects it, so someone else must decide it.")
    return election


def submission_looked_at(election: Election, number: int) -> Submission:
    """Return the submission that was looked at; raise Refused, with what changed, if another replaced it."""
    submission = election.last_submission
    if submission is None or submission.number != number:
        raise Refused(*_replaced(submission, number))
    return submission


def _replaced(submission: Submission | None, number: int) -> Iterator[str]:
    """Yield what is said to someone who looked at the submission of this number, with the first differences."""
    looked_at = submission and Submission.objects.filter(election=submission.election_id, number=number).first()
    if submission is None or looked_at is None:
        yield "This page is not about a submission of this election. Nothing was changed. Open the packet again."
        return
    yield (
        f"Submission {submission.number} came on {et_datetime(submission.received_at, 'seconds')}. You looked at"
        f" submission {number}, so nothing was done and no email was sent. Read the new submission first."
    )
    before, after = Snapshot.of_submission(looked_at), Snapshot.of_submission(submission)
    changes = differences(before, after, contested_by=THEY_CONTEST)
    yield from changes[:MOST_DIFFERENCES]
    if (more := len(changes) - MOST_DIFFERENCES) > 0:
        yield f"The packet lists {count(more, 'more difference')}."


def submission_decided(election: Election, number: int) -> Submission:
    """Return the submission that was looked at, of an election that is still to be decided; raise Refused if not."""
    submission = submission_looked_at(election, number)
    last = Decision.objects.filter(submission=submission).select_related("decided_by").last()
    if election.status in DECIDED and last is not None:
        raise Refused(
            f"{last.decided_by} {last.get_outcome_display().lower()} this election on"
            f" {et_datetime(last.decided_at, 'seconds')}. {NOTHING_DONE}"
        )
    if election.status not in WITH_CMS and (event := election.status_event):
        raise Refused(f"{event.sentence} by {event.who} on {et_datetime(event.at, 'seconds')}. {NOTHING_DONE}")
    return submission


def colleague_of(election: Election, by: User) -> User | None:
    """Return the reviewer of the election, where that is somebody else; None where nobody is asked first."""
    return election.reviewer if election.reviewer and election.reviewer != by else None


def refuse_in_place(election: Election, by: User, in_place: bool) -> None:
    """Raise Refused where a colleague reviews the election, and whoever acts did not say that they do it for them."""
    if (colleague := colleague_of(election, by)) and not in_place:
        raise Refused(f"{colleague} is the reviewer of this election now. Nothing was done. Read the page again.")


def tell_colleague(colleague: User | None, event: Event, *, by: User, did: str, now: datetime) -> None:
    """Owe the reviewer who was passed over the mail about what was done in their place; None: no one was."""
    if colleague:
        tell(event, "colleague_acted", [colleague.email], now=now, by=by, did=did)
