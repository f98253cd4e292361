"""All rules, in the order of the table that outsiders rely on. A changed rule stands under its predecessor."""

from .calendar import Window
from .facts import Practice, Proposal, Setting
from .low_volume import low_volume_threshold, low_volume_threshold_2018, opt_in_accepted, opt_in_accepted_2018
from .practice_rules import (
    determination_available,
    mips_eligible_clinician,
    npi_format,
    npi_person,
    one_virtual_group,
    practice_size,
    roster_complete,
    tin_format,
)
from .rule_results import Given, Rule, Subject
from .virtual_group_rules import (
    agreement_acknowledged,
    agreement_executed,
    distinct_practices,
    election_window,
    representative_named,
    two_or_more_practices,
)

PRACTICE_RULES: tuple[Rule[Setting, Practice], ...] = (
    tin_format,
    npi_format,
    npi_person,
    determination_available,
    roster_complete,
    practice_size,
    mips_eligible_clinician,
    low_volume_threshold_2018,
    low_volume_threshold,
    opt_in_accepted_2018,
    opt_in_accepted,
    one_virtual_group,
)

VIRTUAL_GROUP_RULES: tuple[Rule[Proposal, Window], ...] = (
    two_or_more_practices,
    distinct_practices,
    election_window,
    representative_named,
    agreement_acknowledged,
    agreement_executed,
)

CONTESTABLE = tuple(
    rule.id for rule in (npi_person, roster_complete, practice_size, mips_eligible_clinician, low_volume_threshold)
)
"""Where data say not met, a representative may contest that and a lead reviewer may override it; nothing else."""

RULE_NAMES = {
    "tin-format": "TIN format",
    "npi-format": "NPI format",
    "npi-person": "NPIs of active people",
    "determination-available": "CMS data available",
    "roster-complete": "Complete roster",
    "practice-size": "Practice size",
    "mips-eligible-clinician": "MIPS eligible clinician",
    "low-volume-threshold": "Low-volume threshold",
    "opt-in-accepted": "Opt-in accepted",
    "one-virtual-group": "One virtual group per TIN",
    "two-or-more-practices": "Two or more practices",
    "distinct-practices": "Each TIN listed once",
    "election-window": "Election window",
    "representative-named": "Representative named",
    "agreement-acknowledged": "Agreement acknowledged",
    "agreement-executed": "Agreement executed",
}
"""What CMS staff call each rule, by its id."""


def rule_name(id: str) -> str:
    """Return what CMS staff call a rule; its id if no rule has it any longer, as in an old ledger."""
    return RULE_NAMES.get(id, id)


def in_force(rules: tuple[Rule[Given, Subject], ...], performance_year: int) -> tuple[Rule[Given, Subject], ...]:
    """Return the rules of a performance year in order, each in its latest form by then."""
    latest: dict[str, Rule[Given, Subject]] = {}
    for rule in rules:
        if rule.since <= performance_year:
            latest[rule.id] = rule
    return tuple(latest.values())
