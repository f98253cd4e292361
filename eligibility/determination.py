"""From facts to findings, the outcome of the whole, and what the virtual group would be (414.1305).

The same function serves the sandbox, the draft, the submit guard, the reviewer and the command line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from . import calendar, parameters
from .facts import PracticeData, Proposal, Window
from .judgement import Outcome, Rule, Subject
from .rules import PRACTICE_RULES, VIRTUAL_GROUP_RULES, in_force

__all__ = ["Determination", "Finding", "Outcome", "Preview", "determine"]


class Finding(NamedTuple):
    """One rule's result. `practice` is the position in the proposal's list, None for the virtual group.

    `facts` are JSON values, `source` says in words where they come from.
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


def determine(
    proposal: Proposal, window: Window | None = None, sources: Mapping[str, str] | None = None
) -> Determination:
    """Judge a proposal by every rule of its performance year.

    `window` is the election window to judge by, None for the one shipped; `sources` says more of where facts come from,
    by the rule's own word for it. Raises UnknownPerformanceYearError.
    """
    said = sources or {}
    window = window or calendar.window(proposal.performance_year)
    practice_rules = in_force(PRACTICE_RULES, proposal.performance_year)
    virtual_group_rules = in_force(VIRTUAL_GROUP_RULES, proposal.performance_year)
    practices = list(enumerate(proposal.practices))
    by_rule = [_found(rule, proposal, practices, said) for rule in practice_rules]  # a quarter faster than by practice
    findings = [finding for of_practice in zip(*by_rule, strict=True) for finding in of_practice]
    for rule in virtual_group_rules:
        findings += _found(rule, proposal, [(None, window)], said)
    return Determination(tuple(findings), outcome_of(findings), preview(proposal))


def outcome_of(findings: Iterable[Finding]) -> Outcome:
    """Return the outcome of the whole."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.NOT_MET in outcomes:
        return Outcome.INELIGIBLE
    return Outcome.UNDETERMINED if Outcome.CANNOT_TELL in outcomes else Outcome.ELIGIBLE


def preview(proposal: Proposal) -> Preview | None:
    """Return what the virtual group would be: distinct NPIs count, and a status held under any of the TINs is held."""
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


def _found(
    rule: Rule[Subject], proposal: Proposal, subjects: Sequence[tuple[int | None, Subject]], said: Mapping[str, str]
) -> list[Finding]:
    """Return what a rule finds of each subject, given with its place."""
    source = said.get(rule.source, rule.source)
    judged = [(place, rule.judge(proposal, subject)) for place, subject in subjects]
    return [
        Finding(rule.id, place, outcome, rule.cite, message, remedy, facts, source)
        for place, (outcome, message, remedy, facts) in judged
    ]
