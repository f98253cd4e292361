"""What must hold for the virtual group as a whole."""

import unicodedata
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import combinations

from . import calendar, parameters
from .calendar import Window
from .facts import Proposal
from .identifiers import SSN
from .rule_results import ENTERED, Judgement, be, met, not_met, places, rule

NOT_SEEN = "We have not seen CMS's notice of that day yet."


@rule("two-or-more-practices", cite="414.1315(a)(1)", source=ENTERED)
def two_or_more_practices(proposal: Proposal, window: Window) -> Judgement:
    """At least two different TINs are listed."""
    practices, fewest = len(proposal.practices), parameters.FEWEST_PRACTICES.for_year(proposal.performance_year)
    tins = {(practice.tin_kind, practice.tin) for practice in proposal.practices}
    ssns = [practice for practice in proposal.practices if practice.tin_kind == SSN]
    if len(tins) > 1 or any(not one.has_same_tin(other) for one, other in combinations(ssns, 2)):
        return met(f"{practices:,} practices are listed. A virtual group has at least {fewest}.", practices=practices)
    listed = {0: "No practice is listed.", 1: "Only one practice is listed."}
    message = listed.get(practices, f"The {practices:,} practices listed have the same TIN.")
    remedy = f"Add a practice with another TIN: a virtual group has at least {fewest}."
    return not_met(message, remedy, practices=practices)


@rule("distinct-practices", cite="414.1315(a)(1)", source=ENTERED)
def distinct_practices(proposal: Proposal, window: Window) -> Judgement:
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
    message = f"{places('Practice', twice)} list a TIN that another one lists too."
    return not_met(message, "Merge them: list each TIN once, with all its clinicians.", listed_twice=twice)


@rule("election-window", cite="414.1315(b)", source="Election windows")
def election_window(proposal: Proposal, window: Window) -> Judgement:
    """The moment lies in the election window."""
    opens = _in_words(window.opens)
    last_minute = _in_words(window.closes - timedelta(minutes=1))
    year = proposal.performance_year
    facts = {"opens": window.opens.isoformat(), "projected": window.is_projected, "closes": window.closes.isoformat()}
    note = f" {NOT_SEEN}" if window.is_projected else ""
    if proposal.at < window.opens:
        open_ = "are expected to open" if window.is_projected else "open"
        message = f"Elections for {year} {open_} {opens}.{note}"
        return not_met(message, "Prepare everything now, and submit from that moment on.", **facts)
    if proposal.at >= window.closes:
        message = f"Elections for {year} closed {last_minute}."
        return not_met(message, f"It is too late for {year}. Elect for {year + 1} when its window opens.", **facts)
    opened = f"opened {opens}{' (expected)' if window.is_projected else ''}"
    return met(f"Elections for {year} {opened}, and close {last_minute}.{note}", **facts)


@rule("representative-named", cite="414.1315(c)(2)(ii)", source=ENTERED)
def representative_named(proposal: Proposal, window: Window) -> Judgement:
    """The representative's name and e-mail address are given."""
    has_name, has_email = (not is_blank(text) for text in (proposal.representative.name, proposal.representative.email))
    facts = {"name": has_name, "email": has_email}
    if has_name and has_email:
        return met("The representative is named, with an e-mail address.", **facts)
    missing = "name" if has_email else "e-mail address" if has_name else "name and e-mail address"
    are = be((not has_name) + (not has_email))
    return not_met(f"The representative's {missing} {are} not given.", f"Give the representative's {missing}.", **facts)


@rule("agreement-acknowledged", cite="414.1315(c)(2)(i)", source=ENTERED)
def agreement_acknowledged(proposal: Proposal, window: Window) -> Judgement:
    """It is acknowledged that a formal written agreement exists between the practices."""
    if proposal.agreement_acknowledged:
        return met("It is acknowledged that a written agreement exists between all practices.", acknowledged=True)
    return not_met(
        "It is not acknowledged that a written agreement exists between all practices.",
        "Acknowledge it once every practice has executed the agreement.",
        acknowledged=False,
    )


@rule("agreement-executed", cite="414.1315(c)(3)(ix)", source=ENTERED)
def agreement_executed(proposal: Proposal, window: Window) -> Judgement:
    """Every practice executed the agreement no later than the day, in Eastern Time, of the moment."""
    dates = list(enumerate((practice.executed_on for practice in proposal.practices), 1))
    missing = [place for place, day in dates if day is None]
    # A day is no later than the day of a moment if it has begun by then.
    late = [place for place, day in dates if day and calendar.day_begins(day) > proposal.at]
    facts = {"practices": len(dates), "not_executed": missing, "executed_later": late}
    if not dates:
        return not_met("No practice is listed.", "Add the practices, and have each execute the agreement.", **facts)
    if missing or late:
        said = [f"No execution date is given for {places('practice', missing)}."] if missing else []
        said += [f"The date lies after the day of electing for {places('practice', late)}."] if late else []
        remedy = "Have every practice execute the agreement. Where it did so elsewhere, give the day, not after today."
        return not_met(" ".join(said), remedy, **facts)
    return met("Every practice has executed the agreement, none later than the day of electing (ET).", **facts)


def is_blank(text: str) -> bool:
    """Say whether nothing is left of a text without white space and Unicode's format and control characters."""
    return all(letter.isspace() or unicodedata.category(letter) in ("Cf", "Cc") for letter in text)


def _in_words(moment: datetime) -> str:
    local = moment.astimezone(calendar.EASTERN)
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{calendar.in_words(local.date())}, {local.hour % 12 or 12}:{local:%M} {half} ET"
