"""How a finding's citation and facts are shown."""

import re
from typing import NamedTuple

from django import template

from ..law import calendar
from ..law.determination import Finding
from ..law.fact_labels import facts_in_words
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
