"""One election as a reviewer reads it: what needs thought, the roster against CMS data, what changed since."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agreements.models import KnownBy
from agreements.text.coverage import uncovered
from agreements.text.provisions import Provision, marked
from eligibility.data import nppes
from eligibility.law.determination import Finding, Outcome
from eligibility.law.rule_results import CMS_DATA, NPPES

from ..content import PracticeEntry, Snapshot
from ..ledger import SETTLED, WHOLE, frozen
from ..models import Claim, Correction, Election, Submission, Update
from ..readiness import WAITS_FOR_REVIEW, JudgedElection, keys_of
from ..signing.flags import flags_of
from ..submission.differences import differences as changes


@dataclass(frozen=True, slots=True)
class NpiComparison:
    """One NPI of a practice: declared in the submission, shown by CMS data (None: no data), there today."""

    npi: str
    name: str
    declared: bool
    in_cms_data: bool | None
    today: bool

    @property
    def differs(self) -> bool:
        return self.in_cms_data not in (None, self.declared) or self.today != self.declared


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding that is another now than when the election was submitted, as it was and as it is, and why it changed.

    `before` is None where the rule was not judged then.
    """

    practice: str
    before: Finding | None
    now: Finding
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PracticePacket:
    """One practice: what was declared, its roster, how we knew its signer, and what to look at in the signature."""

    entry: PracticeEntry
    roster: list[NpiComparison]
    known_by: str
    flags: tuple[str, ...]


def practices(snapshot: Snapshot, now: JudgedElection) -> list[PracticePacket]:
    """Return the practices of a submission, each with its roster against CMS data and against the roster of today."""
    shown = [practice.data.npis if practice.data else None for practice in now.proposal.practices]
    today = [set(entry.npis) for entry in now.snapshot.practices]
    everyone = {npi for entry in snapshot.practices for npi in entry.npis}.union(*(npis for npis in shown if npis))
    found = {**now.names, **nppes.names(everyone - now.names.keys())}
    names = {npi: str(name) for npi, name in found.items()}
    rosters = [_roster(*each, names) for each in zip(snapshot.practices, shown, today, strict=True)]
    return [
        PracticePacket(entry, roster, KnownBy(entry.signed.known_by).label if entry.signed else "", flags)
        for entry, roster, flags in zip(snapshot.practices, rosters, flags_of(snapshot), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of an agreement's text without reading it; `own` are the fingerprint and pages of the group's own.

    None where the text is ours. `group` is what the agreement calls the group: it may have another name since. `things`
    are the nine, each with what our text lacks of it or, of the group's own agreement, where the group marked it.
    """

    things: Sequence[tuple[Provision, list[str] | str]]
    group: str
    own: dict[str, Any] | None

    @property
    def gaps(self) -> bool:
        """True if a required item is lacking, or not marked in the group's own agreement."""
        return any(bool(what) != bool(self.own) for _, what in self.things)


def coverage(submission: Submission) -> Coverage:
    """Return the agreement's coverage of the nine required items; never its text, nor its file's name."""
    content = json.loads(submission.document.snapshot)
    if own := content.get("own"):
        told = {"sha256": own["sha256"], "pages": own["pages"]}
        return Coverage(marked(own["marks"]), content["virtual_group"], told)
    return Coverage(uncovered(content), content["virtual_group"], None)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: its claim, the practice as its election last submitted it, and who represents it now.

    `entry` is None where the election does not name the practice any more; `known_by` says how its signer was known.
    """

    claim: Claim
    entry: PracticeEntry | None
    known_by: str
    received_at: datetime | None


def side_of(claim: Claim) -> Side:
    """Return the side of the election that this claim is of."""
    submission = claim.election.last_submission
    entries = Snapshot.of_submission(submission).practices if submission else ()
    entry = next((entry for entry in entries if claim.tin_key in keys_of(entry)), None)
    known_by = KnownBy(entry.signed.known_by).label if entry and entry.signed else ""
    return Side(claim, entry, known_by, submission.received_at if submission else None)


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


@dataclass(frozen=True, slots=True)
class Since:
    """What came with a submission that replaced another: the correction it answers, if any, and what it says anew."""

    number: int
    correction: Correction | None
    differences: list[str]


def since_the_last(submission: Submission, snapshot: Snapshot) -> Since | None:
    """Return what changed since the submission before; None where this is the first."""
    before = submission.election.submissions.filter(number=submission.number - 1).first()
    if before is None:
        return None
    answered = Correction.objects.filter(answered_in=submission).prefetch_related("requests__answered_by").first()
    return Since(before.number, answered, changes(Snapshot.of_submission(before), snapshot))


def all_clear(now: JudgedElection, practices: Sequence[PracticePacket]) -> str | None:
    """Return the sentence that nothing needs thought, in numbers; None if a finding, a roster or a signature does."""
    outcomes = [finding.outcome for finding in now.findings]
    rows = [row for practice in practices for row in practice.roster]
    if any(outcome not in SETTLED for outcome in outcomes) or any(practice.flags for practice in practices):
        return None
    if any(row.differs or row.in_cms_data is None for row in rows):
        return None
    met, executed = outcomes.count(Outcome.MET), sum(bool(practice.entry.executed_on) for practice in practices)
    return (
        f"Nothing to decide: {met} of {len(outcomes)} findings met, {len(outcomes) - met} do not apply, rosters equal,"
        f" {executed} of {len(practices)} practices executed the agreement."
    )


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


def updates(election: Election) -> list[tuple[Update, list[str]]]:
    """Return all updates of the election, each with the practice names of its submission."""
    reported = list(Update.objects.filter(submission__election=election).select_related("reported_by", "submission"))
    submissions = {update.submission_id: update.submission for update in reported}
    names = {key: Snapshot.of_submission(submission).practice_names for key, submission in submissions.items()}
    return [(update, names[update.submission_id]) for update in reported]


def _roster(
    entry: PracticeEntry, shown: frozenset[str] | None, today: set[str], names: dict[str, str]
) -> list[NpiComparison]:
    return [
        NpiComparison(npi, names.get(npi, ""), npi in entry.npis, None if shown is None else npi in shown, npi in today)
        for npi in sorted({*entry.npis, *(shown or ()), *today})
    ]
