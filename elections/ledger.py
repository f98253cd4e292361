"""A ledger as people read it: every finding, grouped by practice, what is not settled first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eligibility.determination import Finding, Outcome

SETTLED = (Outcome.MET, Outcome.NOT_APPLICABLE)
WHOLE = "The virtual group as a whole"
WORDS = {Outcome.MET: "met", Outcome.NOT_MET: "not met", Outcome.CANNOT_TELL: "cannot tell"}


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one practice, `position` counted from 0, or of the whole, None, in the order of the rules."""

    name: str
    position: int | None
    findings: tuple[Finding, ...]

    @property
    def unsettled(self) -> list[Finding]:
        """The findings that are not met or cannot be told."""
        return [finding for finding in self.findings if finding.outcome not in SETTLED]

    @property
    def settled(self) -> list[Finding]:
        """The findings that are met or do not apply."""
        return [finding for finding in self.findings if finding.outcome in SETTLED]


def groups(findings: Iterable[Finding], names: Sequence[str]) -> list[Group]:
    """Return the findings of each practice of these names in turn, and then those of the whole."""
    listed = list(findings)
    titles = {position: name or f"Practice {position + 1}" for position, name in enumerate(names)}
    return [
        Group(title, position, tuple(finding for finding in listed if finding.practice == position))
        for position, title in [*titles.items(), (None, WHOLE)]
    ]


def frozen(ledger: dict[str, Any]) -> list[Finding]:
    """Return the findings that were frozen with a submission or a decision."""
    return [Finding(**finding | {"outcome": Outcome(finding["outcome"])}) for finding in ledger["findings"]]


def verdict(findings: Iterable[Finding]) -> str:
    """Return findings in a line, as in `14 met, 1 cannot tell`."""
    outcomes = [finding.outcome for finding in findings]
    return ", ".join(f"{outcomes.count(outcome)} {word}" for outcome, word in WORDS.items() if outcome in outcomes)
