"""From facts to findings, the outcome of the whole, and what the virtual group would be (414.1305).

The same function serves the sandbox, the draft, the submit guard, the reviewer and the command line.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from . import calendar, parameters
from .calendar import Window
from .facts import Practice, PracticeData, Proposal, RegistryEntry, Setting
from .rule_results import Outcome, Rule, RuleResult
from .rules import PRACTICE_RULES, VIRTUAL_GROUP_RULES, in_force

Entries: TypeAlias = tuple[RegistryEntry | None, ...]
"""What NPPES lists for a practice's NPIs as of the moment, in their order; None where it does not list one."""

__all__ = ["Determination", "Finding", "Outcome", "Preview", "determine", "judge_practice"]


class Finding(NamedTuple):
    """One rule's result. `practice` is the position in the proposal's list, None for the virtual group.

    `facts` are JSON values, to be read only; `source` says in words where they come from.
    """

    rule: str
    practice: int | None
    outcome: Outcome
    cite: str
    message: str
    remedy: str | None
    facts: dict[str, object]
    source: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the virtual group as a whole would be: for information, it gates nothing."""

    clinicians: int
    small_practice: bool
    non_patient_facing: bool
    hospital_based: bool
    rural: bool
    hpsa: bool


@dataclass(frozen=True, slots=True)
class Determination:
    """What the rules say; `preview` is None where a practice has no CMS data, or nobody shows up in them."""

    findings: tuple[Finding, ...]
    outcome: Outcome
    preview: Preview | None


def judge_practice(performance_year: int, practice: Practice, entries: Entries) -> tuple[RuleResult, ...]:
    """Return the result of each practice rule in force for a practice."""
    registry = {npi: entry for npi, entry in zip(practice.npis, entries, strict=True) if entry is not None}
    setting = Setting(performance_year, registry)
    return tuple([rule.judge(setting, practice) for rule in in_force(PRACTICE_RULES, performance_year)])


def determine(
    proposal: Proposal,
    window: Window | None = None,
    sources: Mapping[str, str] | None = None,
    judge: Callable[[int, Practice, Entries], tuple[RuleResult, ...]] = judge_practice,
) -> Determination:
    """Judge a proposal by every rule of its performance year.

    `window` is the election window to judge by, None for the one shipped; `sources` says more of where facts come from,
    by the rule's own word for it; `judge` may remember what judge_practice said. Raises UnknownPerformanceYearError.
    """
    year, said = proposal.performance_year, sources or {}
    window = window or calendar.window(year)
    findings = []
    titles = _titles(in_force(PRACTICE_RULES, year), said)
    registry = {npi: entry.as_of(proposal.at) for npi, entry in proposal.registry.items()}
    for place, practice in enumerate(proposal.practices):
        entries = tuple([registry.get(npi) for npi in practice.npis])
        for (id, cite, source), result in zip(titles, judge(year, practice, entries), strict=True):
            outcome, message, remedy, facts = result
            findings.append(Finding(id, place, outcome, cite, message, remedy, facts, source))
    virtual_group_rules = in_force(VIRTUAL_GROUP_RULES, year)
    for (id, cite, source), rule in zip(_titles(virtual_group_rules, said), virtual_group_rules, strict=True):
        outcome, message, remedy, facts = rule.judge(proposal, window)
        findings.append(Finding(id, None, outcome, cite, message, remedy, facts, source))
    return Determination(tuple(findings), outcome_of(findings), preview(proposal))


def outcome_of(findings: Iterable[Finding]) -> Outcome:
    """Return the outcome of the whole."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.NOT_MET in outcomes:
        return Outcome.INELIGIBLE
    return Outcome.UNDETERMINED if Outcome.CANNOT_TELL in outcomes else Outcome.ELIGIBLE


def preview(proposal: Proposal) -> Preview | None:
    """Return the virtual group's size and statuses. Distinct NPIs count; a status under any of the TINs counts."""
    data = [practice.data for practice in proposal.practices if practice.data is not None]
    npis = {npi for shown in data for npi in shown.npis}
    if len(data) < len(proposal.practices) or not npis:
        return None
    share = parameters.STATUS_SHARE.for_year(proposal.performance_year)

    def most(status: str) -> bool:
        return 100 * len(_npis_with(status, data)) > share * len(npis)

    return Preview(
        clinicians=len(npis),
        small_practice=len(npis) <= parameters.SMALL_PRACTICE.for_year(proposal.performance_year),
        non_patient_facing=most("non_patient_facing"),
        hospital_based=most("hospital_based"),
        rural=most("rural"),
        hpsa=most("hpsa"),
    )


def _npis_with(status: str, data: list[PracticeData]) -> set[str]:
    return {clinician.npi for shown in data for clinician in shown.clinicians if getattr(clinician, status)}


def _titles(rules: Iterable[Rule[Any, Any]], said: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return each rule's id, citation and source, which all its findings share."""
    return [(rule.id, rule.cite, said.get(rule.source, rule.source)) for rule in rules]
