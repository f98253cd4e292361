"""Why an election is rejected: findings that the reviewer picked, each with its paragraph, then their own words."""

from collections.abc import Iterable, Mapping

from eligibility.law.determination import Finding

from ..ledger import SETTLED, WHOLE, overrides_of
from ..models import Election
from ..readiness import JudgedElection
from ..verbs import Refused

Pickable = Mapping[str, tuple[str, Finding]]
"""The findings that a rejection may name, each by its key, with the name of its practice."""


def pickable(election: Election, judged_election: JudgedElection) -> Pickable:
    """Return the findings that are not met or cannot be told now, and that no lead reviewer let stand."""
    written = overrides_of(election, judged_election.snapshot)
    names = judged_election.snapshot.practice_names
    return {
        f"{'all' if finding.practice is None else finding.practice}:{finding.rule}": (
            WHOLE if finding.practice is None else names[finding.practice],
            finding,
        )
        for finding in judged_election.findings
        if finding.outcome not in SETTLED and (finding.practice, finding.rule) not in written
    }


def chosen(offered: Pickable, picked: Iterable[str]) -> list[tuple[str, Finding]]:
    """Return the findings with these keys in the ledger's order. Raises Refused where one is settled by now."""
    keys = set(picked)
    if keys - offered.keys():
        raise Refused("A finding you chose has another result now. Nothing was decided. Read the findings again.")
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
