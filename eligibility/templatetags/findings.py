"""How a finding's citation and facts are shown."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import template

from ..law import calendar
from ..law.determination import Finding
from ..law.fact_labels import against_limits, facts_in_words
from ..law.low_volume import OPT_IN_FINAL, opt_in_pays, sides_in_words
from ..law.rules import rule_name

register = template.Library()

_SECTION = re.compile(r"(\d+)\.(\d+)((?:\([^)]+\))*)")


register.filter(calendar.rules_year)
register.filter(rule_name)


class Paragraph(NamedTuple):
    """One paragraph of 42 CFR and where it can be read."""

    text: str
    url: str


register.filter(calendar.billing_period)
register.filter(opt_in_pays)


@register.filter
def paragraphs(cite: str) -> list[Paragraph]:
    """Return the paragraphs that a citation such as `42 CFR 414.1305, 414.1310(b)` names, in its order."""
    return [
        Paragraph(
            text=match[0],
            url=f"https://www.ecfr.gov/current/title-42/section-{match[1]}.{match[2]}"
            + (f"#p-{match[0]}" if match[3] else ""),
        )
        for match in _SECTION.finditer(cite)
    ]


@register.filter
def judged_on(finding: Finding, figures: bool) -> list[tuple[str, str]]:
    """Return the facts a finding was judged on as labels and values in words, Medicare figures only if `figures`."""
    return facts_in_words(finding.rule, finding.facts, figures=figures)


@register.filter
def what_is_asked(opt_in: Finding) -> str:
    """Return the sentences about why an opt-in is asked for, without what follows from it."""
    return opt_in.message.partition(OPT_IN_FINAL)[0].strip()


@register.filter
def limits_in_words(findings: Iterable[Finding]) -> str:
    """Return on which side of each low-volume limit a practice is, from its findings; empty without CMS data."""
    facts = _threshold_facts(findings)
    return sides_in_words(facts) if facts.get("level") else ""


@register.filter
def figures_against_limits(findings: Iterable[Finding]) -> list[tuple[str, str, str, bool | None, int]]:
    """Return a practice's Medicare figures beside their limits, from its findings; none without CMS data."""
    facts = _threshold_facts(findings)
    return against_limits(facts) if facts.get("level") else []


def _threshold_facts(findings: Iterable[Finding]) -> dict[str, Any]:
    return next((finding.facts for finding in findings if finding.rule == "low-volume-threshold"), {})
