"""The facts a finding was judged on, in words; figures only for those who may see them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from .calendar import EASTERN, in_words
from .rule_results import Outcome

OUTCOME_WORDS = {
    Outcome.MET: "Met",
    Outcome.NOT_MET: "Not met",
    Outcome.CANNOT_TELL: "Cannot tell yet",
    Outcome.NOT_APPLICABLE: "Does not apply",
}
NOT_KNOWN = "not known"
LEVELS = {"clinician": "the clinician's own", "practice": "the practice's"}

LABELS = {
    "kind": "kind of TIN",
    "digits": "digits asked for",
    "odd_prefix": "first two digits never listed by the IRS",
    "listed": "NPIs listed",
    "not_valid": "not valid: NPIs at place",
    "organizations": "an organization's: NPIs at place",
    "deactivated": "deactivated: NPIs at place",
    "unknown": "not known",
    "later": "dated after the day judged: NPIs at place",
    "shown": "NPIs in CMS data",
    "missing": "in CMS data and not listed",
    "extra": "listed and not in CMS data",
    "clinicians": "clinicians under the TIN",
    "limit": "the limit",
    "eligible": "MIPS eligible",
    "partial_qp": "partial QPs",
    "level": "whose figures",
    "exceeds": "exceeds",
    "limits": "limits",
    "figures": "figures",
    "opt_in_eligible": "opt-in eligible",
    "accepted": "opt-in accepted",
    "claimed_elsewhere": "held by another election",
    "practices": "practices listed",
    "listed_twice": "listed twice: practices at place",
    "opens": "opens",
    "projected": "the day it opens is expected, not announced",
    "closes": "closes",
    "name": "name given",
    "email": "e-mail address given",
    "acknowledged": "acknowledged",
    "not_executed": "not executed: practices at place",
    "executed_later": "executed after the day of electing: practices at place",
}
CRITERIA = {"allowed_charges": "allowed charges", "patients": "patients", "services": "services"}
OF_FIGURES = ("figures",)
TIN_LISTED = "CMS data list the TIN"


def judged(rule: str, facts: Mapping[str, Any], *, figures: bool) -> list[tuple[str, str]]:
    """Return each fact as a label and its value in words, in the order of the labels: a database keeps none.

    Medicare figures are left out unless `figures`: they are the practice's own signer's and CMS staff's to see.
    """
    labels = LABELS | ({"listed": TIN_LISTED} if rule == "determination-available" else {})
    told = [name for name in labels if name in facts and (figures or name not in OF_FIGURES)]
    return [(labels[name], _value(facts[name])) for name in told]


def _value(value: Any) -> str:
    """Return a JSON value in words: a list is of places, a mapping of the low-volume criteria."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{word} {_of_criterion(name, value[name])}" for name, word in CRITERIA.items() if name in value
        )
    if isinstance(value, int):
        return f"{value:,}"
    return LEVELS.get(value) or _moment(value) or str(value)


def _of_criterion(name: str, value: Any) -> str:
    is_money = name == "allowed_charges" and value is not None and not isinstance(value, bool)
    return f"${Decimal(value):,}" if is_money else _value(value)


def _moment(value: str) -> str | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    local = moment.astimezone(EASTERN)
    return f"{in_words(local.date())}, {local:%H:%M} ET" if "T" in value else None
