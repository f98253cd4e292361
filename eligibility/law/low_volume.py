"""The low-volume threshold of a practice, and the opt-in where it exceeds some criteria and not others.

From performance year 2019 there is a third criterion, and one exceeded is enough, as an opt-in: the rules before and
after stand side by side. "Exceeds" is strict.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from . import parameters
from .facts import Practice, Setting
from .parameters import Parameter
from .practice_rules import no_data
from .rule_results import (
    CMS_DATA,
    CONTEST,
    ENTERED,
    OR_LEAVE_OUT,
    SUBMIT_ANYWAY,
    RuleResult,
    cannot_tell,
    met,
    not_applicable,
    not_met,
    rule,
)

THRESHOLD_2018: dict[str, Parameter[int]] = {
    "allowed_charges": parameters.CHARGES_LIMIT,
    "patients": parameters.PATIENTS_LIMIT,
}
THRESHOLD_2019: dict[str, Parameter[int]] = {**THRESHOLD_2018, "services": parameters.SERVICES_LIMIT}
WORDS = {
    "allowed_charges": "${:,} in allowed charges",
    "patients": "{:,} patients",
    "services": "{:,} covered professional services",
}
Named: TypeAlias = dict[bool | None, list[str]]
"""Limits in words, by the side on which a practice stands of them."""

OPT_IN_FINAL = "Until the deadline the election can be changed or withdrawn. After that the opt-in cannot be undone."
START = {True: "It exceeds", False: "It does not exceed", None: "CMS data do not show whether it exceeds"}


class Sides(NamedTuple):
    """On which side of each limit a practice stands, by criterion: True exceeds, None is not known.

    `level` says whose figures are judged: a solo practitioner's own, or the whole TIN's; None without CMS data.
    """

    level: str | None
    figures: dict[str, Decimal | int | None]
    limits: dict[str, int]
    exceeds: dict[str, bool | None]

    def number(self, side: bool | None) -> int:
        """Return the number of criteria on a side of their limits."""
        return list(self.exceeds.values()).count(side)

    def in_words(self) -> str:
        """Return a sentence for each side that has limits. The figures themselves are never told."""
        limits: Named = {True: [], False: [], None: []}
        for name, side in self.exceeds.items():
            limits[side].append(WORDS[name].format(self.limits[name]))
        said = [f"{START[side]} {_listed(named, 'and' if side else 'or')}." for side, named in limits.items() if named]
        if self.level == "clinician":
            said.append("For a solo practitioner, the clinician’s own figures count.")
        return " ".join(said)

    @property
    def is_opt_in_eligible(self) -> bool:
        """Say whether a criterion is known to be exceeded, and another known not to be."""
        return self.number(True) > 0 and self.number(False) > 0

    @property
    def is_settled(self) -> bool:
        """Say whether it is known that all criteria are exceeded, none is, or some are and some are not."""
        return self.is_opt_in_eligible or self.number(None) == 0

    def facts(self) -> dict[str, object]:
        """Return the facts that were judged. `figures` are for the practice's own signer and CMS staff only."""
        charges = self.figures["allowed_charges"]
        figures = {**self.figures, "allowed_charges": None if charges is None else str(charges)}
        return {"level": self.level, "exceeds": self.exceeds, "limits": self.limits, "figures": figures}


def sides_in_words(facts: Mapping[str, Any]) -> str:
    """Return the sentences about the limits from the facts of a finding on them."""
    return Sides(facts["level"], {}, facts["limits"], facts["exceeds"]).in_words()


def sides(setting: Setting, practice: Practice, threshold: dict[str, Parameter[int]]) -> Sides:
    """Compare a practice's figures with a threshold's limits: the clinician's own where one NPI bills under the TIN."""
    data = practice.data
    solo = data is not None and len(data.npis) == 1
    source = data.clinicians[0] if data is not None and solo else data
    found = Sides(None if data is None else "clinician" if solo else "practice", {}, {}, {})
    for name, parameter in threshold.items():
        figure, limit = getattr(source, name, None), parameter.for_year(setting.performance_year)
        found.figures[name], found.limits[name] = figure, limit
        found.exceeds[name] = None if figure is None else figure > limit
    return found


def _listed(limits: list[str], joint: str) -> str:
    return f" {joint} ".join([", ".join(limits[:-1]), limits[-1]] if len(limits) > 1 else limits)


@rule("low-volume-threshold", cite="414.1305, 414.1310(b)(1)(iii)", source=CMS_DATA)
def low_volume_threshold_2018(setting: Setting, practice: Practice) -> RuleResult:
    """Both criteria are exceeded; services play no part."""
    found = sides(setting, practice, THRESHOLD_2018)
    if practice.data is None:
        return no_data(setting, practice, **found.facts())
    message = f"A practice must exceed both low-volume limits. {found.in_words()}"
    if found.number(False):
        return not_met(message, CONTEST, **found.facts())
    if found.number(None):
        return cannot_tell(message, SUBMIT_ANYWAY, **found.facts())
    return met(message, **found.facts())


@rule("low-volume-threshold", cite="414.1305, 414.1310(b)(1)(iii)", since=2019, source=CMS_DATA)
def low_volume_threshold(setting: Setting, practice: Practice) -> RuleResult:
    """At least one of three criteria is exceeded."""
    found = sides(setting, practice, THRESHOLD_2019)
    if practice.data is None:
        return no_data(setting, practice, **found.facts())
    message = f"A practice must exceed at least 1 of the {len(found.limits)} low-volume limits. {found.in_words()}"
    if found.number(True):
        return met(message, **found.facts())
    if found.number(None):
        return cannot_tell(message, SUBMIT_ANYWAY, **found.facts())
    return not_met(message, CONTEST, **found.facts())


@cache
def opt_in_means(performance_year: int) -> str:
    """Return the sentences about when an opt-in is final and its effect on payments, the same on every page."""
    return f"{OPT_IN_FINAL} {opt_in_pays(performance_year)}"


@cache
def opt_in_pays(performance_year: int) -> str:
    """Return the sentences about an opt-in's effect on payments."""
    most = parameters.ADJUSTMENT_PERCENT.for_year(performance_year)
    scaling = parameters.SCALING_MOST.for_year(performance_year)
    paid = performance_year + parameters.PAYMENT_YEAR.for_year(performance_year)
    is_projected = parameters.ADJUSTMENT_PERCENT.is_projected(performance_year)
    expected = f" These figures are expected for {performance_year}." if is_projected else ""
    return (
        f"Medicare payments in {paid} can then go down by at most {most} percent. They can go up by at most {most}"
        f" percent times CMS’s scaling factor, which is never above {scaling}.{expected}"
    )


@rule("opt-in-accepted", cite="414.1310(b)(1)(iii)(A)", source=ENTERED)
def opt_in_accepted_2018(setting: Setting, practice: Practice) -> RuleResult:
    """There was no opt-in before 2019."""
    message = "Before performance year 2019, a practice could not opt in to MIPS."
    return not_applicable(message, accepted=practice.opt_in_accepted)


@rule("opt-in-accepted", cite="414.1310(b)(1)(iii)(A)", since=2019, source=f"{CMS_DATA} and what was entered")
def opt_in_accepted(setting: Setting, practice: Practice) -> RuleResult:
    """A practice that exceeds some criteria and not others has accepted that taking part is its opt-in."""
    found = sides(setting, practice, THRESHOLD_2019)
    accepted, year = practice.opt_in_accepted, setting.performance_year
    is_settled, is_eligible = found.is_settled, found.is_opt_in_eligible
    facts = {"opt_in_eligible": is_eligible if is_settled else None, "accepted": accepted}
    final = f"its decision to opt in to MIPS for {year}. {opt_in_means(year)}"
    accept = f"Ask the practice’s signer to read this and accept the opt-in. {OR_LEAVE_OUT}"
    if is_settled and not is_eligible:
        if found.number(True):
            return not_applicable(
                "This practice exceeds all of the low-volume limits. It does not need to opt in.", **facts
            )
        return not_applicable("This practice exceeds none of the low-volume limits. It cannot opt in.", **facts)
    if not is_settled:
        message = f"We don’t know yet whether this practice is opt-in eligible. If it is, taking part is {final}"
        if accepted:
            return met(f"{message} The practice has accepted the opt-in.", **facts)
        return cannot_tell(message, f"Ask the practice’s signer to accept the opt-in now. {SUBMIT_ANYWAY}", **facts)
    exceeded = f"{found.number(True)} of the {len(found.limits)} low-volume limits"
    message = f"This practice exceeds {exceeded}. Taking part here is {final}"
    if accepted:
        return met(f"{message} The practice has accepted the opt-in.", **facts)
    return not_met(f"{message} The practice has not accepted the opt-in.", accept, **facts)
