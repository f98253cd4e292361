"""What must hold for the virtual group as a whole."""

import unicodedata
from collections import defaultdict
from datetime import timedelta
from itertools import combinations

from . import calendar, parameters
from .calendar import Window
from .facts import Proposal
from .identifiers import SSN
from .rule_results import ENTERED, RuleResult, be, met, not_met, places, rule

NOT_SEEN = "We haven’t seen CMS’s notice of the opening day yet."


@rule("two-or-more-practices", cite="414.1315(a)(1)", source=ENTERED)
def two_or_more_practices(proposal: Proposal, window: Window) -> RuleResult:
    """At least two different TINs are listed."""
    practices, fewest = len(proposal.practices), parameters.FEWEST_PRACTICES.for_year(proposal.performance_year)
    tins = {(practice.tin_kind, practice.tin) for practice in proposal.practices}
    ssns = [practice for practice in proposal.practices if practice.tin_kind == SSN]
    if len(tins) > 1 or any(not one.has_same_tin(other) for one, other in combinations(ssns, 2)):
        return met(f"{practices:,} practices are listed. A virtual group needs at least {fewest}.", practices=practices)
    listed = {0: "No practice is listed.", 1: "Only 1 practice is listed."}
    message = listed.get(practices, f"The {practices:,} practices listed have the same TIN.")
    if practices:
        remedy = f"Add a practice with a different TIN. A virtual group needs at least {fewest}."
    else:
        remedy = f"Add at least {fewest} practices, each with its own TIN."
    return not_met(message, remedy, practices=practices)


@rule("distinct-practices", cite="414.1315(a)(1)", source=ENTERED)
def distinct_practices(proposal: Proposal, window: Window) -> RuleResult:
    """No TIN is listed twice."""
    placed = list(enumerate(proposal.practices, 1))
    alike = defaultdict(list)
    for place, practice in placed:
        alike[practice.tin_kind, practice.tin].append((place, practice))
    twice = [
        place
        for place, practice in placed
        if any(other != place and practice.has_same_tin(it) for other, it in alike[practice.tin_kind, practice.tin])
    ]
    if not twice:
        return met("No TIN is listed twice.", listed_twice=[])
    message = f"{places('Practice', twice)} each have a TIN that another practice also has."
    return not_met(message, "Merge them so that each TIN is listed once, with all its clinicians.", listed_twice=twice)


@rule("election-window", cite="414.1315(b)", source="Election windows")
def election_window(proposal: Proposal, window: Window) -> RuleResult:
    """The moment lies in the election window."""
    opens = calendar.moment_in_words(window.opens)
    last_minute = calendar.moment_in_words(window.closes - timedelta(minutes=1))
    year = proposal.performance_year
    facts = {"opens": window.opens.isoformat(), "projected": window.is_projected, "closes": window.closes.isoformat()}
    note = f" {NOT_SEEN}" if window.is_projected else ""
    if proposal.at < window.opens:
        open_ = "are expected to open" if window.is_projected else "open"
        message = f"Elections for {year} {open_} {opens}.{note}"
        return not_met(message, "Prepare everything now. You can submit after the window opens.", **facts)
    if proposal.at >= window.closes:
        message = f"Elections for {year} closed {last_minute}."
        remedy = f"It is too late for {year}. You can elect for {year + 1} when its window opens."
        return not_met(message, remedy, **facts)
    opened = "were expected to open" if window.is_projected else "opened"
    return met(f"Elections for {year} {opened} {opens}, and close {last_minute}.{note}", **facts)


@rule("representative-named", cite="414.1315(c)(2)(ii)", source=ENTERED)
def representative_named(proposal: Proposal, window: Window) -> RuleResult:
    """The representative's name and e-mail address are given."""
    has_name, has_email = (not is_blank(text) for text in (proposal.representative.name, proposal.representative.email))
    facts = {"name": has_name, "email": has_email}
    if has_name and has_email:
        return met("The representative has a name and an email address.", **facts)
    missing = "name" if has_email else "email address" if has_name else "name and email address"
    are = be((not has_name) + (not has_email))
    return not_met(f"The representative’s {missing} {are} missing.", f"Enter the representative’s {missing}.", **facts)


@rule("agreement-acknowledged", cite="414.1315(c)(2)(i)", source=ENTERED)
def agreement_acknowledged(proposal: Proposal, window: Window) -> RuleResult:
    """It is acknowledged that a formal written agreement exists between the practices."""
    if proposal.agreement_acknowledged:
        return met("The group acknowledged that a written agreement exists between all practices.", acknowledged=True)
    return not_met(
        "The group has not acknowledged that a written agreement exists between all practices.",
        "Acknowledge it when you submit, after every practice has executed (signed) the agreement.",
        acknowledged=False,
    )


@rule("agreement-executed", cite="414.1315(c)(3)(ix)", source=ENTERED)
def agreement_executed(proposal: Proposal, window: Window) -> RuleResult:
    """Every practice executed the agreement no later than the day, in Eastern Time, of the moment."""
    dates = list(enumerate((practice.executed_on for practice in proposal.practices), 1))
    missing = [place for place, day in dates if day is None]
    # A day is no later than the day of a moment if it has begun by then.
    late = [place for place, day in dates if day and calendar.day_begins(day) > proposal.at]
    facts = {"practices": len(dates), "not_executed": missing, "executed_later": late}
    if not dates:
        remedy = "Add the practices. Then each practice must execute (sign) the agreement."
        return not_met("No practice is listed, so no practice has executed (signed) the agreement.", remedy, **facts)
    if missing or late:
        have = "has" if len(missing) == 1 else "have"
        said = [f"{places('Practice', missing)} {have} not executed (signed) the agreement yet."] if missing else []
        said += (
            [f"For {places('practice', late)}, the execution date is after the day of the election."] if late else []
        )
        remedy = (
            "Every practice must execute (sign) the agreement. If the practices sign on this site, see which ones still"
            " have to sign. If they sign somewhere else, such as on paper, enter the date each one signed. It cannot be"
            " later than today."
        )
        return not_met(" ".join(said), remedy, **facts)
    return met("Every practice executed (signed) the agreement on or before the day of the election (ET).", **facts)


def is_blank(text: str) -> bool:
    """Say whether nothing is left of a text without white space and Unicode's format and control characters."""
    return all(letter.isspace() or unicodedata.category(letter) in ("Cf", "Cc") for letter in text)
