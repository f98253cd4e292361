"""The facts a finding was judged on, in words; figures only for those who may see them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .calendar import moment_in_words
from .rule_results import Outcome

OUTCOME_WORDS = {
    Outcome.MET: "Met",
    Outcome.NOT_MET: "Not met",
    Outcome.CANNOT_TELL: "Cannot tell yet",
    Outcome.NOT_APPLICABLE: "Does not apply",
}
NOT_KNOWN = "not known"
LEVELS = {"clinician": "the clinician’s own", "practice": "the practice’s"}

LABELS = {
    "kind": "Kind of TIN",
    "digits": "Digits needed",
    "odd_prefix": "First 2 digits never listed by the IRS",
    "listed": "NPIs listed",
    "not_valid": "NPIs that are not valid",
    "organizations": "NPIs of organizations",
    "deactivated": "Deactivated NPIs",
    "later": "NPIs with a later date in NPPES",
    "shown": "NPIs in CMS data",
    "missing": "In CMS data but not listed",
    "extra": "Listed but not in CMS data",
    "clinicians": "Clinicians under the TIN",
    "limit": "Limit",
    "eligible": "MIPS eligible",
    "unknown": "Not known",
    "partial_qp": "Partial QPs",
    "level": "Whose figures",
    "exceeds": "Exceeds the limit",
    "limits": "Limits",
    "figures": "Medicare figures",
    "opt_in_eligible": "Opt-in eligible",
    "accepted": "Opt-in accepted",
    "claimed_elsewhere": "Claimed by another election",
    "practices": "Practices listed",
    "listed_twice": "Practices with the same TIN",
    "opens": "Opens",
    "projected": "Opening day not confirmed by CMS yet",
    "closes": "Last minute to submit",
    "name": "Name entered",
    "email": "Email address entered",
    "acknowledged": "Agreement acknowledged",
    "not_executed": "Practices without an execution date",
    "executed_later": "Practices with an execution date after the day of the election",
}
CRITERIA = {"allowed_charges": "allowed charges", "patients": "patients", "services": "services"}
OF_FIGURES = ("figures",)
SAID_ONLY_IF_SO = ("odd_prefix", "projected")  # what is usual reads as an alarm in the negative
OF_RULES = {
    "npi-person": {"unknown": "NPIs that NPPES does not show as a person’s"},
    "determination-available": {"listed": "CMS data list the TIN"},
    "mips-eligible-clinician": {"unknown": "MIPS eligibility not known"},
}
"""Labels of facts whose name has a meaning of its own in one rule."""


def facts_in_words(rule: str, facts: Mapping[str, Any], *, figures: bool) -> list[tuple[str, str]]:
    """Return each fact as a label and its value in words, in the order of the labels: a database keeps none.

    Medicare figures are left out unless `figures`: they are the practice's own signer's and CMS staff's to see.
    """
    labels = LABELS | OF_RULES.get(rule, {})
    told = [name for name in labels if name in facts and (figures or name not in OF_FIGURES)]
    told = [name for name in told if facts[name] or name not in SAID_ONLY_IF_SO]
    return [(labels[name], _last_minute(facts[name]) if name == "closes" else _value(facts[name])) for name in told]


def against_limits(facts: Mapping[str, Any]) -> list[tuple[str, str, str, bool | None, int]]:
    """Return each known low-volume figure beside its limit: what it counts, both in words, whether it exceeds, a share.

    `facts` are those of `low-volume-threshold`; the figures are for the practice's own signer and CMS staff only. The
    share is of twice the limit, in percent: from 51 to 100 where it exceeds the limit, else 0 to 50.
    """
    figures, limits, exceeds = facts["figures"], facts["limits"], facts["exceeds"]
    rows = []
    for name, word in CRITERIA.items():
        if (figure := figures.get(name)) is not None:
            share = int(Decimal(figure) * 50 / limits[name])
            share = min(max(share, 51), 100) if exceeds[name] else share
            in_words = [_of_criterion(name, value) for value in (figure, limits[name])]
            rows.append((word.capitalize(), *in_words, exceeds[name], share))
    return rows


def _last_minute(closes: str) -> str:
    """Return the minute before a window closes, in words: its first closed moment is read as a day too late."""
    return moment_in_words(datetime.fromisoformat(closes) - timedelta(minutes=1))


def _value(value: Any) -> str:
    """Return a JSON value in words: a list is of places, a mapping of the low-volume criteria."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return _places([str(place) for place in value])
    if isinstance(value, Mapping):
        return ", ".join(
            f"{word} {_of_criterion(name, value[name])}" for name, word in CRITERIA.items() if name in value
        )
    if isinstance(value, int):
        return f"{value:,}"
    return LEVELS.get(value) or _moment(value) or str(value)


def _places(found: list[str]) -> str:
    """Return places in words, as in "number 2 in the list" or "numbers 1, 3 and 7 in the list"."""
    if len(found) < 2:
        return f"number {found[0]} in the list" if found else "none"
    return f"numbers {', '.join(found[:-1])} and {found[-1]} in the list"


def _of_criterion(name: str, value: Any) -> str:
    is_money = name == "allowed_charges" and value is not None and not isinstance(value, bool)
    return f"${Decimal(value):,}" if is_money else _value(value)


def _moment(value: str) -> str | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment_in_words(moment) if "T" in value else None
