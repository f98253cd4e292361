"""Checking a group without an account: what was typed is encrypted in a row whose key is only in the visitor's cookie.

A row is deleted a day after it was begun.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from eligibility.law.calendar import Window
from eligibility.law.determination import Finding, Outcome, Preview, preview
from eligibility.law.identifiers import SSN
from eligibility.law.parameters import READMISSION_CASES, READMISSION_CLINICIANS, SMALL_PRACTICE
from eligibility.law.rule_results import CMS_DATA, count
from eligibility.law.rules import CONTESTABLE

from ..content import PracticeEntry, Snapshot
from ..drafts import cookie_encryption
from ..drafts.cookie_encryption import RETENTION, decrypt, encrypt, row_key
from ..models import CookieRow
from ..readiness import ACKNOWLEDGED, AGREEMENT_RULES, REPRESENTATIVE_RULES, JudgedElection

COOKIE = "sandbox"
MOST_PRACTICES = 50
MOST_NPIS = 1000
ASKED_LATER = AGREEMENT_RULES | REPRESENTATIVE_RULES | {ACKNOWLEDGED}
NO_SSN = "We don’t check Social Security numbers here, so we can’t answer this without an account."
IN_AN_ELECTION = "After you start an election:"
WITH_ACCOUNT = "Save this and start an election to see what CMS data show."


class Full(Exception):
    """More than one may check without an account."""


def read(token: str, *, now: datetime) -> list[PracticeEntry]:
    """Return the practices typed so far; none where there is no such row, it is a day old, or it does not open."""
    return _entries(cookie_encryption.read(token, COOKIE, now=now))


@transaction.atomic
def put(token: str, position: int | None, entry: PracticeEntry, *, now: datetime) -> int:
    """Keep a practice at its position, None: behind the others; return its position. Raises Full, IndexError."""
    row, entries = _locked(token, now)
    if position is None:
        position = len(entries)
        entries.append(entry)
    else:
        entries[position] = entry
    if len(entries) > MOST_PRACTICES or sum(len(each.npis) for each in entries) > MOST_NPIS:
        raise Full
    _seal(row, entries, token)
    return position


@transaction.atomic
def remove(token: str, position: int, *, now: datetime) -> None:
    """Take a practice out; one that is gone already stays gone."""
    row, entries = _locked(token, now)
    del entries[position : position + 1]
    _seal(row, entries, token)


def snapshot_of(entries: Sequence[PracticeEntry], performance_year: int) -> Snapshot:
    """Return the practices as an election of which nothing else is known."""
    return Snapshot(performance_year, "", "", "", "", False, tuple(entries))


@dataclass(frozen=True, slots=True)
class AsAGroup:
    """What the virtual group would be, by which numbers, and what it would be without one of its practices."""

    preview: Preview
    most_of_small: int
    readmission_measure: bool
    readmission_clinicians: int
    readmission_cases: int
    without: tuple[tuple[str, tuple[str, ...]], ...]


WORDS = {
    "small_practice": "a small practice",
    "non_patient_facing": "non-patient facing",
    "hospital_based": "hospital-based",
    "rural": "a rural practice",
    "hpsa": "a practice in a Health Professional Shortage Area (HPSA)",
}


def as_a_group(judged_election: JudgedElection) -> AsAGroup | None:
    """Return the virtual group's preview; None if the viewer may not know a practice's CMS data."""
    whole = judged_election.determination.preview
    if whole is None:
        return None
    practices = judged_election.proposal.practices
    without = []
    for position, practice in enumerate(practices if len(practices) > 2 else ()):
        others = practices[:position] + practices[position + 1 :]
        rest = preview(replace(judged_election.proposal, practices=others))
        if rest is not None:
            name = practice.name or f"Practice {position + 1}"
            without.append((name, tuple(_changes(whole, rest, judged_election.proposal.performance_year))))
    year = judged_election.proposal.performance_year
    return AsAGroup(
        preview=whole,
        most_of_small=SMALL_PRACTICE.for_year(year),
        readmission_measure=_is_measured(whole, year),
        readmission_clinicians=READMISSION_CLINICIANS.for_year(year),
        readmission_cases=READMISSION_CASES.for_year(year),
        without=tuple(without),
    )


def asked_here(judged_election: JudgedElection, window: Window) -> list[Finding]:
    """Return the findings of what someone without an account is asked; of the TIN of an SSN, that it is not checked.

    That a window opens later is no obstacle.
    """
    later = ASKED_LATER | ({"election-window"} if judged_election.judged_at < window.opens else set())
    practices = judged_election.snapshot.practices
    return [
        finding._replace(message=NO_SSN, remedy=WITH_ACCOUNT, facts={}, source="Not checked without an account")
        if finding.practice is not None
        and practices[finding.practice].tin_kind == SSN
        and finding.outcome == Outcome.CANNOT_TELL
        and finding.source.startswith(CMS_DATA)
        else _in_an_election(finding)
        for finding in judged_election.findings
        if finding.rule not in later
    ]


def _in_an_election(finding: Finding) -> Finding:
    """Return a finding whose remedy says that it is contested in an election, not here."""
    elsewhere = finding.rule in CONTESTABLE
    return finding._replace(remedy=f"{IN_AN_ELECTION} {finding.remedy}") if elsewhere and finding.remedy else finding


def is_all_ssns(asked: Sequence[Finding], entries: Sequence[PracticeEntry]) -> bool:
    """Say whether all that cannot be told is of practices that bill under an SSN."""
    untold = {finding.practice for finding in asked if finding.outcome == Outcome.CANNOT_TELL}
    return all(place is not None and entries[place].tin_kind == SSN for place in untold)


def opting_in(judged_election: JudgedElection) -> dict[int, Finding]:
    """Return the findings on practices that would opt in to MIPS, by position, as far as who asks may know it."""
    return {
        finding.practice: finding
        for finding in judged_election.findings
        if finding.practice is not None and finding.facts.get("opt_in_eligible")
    }


def verdict(asked: Sequence[Finding]) -> tuple[Outcome, int]:
    """Return the outcome of these findings as a whole, and how many things are to mend, or cannot be told."""
    outcomes = [finding.outcome for finding in asked]
    for outcome in (Outcome.NOT_MET, Outcome.CANNOT_TELL):
        if outcome in outcomes:
            return outcome, outcomes.count(outcome)
    return Outcome.MET, 0


def _changes(whole: Preview, rest: Preview, performance_year: int) -> list[str]:
    """Return the differences in words if one practice is left out."""
    said = [count(rest.clinicians, "clinician")]
    for name, words in WORDS.items():
        if getattr(whole, name) != getattr(rest, name):
            said.append(f"now {words}" if getattr(rest, name) else f"no longer {words}")
    if _is_measured(whole, performance_year) and not _is_measured(rest, performance_year):
        said.append("the readmission measure no longer applies")
    return said


def _is_measured(group: Preview, performance_year: int) -> bool:
    return group.clinicians > READMISSION_CLINICIANS.for_year(performance_year)


def _locked(token: str, now: datetime) -> tuple[CookieRow, list[PracticeEntry]]:
    """Return the row, begun where there is none, locked against another tab."""
    pk = row_key(token, COOKIE)
    CookieRow.objects.filter(pk=pk, created_at__lte=now - RETENTION).delete()
    CookieRow.objects.bulk_create([CookieRow(pk, _encrypted([], token), now)], ignore_conflicts=True)
    row = CookieRow.objects.select_for_update().get(pk=pk)
    return row, _entries(decrypt(bytes(row.sealed), token, COOKIE))


def _seal(row: CookieRow, entries: list[PracticeEntry], token: str) -> None:
    row.sealed = _encrypted(entries, token)
    row.save(update_fields=["sealed"])


def _encrypted(entries: list[PracticeEntry], token: str) -> bytes:
    kept = [[entry.name, entry.tin_kind, entry.tin, list(entry.npis)] for entry in entries]
    return encrypt(json.dumps(kept).encode(), token, COOKIE)


def _entries(opened: bytes | None) -> list[PracticeEntry]:
    return [entry_of(name, kind, tin, npis) for name, kind, tin, npis in json.loads(opened or "[]")]


def entry_of(name: str, tin_kind: str, tin: str, npis: Sequence[str]) -> PracticeEntry:
    """Return a practice of which nothing is known but these."""
    return PracticeEntry(name, tin_kind, tin, tuple(npis), None, "", "", False)
