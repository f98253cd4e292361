"""What a rule is, and what it says of the facts."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

Given = TypeVar("Given")
Subject = TypeVar("Subject")

ENTERED = "What was entered"
CMS_DATA = "CMS data"
NPPES = "NPPES"

SUBMIT_ANYWAY = "This doesn’t keep you from submitting. A reviewer will decide."
OR_LEAVE_OUT = "Otherwise, leave this practice out of the election."
CONTEST = f"If CMS data are wrong, contest this finding and say why. {OR_LEAVE_OUT}"
MOST_PLACES_NAMED = 10


class Outcome(StrEnum):
    """The first four are a finding's, the last three the whole's."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"
    NOT_APPLICABLE = "not_applicable"
    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    INELIGIBLE = "ineligible"


class RuleResult(NamedTuple):
    """One rule's result. `facts` are JSON values; `remedy` is None where nothing is to be mended.

    Neither text nor facts carry a TIN, an NPI or anything else that people typed: NPIs are named by their place in
    the list, counted from 1.
    """

    outcome: Outcome
    message: str
    remedy: str | None
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Rule(Generic[Given, Subject]):
    """A rule in the form it has had since a performance year; a later form has the same id and a later year.

    `judge` is pure; beside its subject it looks at what it is given and nothing else: of a practice the Setting, of the
    virtual group the whole Proposal. `source` says in words where the facts come from.
    """

    id: str
    cite: str
    since: int
    source: str
    judge: Callable[[Given, Subject], RuleResult]


def rule(
    id: str, *, cite: str, since: int = 2018, source: str
) -> Callable[[Callable[[Given, Subject], RuleResult]], Rule[Given, Subject]]:
    """Make a rule of the function that judges it; `cite` is the paragraph in 42 CFR."""

    def make(judge: Callable[[Given, Subject], RuleResult]) -> Rule[Given, Subject]:
        return Rule(id, f"42 CFR {cite}", since, source, judge)

    return make


def met(message: str, **facts: object) -> RuleResult:
    """Return that the rule is met."""
    return RuleResult(Outcome.MET, message, None, facts)


def not_met(message: str, remedy: str, **facts: object) -> RuleResult:
    """Return that the rule is not met, and what would mend it."""
    return RuleResult(Outcome.NOT_MET, message, remedy, facts)


def cannot_tell(message: str, remedy: str, **facts: object) -> RuleResult:
    """Return that what is known does not settle the rule, and what would."""
    return RuleResult(Outcome.CANNOT_TELL, message, remedy, facts)


def not_applicable(message: str, **facts: object) -> RuleResult:
    """Return that the rule asks nothing here."""
    return RuleResult(Outcome.NOT_APPLICABLE, message, None, facts)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, as in 1 clinician, 9 clinicians."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def places(noun: str, found: list[int]) -> str:
    """Return places in a list (from 1) in words, as in "NPI 2", "NPIs 2 and 5" or "NPIs 2, 5 and 13 more"."""
    if len(found) == 1:
        return f"{noun} {found[0]}"
    named = [str(place) for place in found[:MOST_PLACES_NAMED]]
    rest = len(found) - len(named)
    last = f"{rest:,} more" if rest else named.pop()
    return f"{noun}s {', '.join(named)} and {last}"


def be(number: int) -> str:
    """Return the verb for so many."""
    return "is" if number == 1 else "are"
