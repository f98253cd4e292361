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


def in_force(rules: tuple[Rule[Given, Subject], ...], performance_year: int) -> tuple[Rule[Given, Subject], ...]:
    """Return the rules of a performance year in order, each in its latest form by then."""
    latest: dict[str, Rule[Given, Subject]] = {}
    for rule in rules:
        if rule.since <= performance_year:
            latest[rule.id] = rule
    return tuple(latest.values())
