"""What a document is made from: everything in it, frozen, and the fingerprint of that."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from eligibility.law import identifiers, parameters

from .provisions import NOTICE_DAYS, PROVISIONS, TEXT_VERSION, Choices, ChosenPart, Provision, chosen_parts

Snapshot = dict[str, Any]
Text = dict[str, Any]  # the part of a snapshot that is the same for all parties
NOTHING_CHOSEN = Choices()
UNNAMED = "Virtual group"


@dataclass(frozen=True, slots=True)
class PartyClinician:
    """A line of a party's schedule."""

    npi: str
    last_name: str = ""
    first_name: str = ""


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party as the agreement names it: an EIN whole, of a Social Security number the last digits only.

    `signature` is of one who signed here: name, title, signed_at (ISO 8601 with its offset), known_by, statement,
    and the fingerprints text_sha256, parties_sha256 and schedule_sha256.
    """

    name: str
    tin_kind: str
    tin: str
    clinicians: Sequence[PartyClinician]
    signer_name: str = ""
    signer_title: str = ""
    executed_on: date | None = None
    signature: Mapping[str, Any] | None = None


def build_snapshot(
    *,
    performance_year: int,
    virtual_group: str,
    representative_name: str,
    representative_email: str,
    parties: Sequence[PartyFacts],
    term: tuple[date, date] | None = None,
    choices: Choices = NOTHING_CHOSEN,
    text: Text | None = None,
) -> Snapshot:
    """Return all that an agreement's document says, the clauses included, as plain JSON values.

    `text` is what was frozen when it began to be signed, or the group's own (build_own_text); where None, it is made of
    `term` and `choices` (build_text). A frozen one names the group and its representative itself.
    Parties stay in the order given, clinicians are put in the order of their NPIs. Raises ValueError for a TIN that is
    none, without quoting it, and as build_text does.
    """
    return {
        "format": 1,
        "performance_year": performance_year,
        **build_names(virtual_group, representative_name, representative_email),
        "parties": [_party(party, performance_year) for party in parties],
        **(text or build_text(performance_year, choices, term)),
    }


def build_names(virtual_group: str, representative_name: str, representative_email: str) -> Text:
    """Return the part of the common text that says whose agreement it is."""
    return {
        "virtual_group": virtual_group or UNNAMED,
        "representative": {"name": representative_name, "email": representative_email},
    }


def build_text(performance_year: int, choices: Choices = NOTHING_CHOSEN, term: tuple[date, date] | None = None) -> Text:
    """Return the common text that all parties sign: its term, its clauses, and which version of ours they are.

    `term` is the first and last day; where None, the whole performance year, and on through the last year chosen.
    Raises ValueError for a term shorter than the performance period (42 CFR 414.1315(c)(3)(ii));
    UnknownPerformanceYearError.
    """
    first, last = _term(performance_year, choices, term)
    blanks = {
        "performance_year": performance_year,
        "payment_year": performance_year + parameters.PAYMENT_YEAR.for_year(performance_year),
        "notice_days": NOTICE_DAYS.for_year(performance_year),
        "term_from": _long_date(first),
        "term_to": _long_date(last),
    }
    chosen = chosen_parts(choices)
    return {
        "term": {"from": first.isoformat(), "to": last.isoformat()},
        "text_version": TEXT_VERSION,
        "provisions": [_provision(provision, blanks, chosen) for provision in PROVISIONS],
    }


def build_own_text(performance_year: int, choices: Choices, own: Mapping[str, Any]) -> Text:
    """Return the common text where the parties wrote it themselves: which file, where it does what, and the term.

    `own` are the file's SHA-256, name and pages, and the marks by item. Raises as build_text does.
    """
    first, last = _term(performance_year, choices, None)
    return {"own": dict(own), "term": {"from": first.isoformat(), "to": last.isoformat()}}


def _term(performance_year: int, choices: Choices, term: tuple[date, date] | None) -> tuple[date, date]:
    year_first, year_last = date(performance_year, 1, 1), date(performance_year, 12, 31)
    first, last = term or (year_first, date(choices.last_year or performance_year, 12, 31))
    if first > year_first or last < year_last:
        raise ValueError("The term must cover the whole performance period.")
    return first, last


def canonical_json(snapshot: Snapshot | Text) -> str:
    """Return the one way to write a snapshot: sorted keys, no spaces, characters as they are."""
    return json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def fingerprint(snapshot: Snapshot) -> str:
    """Return the SHA-256 of a snapshot's canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(snapshot).encode()).hexdigest()


def _provision(provision: Provision, blanks: dict[str, object], chosen: Sequence[ChosenPart]) -> dict[str, Any]:
    ours = [{"id": part.id, "clause": part.clause.format(**blanks), "listed": part.listed} for part in provision.parts]
    own = [{"id": part.id, "clause": part.clause, "listed": False} for part in chosen if part.item == provision.item]
    return {"item": provision.item, "citation": provision.citation, "heading": provision.heading, "parts": ours + own}


def _party(party: PartyFacts, performance_year: int) -> dict[str, Any]:
    ssn_digits = parameters.SSN_DIGITS.for_year(performance_year)
    if problem := identifiers.tin_problem(party.tin_kind, party.tin, ssn_digits=ssn_digits):
        raise ValueError(problem)
    signed = {"signature": dict(party.signature)} if party.signature else {}
    as_given = ("name", "tin_kind", "tin", "signer_name", "signer_title")
    return {
        **{name: getattr(party, name) for name in as_given},
        "npis": [asdict(one) for one in sorted(party.clinicians, key=attrgetter("npi"))],
        "executed_on": party.executed_on.isoformat() if party.executed_on else None,
        **signed,
    }


def _long_date(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
