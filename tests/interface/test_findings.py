"""Every finding of every rule says which paragraph, what it was judged on, from where, and what would mend it."""

import re

from django.test import Client

from eligibility.law.rules import PRACTICE_RULES, VIRTUAL_GROUP_RULES, in_force

from .every_finding import every_finding, outcomes

OUTCOMES = {
    "tin-format": ["met", "not_met"],
    "npi-format": ["met", "not_met"],
    "npi-person": ["cannot_tell", "met", "not_met"],
    "determination-available": ["cannot_tell", "met"],
    "roster-complete": ["cannot_tell", "met", "not_met"],
    "practice-size": ["cannot_tell", "met", "not_met"],
    "mips-eligible-clinician": ["cannot_tell", "met", "not_met"],
    "low-volume-threshold": ["cannot_tell", "met", "not_met"],
    "opt-in-accepted": ["cannot_tell", "met", "not_applicable", "not_met"],
    "one-virtual-group": ["cannot_tell", "met", "not_met"],
    "two-or-more-practices": ["met", "not_met"],
    "distinct-practices": ["met", "not_met"],
    "election-window": ["met", "not_met"],
    "representative-named": ["met", "not_met"],
    "agreement-acknowledged": ["met", "not_met"],
    "agreement-executed": ["met", "not_met"],
}
PARAGRAPH = re.compile(r'<a href="https://www\.ecfr\.gov/[^"]+">414\.13\d\d')


def test_every_rule_is_met_with_each_of_its_outcomes():
    assert outcomes() == OUTCOMES
    of_practice, of_group = in_force(PRACTICE_RULES, 2027), in_force(VIRTUAL_GROUP_RULES, 2027)
    assert list(OUTCOMES) == [rule.id for rule in of_practice] + [rule.id for rule in of_group]


def test_each_is_shown_with_paragraph_facts_source_and_remedy(client: Client):
    page = client.get("/-/every-finding").content.decode()
    shown = page.split('<div class="finding finding--')[1:]
    assert len(shown) == len(every_finding()) == 81
    for block in shown:
        outcome = block.partition('"')[0]
        assert PARAGRAPH.search(block), block
        assert "Based on:" in block, block
        assert re.search(r'class="finding__source">\s*\S', block), block
        assert ("What you can do:" in block) is (outcome in ("not_met", "cannot_tell")), block
