"""What the regulation says of an election: facts gathered for the law, judged, kept as a ledger."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from accounts.models import User
from eligibility.data import cms_data, disclosure, nppes, windows
from eligibility.data.nppes import NppesName
from eligibility.law import facts
from eligibility.law.calendar import Window
from eligibility.law.determination import Determination, Entries, Finding, Outcome, determine, judge_practice
from eligibility.law.identifiers import SSN
from eligibility.law.rule_results import CMS_DATA, RuleResult
from eligibility.law.rules import PRACTICE_RULES
from eligibility.law.virtual_group_rules import is_blank
from eligibility.models import LoadRun
from ground.sql import joined, rows
from ground.templatetags.et import et_date

from .content import PracticeEntry, Snapshot
from .models import Claim, Election, Submission
from .states import WITH_CMS

# A statement of our own, as that of NPPES: a group of 200 practices has as many keys.
HELD = """
SELECT tin_key, id FROM elections_claim
WHERE performance_year = %s AND state = 'held' AND tin_key = ANY(string_to_array(%s, ','))
  AND election_id IS DISTINCT FROM %s
"""
MOST_REMEMBERED = 5_000  # practices, of some kilobytes each: pages of a group are opened again and again
WAITS_FOR_REVIEW = "one-virtual-group"  # its claim waits instead of stopping a submission (design: one TIN)


class Audience(Enum):
    """Who sees an answer, where that is no account."""

    CMS = "everything is known to it"
    ANYBODY = "no one signed in"


@dataclass(frozen=True)
class JudgedElection:
    """A determination, what it was judged on, and when."""

    snapshot: Snapshot
    determination: Determination
    judged_at: datetime
    proposal: facts.Proposal
    names: Mapping[str, NppesName] = field(default_factory=dict, repr=False)  # by NPI
    holders: Mapping[str, int] = field(default_factory=dict, repr=False)  # by TIN key: other elections' claims
    data_run: int | None = None  # of CMS data
    data_since: datetime | None = None  # when they came into use

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.determination.findings

    def for_practice(self, position: int | None) -> list[Finding]:
        """Return the findings of one practice by its position, or of the whole virtual group for None."""
        return [finding for finding in self.findings if finding.practice == position]

    @property
    def not_met(self) -> list[Finding]:
        """The findings that refuse an approval, unless overridden; a claim that waits is looked at by itself."""
        return [f for f in self.findings if f.outcome == Outcome.NOT_MET and f.rule != WAITS_FOR_REVIEW]

    @cached_property
    def blocking(self) -> list[Finding]:
        """The findings that refuse a submission: not met, and not contested."""
        return [finding for finding in self.not_met if not self.is_contested(finding)]

    def is_contested(self, finding: Finding) -> bool:
        """Say whether the representative contests this finding."""
        contests = () if finding.practice is None else self.snapshot.practices[finding.practice].contests
        return finding.rule in dict(contests)

    def ledger(self) -> dict[str, Any]:
        """Return the ledger that is frozen with a submission or decision. It is JSON but for decimals and dates."""
        preview = self.determination.preview
        return {
            "outcome": self.determination.outcome,
            "judged_at": self.judged_at,
            "data_run": self.data_run,
            "findings": [finding._asdict() for finding in self.findings],
            "preview": asdict(preview) if preview else None,
        }


@dataclass(frozen=True)
class _Facts:
    """What the database says of a proposal at a moment, whoever asks."""

    snapshot: Snapshot
    at: datetime
    cms: cms_data.CmsData
    holders: dict[str, int]
    registry: dict[str, facts.RegistryEntry]
    names: dict[str, NppesName]
    window: Window


def judge(
    snapshot: Snapshot,
    *,
    election_id: uuid.UUID | None,
    at: datetime,
    by: User | Audience,
    address: str | None = None,
    run: LoadRun | None = None,
    window: Window | None = None,
) -> JudgedElection:
    """Judge a proposal at the moment `at`.

    `by` is who sees the answer: what they may not know counts as not known (design: what one may learn by asking), and
    without an account nothing is answered from the TIN of an SSN. `run` is of CMS data, None the active one; `window`
    is the year's that holds, None to read it.
    """
    gathered = _gather(snapshot, election_id, at, run, window)
    return _judge(gathered, _known(gathered, by, address))


def judge_submission(
    snapshot: Snapshot, election: Election, *, at: datetime, by: User, address: str | None = None
) -> tuple[JudgedElection, JudgedElection]:
    """Judge a proposal once for its submitter and once for CMS, on the same facts."""
    gathered = _gather(snapshot, election.pk, at, None, election.window)
    known = _known(gathered, by, address)
    seen = _judge(gathered, known)
    return seen, seen if all(known) else _judge(gathered, _known(gathered, Audience.CMS, None))


def _gather(
    snapshot: Snapshot, election_id: uuid.UUID | None, at: datetime, run: LoadRun | None, window: Window | None
) -> _Facts:
    year = snapshot.performance_year
    cms = cms_data.fetch(year, snapshot.practices, run=run)
    registry, names = nppes.listed({npi for entry in snapshot.practices for npi in entry.npis})
    return _Facts(
        snapshot=snapshot,
        at=at,
        cms=cms,
        holders=_holders(cms.keys, year, election_id),
        registry=registry,
        names=names,
        window=window or windows.window_for(year),
    )


def _known(gathered: _Facts, by: User | Audience, address: str | None) -> list[bool]:
    """Say of each practice whether who asks may be told of it."""
    practices = gathered.snapshot.practices
    if by is Audience.CMS:
        return [True] * len(practices)
    account = by if isinstance(by, User) else None
    year, data = gathered.snapshot.performance_year, gathered.cms.practices
    known = disclosure.known_practices(year, practices, by=account, address=address, data=data)
    if by is Audience.ANYBODY:
        return [may and entry.tin_kind != SSN for may, entry in zip(known, practices, strict=True)]
    return known


def _judge(gathered: _Facts, known: Sequence[bool]) -> JudgedElection:
    snapshot, cms = gathered.snapshot, gathered.cms
    practices = tuple(
        facts.Practice(
            name=entry.name,
            tin_kind=entry.tin_kind,
            tin=entry.tin,
            npis=entry.npis,
            executed_on=entry.executed_on,
            opt_in_accepted=entry.opt_in_accepted,
            claimed_elsewhere=not gathered.holders.keys().isdisjoint(keys) if may else None,
            data=found if may else None,
        )
        for entry, may, found, keys in zip(snapshot.practices, known, cms.practices, cms.keys, strict=True)
    )
    proposal = facts.Proposal(
        performance_year=snapshot.performance_year,
        at=gathered.at,
        representative=facts.Representative(
            snapshot.representative_name, snapshot.representative_email, snapshot.representative_phone
        ),
        agreement_acknowledged=snapshot.agreement_acknowledged,
        practices=practices,
        registry=gathered.registry,
    )
    determination = determine(proposal, gathered.window, _dated(cms.source), _judged)
    of_data = (cms.source.run, cms.source.active_since) if cms.source else ()
    return JudgedElection(snapshot, determination, gathered.at, proposal, gathered.names, gathered.holders, *of_data)


def to_check(submission: Submission, snapshot: Snapshot) -> list[str]:
    """Return the practices whose TIN CMS will check: those the submitter may not know of, or knows to be held."""
    return [snapshot.practices[finding["practice"]].name for finding in _to_check(submission)]


def waits_for_cms(election: Election, submission: Submission | None) -> bool:
    """Say whether CMS still has to check a TIN of this submission; once it is decided or withdrawn nothing is open."""
    undecided = election.public_status in WITH_CMS
    was_open = undecided and submission is not None and bool(_to_check(submission))
    return was_open and election.claims.filter(state=Claim.State.WAITING).exists()


def _to_check(submission: Submission) -> list[dict[str, Any]]:
    return [
        finding
        for finding in submission.submitter_ledger["findings"]
        if finding["rule"] == WAITS_FOR_REVIEW and finding["outcome"] != Outcome.MET
    ]


def keys_of(entry: PracticeEntry) -> tuple[str, ...]:
    """Return the keyed hashes that stand for a practice's TIN; none while it has no whole TIN."""
    return cms_data.keys_of(entry.tin_kind, entry.tin, entry.npis)


def _holders(keys: Sequence[Sequence[str]], performance_year: int, election_id: uuid.UUID | None) -> dict[str, int]:
    """Return the claims by which other elections hold TINs for the year, by the TINs' keys; one query."""
    asked = joined(key for of_practice in keys for key in of_practice)
    return {row.tin_key: row.id for row in rows(HELD, [performance_year, asked, election_id])}


def _judged(performance_year: int, practice: facts.Practice, entries: Entries) -> tuple[RuleResult, ...]:
    """Judge a practice; one that is known to whoever asks was often judged before, with the same facts.

    The others are judged each time, so that speed tells nobody what somebody else asked.
    """
    judge_it = judge_practice if practice.data is None else _remembered
    return judge_it(performance_year, practice, entries)


_remembered = lru_cache(maxsize=MOST_REMEMBERED)(judge_practice)


def _dated(source: cms_data.DataSource | None) -> dict[str, str]:
    """Return the sources with the date of the CMS data, by source: the law itself knows no loads."""
    if source is None:
        return {}
    words = {rule.source for rule in PRACTICE_RULES if CMS_DATA in rule.source}
    return {said: said.replace(CMS_DATA, f"{CMS_DATA} as of {et_date(source.active_since)}") for said in words}


ACKNOWLEDGED = "agreement-acknowledged"  # it is, with the submission
OPT_IN = "opt-in-accepted"
AGREEMENT_RULES = {OPT_IN, "agreement-executed"}
REPRESENTATIVE_RULES = {"representative-named"}
GROUP_RULES = {"two-or-more-practices", "distinct-practices"}


class Lack(NamedTuple):
    """Something that this site asks for beyond the law and does not have: its part of the review, and what to do."""

    part: str
    sentence: str


def lacks(snapshot: Snapshot) -> list[Lack]:
    """Return the entries missing for a submission, in the page's order: CMS has to name and reach the group.

    The law judges none of it (`determine`).
    """
    found = []
    if is_blank(snapshot.virtual_group_name):
        found.append(Lack("virtual_group", "The virtual group has no name. Give it any name you like."))
    if is_blank(snapshot.representative_phone):
        sentence = "The representative’s phone number is missing. Enter a number, or type “none”."
        found.append(Lack("representative", sentence))
    for number, entry in enumerate(snapshot.practices, start=1):
        if is_blank(entry.name):
            sentence = f"Practice {number} has no name. Enter the name Medicare has on file."
            found.append(Lack(f"practice-{number}", sentence))
    return found


def practice_problems(judged_election: JudgedElection) -> int:
    """Count what has to be fixed about the practices themselves: findings not met, names missing."""
    of_group = [finding for finding in judged_election.blocking if finding.rule in GROUP_RULES]
    return len(of_group) + sum(
        len(to_fix(judged_election, place)) for place in range(len(judged_election.snapshot.practices))
    )


def to_fix(judged_election: JudgedElection, position: int) -> list[str]:
    """Return the sentences that say what to fix about a practice, without its opt-in, which the agreement accepts."""
    found = [f.message for f in judged_election.blocking if f.practice == position and f.rule not in AGREEMENT_RULES]
    if is_blank(judged_election.snapshot.practices[position].name):
        found.append("It has no name yet. Enter the name Medicare has on file.")
    return found


def lacks_opt_in(judged_election: JudgedElection, position: int) -> bool:
    """Say whether a practice has to accept its opt-in, which it does with the agreement."""
    return any(f.practice == position and f.rule == OPT_IN for f in judged_election.blocking)
