"""The election's life as a table: verb, from, to, who. The database holds every status change to it (triggers.py)."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Status(TextChoices):
    """Where an election stands."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    ACTION_NEEDED = "action_needed", "Action needed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


class Verb(TextChoices):
    """What is done to an election, and the words in which its history tells that."""

    SUBMIT = "submit", "Submitted"
    START_REVIEW = "start_review", "Review started"
    ASK_FOR_CORRECTION = "ask_for_correction", "Correction asked for"
    RESUME_REVIEW = "resume_review", "Review resumed"
    APPROVE = "approve", "Approved"
    REJECT = "reject", "Rejected"
    TAKE_BACK = "take_back", "Decision taken back"
    REOPEN = "reopen", "Reopened"
    WITHDRAW = "withdraw", "Withdrawn"
    LAPSE = "lapse", "Lapsed: not submitted before the deadline"
    REVIVE = "revive", "Revived: the election window is open again"


class Who(TextChoices):
    """Who may do a verb."""

    REPRESENTATIVE = "representative"
    REVIEWER = "reviewer"
    SAME_REVIEWER = "same_reviewer"
    LEAD_REVIEWER = "lead_reviewer"
    CLOCK = "clock"


@dataclass(frozen=True)
class Transition:
    """One line of the table; `in_window` says that it needs an open election window."""

    verb: Verb
    source: Status
    target: Status
    who: tuple[Who, ...]
    in_window: bool = False


def _lines(
    verb: Verb, sources: tuple[Status, ...], target: Status, *who: Who, in_window: tuple[Status, ...] = ()
) -> tuple[Transition, ...]:
    return tuple(Transition(verb, source, target, who, source in in_window) for source in sources)


_S = Status
_STANDING = (_S.SUBMITTED, _S.IN_REVIEW, _S.APPROVED)

TRANSITIONS: tuple[Transition, ...] = (
    *_lines(
        Verb.SUBMIT,
        (_S.DRAFT, *_STANDING, _S.ACTION_NEEDED),
        _S.SUBMITTED,
        Who.REPRESENTATIVE,
        in_window=(_S.DRAFT, *_STANDING),
    ),
    *_lines(Verb.START_REVIEW, (_S.SUBMITTED,), _S.IN_REVIEW, Who.REVIEWER),
    *_lines(Verb.ASK_FOR_CORRECTION, (_S.IN_REVIEW,), _S.ACTION_NEEDED, Who.REVIEWER),
    *_lines(Verb.RESUME_REVIEW, (_S.ACTION_NEEDED,), _S.IN_REVIEW, Who.REVIEWER, Who.CLOCK),
    *_lines(Verb.APPROVE, (_S.IN_REVIEW,), _S.APPROVED, Who.REVIEWER),
    *_lines(Verb.REJECT, (_S.IN_REVIEW,), _S.REJECTED, Who.REVIEWER),
    *_lines(Verb.TAKE_BACK, (_S.APPROVED, _S.REJECTED), _S.IN_REVIEW, Who.SAME_REVIEWER),
    *_lines(Verb.REOPEN, (_S.APPROVED, _S.REJECTED), _S.IN_REVIEW, Who.LEAD_REVIEWER),
    *_lines(
        Verb.WITHDRAW,
        (_S.DRAFT, *_STANDING, _S.ACTION_NEEDED),
        _S.WITHDRAWN,
        Who.REPRESENTATIVE,
        in_window=(*_STANDING, _S.ACTION_NEEDED),
    ),
    *_lines(Verb.LAPSE, (_S.DRAFT,), _S.LAPSED, Who.CLOCK),
    *_lines(Verb.REVIVE, (_S.LAPSED,), _S.DRAFT, Who.REPRESENTATIVE, in_window=(_S.LAPSED,)),
)


def transition(verb: Verb, source: str) -> Transition | None:
    """Return the line of the table for this verb from this status; None where the table has none."""
    return next((line for line in TRANSITIONS if line.verb == verb and line.source == source), None)
