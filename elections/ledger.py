"""A ledger as people read it: every finding, grouped by practice, what is not settled first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from eligibility.law.determination import Finding, Outcome

from .content import Snapshot
from .models import Election, Override
from .readiness import OPT_IN, JudgedElection, keys_of

SETTLED = (Outcome.MET, Outcome.NOT_APPLICABLE)
WHOLE = "The virtual group as a whole"
WORDS = {Outcome.MET: "met", Outcome.NOT_MET: "not met", Outcome.CANNOT_TELL: "cannot tell yet"}
CONTESTED, OVERRIDDEN = "contested", "set aside by CMS"

Overrides: TypeAlias = Mapping[tuple[int, str], Override]
"""What lead reviewers overrode, by the practice's position and the rule's id."""


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one practice, `position` counted from 0, or of the whole, None, in the order of the rules.

    `contests` and `overrides` hold, by rule, what was said against findings that are not met, and what lets them stand.
    `refused_opt_in`: it signed without accepting an opt-in.
    """

    name: str
    position: int | None
    findings: tuple[Finding, ...]
    contests: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, Override] = field(default_factory=dict)
    refused_opt_in: bool = False

    @property
    def question(self) -> Finding | None:
        """The finding on an opt-in that no one has answered; None if nothing is asked."""
        asked = (finding for finding in self.unsettled if finding.rule == OPT_IN and finding.rule not in self.overrides)
        return None if self.refused_opt_in else next(asked, None)

    @property
    def unsettled(self) -> list[Finding]:
        """The findings that are not met or cannot be told."""
        return [finding for finding in self.findings if finding.outcome not in SETTLED]

    @property
    def settled(self) -> list[Finding]:
        """The findings that are met or do not apply."""
        return [finding for finding in self.findings if finding.outcome in SETTLED]

    def word(self, finding: Finding) -> str:
        """Return a finding's state in a word or two; empty if it does not apply."""
        if finding.rule in self.overrides:
            return OVERRIDDEN
        return CONTESTED if finding.rule in self.contests else WORDS.get(finding.outcome, "")


def groups(findings: Iterable[Finding], snapshot: Snapshot, overrides: Overrides | None = None) -> list[Group]:
    """Return the findings of each practice in turn, and then those of the whole."""
    listed = list(findings)
    titles = {position: name or f"Practice {position + 1}" for position, name in enumerate(snapshot.practice_names)}
    return [
        *(_of_practice(position, title, listed, snapshot, overrides or {}) for position, title in titles.items()),
        Group(WHOLE, None, tuple(finding for finding in listed if finding.practice is None)),
    ]


def _of_practice(position: int, title: str, listed: list[Finding], snapshot: Snapshot, overrides: Overrides) -> Group:
    found = tuple(finding for finding in listed if finding.practice == position)
    not_met = {finding.rule for finding in found if finding.outcome == Outcome.NOT_MET}
    said = dict(snapshot.practices[position].contests)
    return Group(
        title,
        position,
        found,
        {rule: said[rule] for rule in said if rule in not_met},
        {rule: overrides[position, rule] for rule in not_met if (position, rule) in overrides},
        snapshot.practices[position].refused_opt_in,
    )


def overrides_of(election: Election, snapshot: Snapshot) -> dict[tuple[int, str], Override]:
    """Return the lead reviewers' overrides, by the snapshot's practice and rule; none before a submission."""
    if election.last_submission_id is None:
        return {}
    written = list(Override.objects.filter(submission__election=election))
    keys = [set(keys_of(entry)) for entry in snapshot.practices] if written else []
    return {
        (position, override.rule): override
        for position, of_practice in enumerate(keys)
        for override in written
        if override.tin_key in of_practice
    }


def open_opt_ins(judged_election: JudgedElection) -> list[Finding]:
    """Return the findings that only ask a practice whether it accepts an opt-in: nothing is wrong, no one answered.

    They ask something only while the working copy may be edited: no answer could be recorded later.
    """
    practices = judged_election.snapshot.practices
    return [
        finding
        for finding in judged_election.blocking
        if finding.rule == OPT_IN and finding.practice is not None and not practices[finding.practice].refused_opt_in
    ]


def frozen(ledger: dict[str, Any]) -> list[Finding]:
    """Return the findings that were frozen with a submission or a decision."""
    return [Finding(**finding | {"outcome": Outcome(finding["outcome"])}) for finding in ledger["findings"]]


def verdict(ledger: Iterable[Group]) -> str:
    """Return a ledger in a line, as in `14 met, 1 cannot tell yet, 1 contested`."""
    words = [group.word(finding) for group in ledger for finding in group.findings]
    counted = [*WORDS.values(), CONTESTED, OVERRIDDEN]
    return ", ".join(f"{words.count(word)} {word}" for word in counted if word in words)
