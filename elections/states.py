"""The election's life as a table: verb, from, to, who. The database holds every status change to it (triggers.py)."""

from dataclasses import dataclass

from django.db.models import TextChoices


class ElectionStatus(TextChoices):
    """Where an election stands."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    ACTION_NEEDED = "action_needed", "Action needed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


DRAFT, SUBMITTED, IN_REVIEW, ACTION_NEEDED, APPROVED, REJECTED, WITHDRAWN, LAPSED = ElectionStatus
STANDING = (SUBMITTED, IN_REVIEW, APPROVED)  # the last submission stands, and may be replaced by another
WITH_CMS = (SUBMITTED, IN_REVIEW)  # CMS has to do the next step
UNDECIDED = (*WITH_CMS, ACTION_NEEDED)  # submitted, and CMS has not decided
DECIDED = (APPROVED, REJECTED)
GIVEN_UP = (REJECTED, WITHDRAWN)  # its TINs are free; it can be copied into a new draft
OVER = (*GIVEN_UP, LAPSED)
NEVER_SUBMITTED = (DRAFT, LAPSED)


@dataclass(frozen=True, slots=True)
class StatusWords:
    """How a status is shown: the tone of its tag, what it means, and who has to do what next; None: nobody."""

    tone: str
    sentence: str
    next_step: tuple[str, str] | None = None


SHOWN = {
    DRAFT: StatusWords("", "Not submitted yet. No one at CMS can see it."),
    SUBMITTED: StatusWords("active", "CMS has received it. A reviewer will read it.", ("CMS", "to start its review")),
    IN_REVIEW: StatusWords("active", "A CMS reviewer is reading it.", ("CMS", "to decide")),
    ACTION_NEEDED: StatusWords(
        "unsure", "CMS asks you to correct something.", ("the representative", "to correct what CMS asked about")
    ),
    APPROVED: StatusWords("good", "CMS approved it. This virtual group takes part in MIPS for the year."),
    REJECTED: StatusWords("bad", "CMS rejected it and gave its reasons."),
    WITHDRAWN: StatusWords(
        "", "It was withdrawn. Its practices do not take part in a virtual group through this election."
    ),
    LAPSED: StatusWords("bad", "It was not submitted before the deadline. CMS has not received it."),
}


class Verb(TextChoices):
    """What is done to an election, and the words in which its history tells that."""

    SUBMIT = "submit", "Submitted"
    START_REVIEW = "start_review", "Review started"
    ASK_FOR_CORRECTION = "ask_for_correction", "Correction requested"
    RESUME_REVIEW = "resume_review", "Review resumed"
    APPROVE = "approve", "Approved"
    REJECT = "reject", "Rejected"
    TAKE_BACK = "take_back", "Decision undone"
    REOPEN = "reopen", "Reopened"
    WITHDRAW = "withdraw", "Withdrawn"
    LAPSE = "lapse", "Lapsed: not submitted before the deadline"
    REVIVE = "revive", "Made a draft again: the election window is open again"


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
    source: ElectionStatus
    target: ElectionStatus
    who: tuple[Who, ...]
    in_window: bool = False


def _lines(
    verb: Verb,
    sources: tuple[ElectionStatus, ...],
    target: ElectionStatus,
    *who: Who,
    in_window: tuple[ElectionStatus, ...] = (),
) -> tuple[Transition, ...]:
    return tuple(Transition(verb, source, target, who, source in in_window) for source in sources)


TRANSITIONS: tuple[Transition, ...] = (
    *_lines(
        Verb.SUBMIT, (DRAFT, *STANDING, ACTION_NEEDED), SUBMITTED, Who.REPRESENTATIVE, in_window=(DRAFT, *STANDING)
    ),
    *_lines(Verb.START_REVIEW, (SUBMITTED,), IN_REVIEW, Who.REVIEWER),
    *_lines(Verb.ASK_FOR_CORRECTION, (IN_REVIEW,), ACTION_NEEDED, Who.REVIEWER),
    *_lines(Verb.RESUME_REVIEW, (ACTION_NEEDED,), IN_REVIEW, Who.REVIEWER, Who.CLOCK),
    *_lines(Verb.APPROVE, (IN_REVIEW,), APPROVED, Who.REVIEWER),
    *_lines(Verb.REJECT, (IN_REVIEW,), REJECTED, Who.REVIEWER),
    *_lines(Verb.TAKE_BACK, DECIDED, IN_REVIEW, Who.SAME_REVIEWER),
    *_lines(Verb.REOPEN, DECIDED, IN_REVIEW, Who.LEAD_REVIEWER),
    *_lines(
        Verb.WITHDRAW,
        (DRAFT, *STANDING, ACTION_NEEDED),
        WITHDRAWN,
        Who.REPRESENTATIVE,
        in_window=(*STANDING, ACTION_NEEDED),
    ),
    *_lines(Verb.LAPSE, (DRAFT,), LAPSED, Who.CLOCK),
    *_lines(Verb.REVIVE, (LAPSED,), DRAFT, Who.REPRESENTATIVE, in_window=(LAPSED,)),
)


def transition(verb: Verb, source: str) -> Transition | None:
    """Return the line of the table for this verb from this status; None where the table has none."""
    return next((line for line in TRANSITIONS if line.verb == verb and line.source == source), None)
