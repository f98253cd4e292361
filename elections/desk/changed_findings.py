"""Findings that are others today than when the election was submitted, and dates that count for neither."""

from collections.abc import Iterator
from dataclasses import dataclass

from eligibility.law.determination import Finding
from eligibility.law.rule_results import CMS_DATA, NPPES

from ..content import PracticeEntry, Snapshot
from ..ledger import SETTLED, WHOLE, frozen
from ..models import Submission
from ..readiness import WAITS_FOR_REVIEW, JudgedElection


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding that is another now than when the election was submitted, as it was and as it is, and why it changed.

    `before` is None where the rule was not judged then.
    """

    practice: str
    before: Finding | None
    now: Finding
    why: tuple[str, ...]


def differences(submission: Submission, now: JudgedElection) -> list[Difference]:
    """Return the findings that changed between the submission and today's CMS data, rosters and claims.

    A changed message alone counts only if the finding is not met or cannot be told.
    """
    before = {(finding.rule, finding.practice): finding for finding in frozen(submission.ledger_for_cms)}
    declared, today = Snapshot.of_submission(submission).practices, now.snapshot.practices
    run = submission.ledger_for_cms.get("data_run")
    found = []
    for finding in now.findings:
        then = before.get((finding.rule, finding.practice))
        if then and then.outcome == finding.outcome and (finding.outcome in SETTLED or then.message == finding.message):
            continue
        name, why = WHOLE, ["The rules or the election window changed."]
        if finding.practice is not None:
            was, entry = declared[finding.practice], today[finding.practice]
            name, why = entry.name, [*_of_roster(was, entry), *_of_data(finding, run, now)] or why
        found.append(Difference(name, then, finding, tuple(why)))
    return found


def later_dates(now: JudgedElection) -> list[tuple[str, str]]:
    """Return each practice of whose NPIs NPPES has dates after the moment judged, and what was found of them."""
    names = now.snapshot.practice_names
    return [
        (names[finding.practice], finding.message)
        for finding in now.findings
        if finding.practice is not None and finding.facts.get("later")
    ]


def _of_roster(declared: PracticeEntry, today: PracticeEntry) -> Iterator[str]:
    joined, left = len({*today.npis} - {*declared.npis}), len({*declared.npis} - {*today.npis})
    if joined or left:
        yield f"Roster: {joined} joined and {left} left, as reported since then."


def _of_data(finding: Finding, run: int | None, now: JudgedElection) -> Iterator[str]:
    if finding.rule == WAITS_FOR_REVIEW:
        yield "Claim: another election claimed the TIN or released it."
    elif finding.source.startswith(NPPES):
        yield "NPPES: loaded again since then."
    elif finding.source.startswith(CMS_DATA) and run != now.data_run:
        yield f"CMS data: run {run or 'unknown'} then, run {now.data_run or 'none'} now."
