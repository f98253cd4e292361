"""Why an election is rejected: findings that the reviewer picked, each with its paragraph, then their own words."""

from collections.abc import Iterable, Mapping

from eligibility.law.determination import Finding
from eligibility.law.fact_labels import OUTCOME_WORDS
from eligibility.law.rules import rule_name

from ..ledger import OVERRIDDEN, SETTLED, WHOLE, overrides_of
from ..models import Election
from ..readiness import JudgedElection
from ..verbs import Refused

Named = Mapping[str, tuple[str, Finding]]
"""Findings, each by its key, with the name of its practice."""

CHOOSE_AGAIN = "Nothing was decided. Choose again."


def named_findings(judged_election: JudgedElection) -> Named:
    """Return all findings."""
    names = judged_election.snapshot.practice_names
    return {
        f"{'all' if finding.practice is None else finding.practice}:{finding.rule}": (
            WHOLE if finding.practice is None else names[finding.practice],
            finding,
        )
        for finding in judged_election.findings
    }


def pickable(election: Election, judged_election: JudgedElection) -> Named:
    """Return the findings that are not met or cannot be told now, and that no lead reviewer let stand."""
    written = overrides_of(election, judged_election.snapshot)
    return {
        key: (name, finding)
        for key, (name, finding) in named_findings(judged_election).items()
        if finding.outcome not in SETTLED and (finding.practice, finding.rule) not in written
    }


def no_longer_offered(findings: Named, offered: Named, picked: Iterable[str]) -> list[str]:
    """Return a sentence for each key among those picked that is not offered: which finding it is, and its result."""
    return [_gone(findings.get(key)) for key in dict.fromkeys(picked) if key not in offered]


def _gone(named: tuple[str, Finding] | None) -> str:
    if named is None:
        return "You chose a finding that this election does not have."
    name, finding = named
    result = OUTCOME_WORDS[finding.outcome].lower() if finding.outcome in SETTLED else OVERRIDDEN
    return f"You chose “{rule_name(finding.rule)}” of {name}. Its result is “{result}” now, so the email can’t name it."


def chosen(*, findings: Named, offered: Named, picked: Iterable[str]) -> list[tuple[str, Finding]]:
    """Return the findings with these keys in the ledger's order. Raises Refused where one is no longer offered."""
    keys = set(picked)
    if gone := no_longer_offered(findings, offered, picked):
        raise Refused(*gone, CHOOSE_AGAIN)
    return [named for key, named in offered.items() if key in keys]


def in_words(findings: Iterable[tuple[str, Finding]], words: str) -> str:
    """Return the reasons as the representative reads them. Raises Refused where there are none."""
    picked = "\n".join(f"- {sentence(*named)}" for named in findings)
    if not picked and not words.strip():
        raise Refused("Choose a finding or enter your reasons. The representative reads them in the email.")
    return "\n\n".join(part for part in (picked, words.strip()) if part)


def sentence(name: str, finding: Finding) -> str:
    """Return a finding as a reason: whose it is, what is wrong, and the paragraph."""
    return f"{name}: {finding.message} ({finding.cite})"
