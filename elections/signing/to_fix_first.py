"""What is to fix before the links go out: a practice that is changed afterwards signs again."""

from dataclasses import dataclass

from ..agreement.actions import missing
from ..readiness import GROUP_RULES, JudgedElection, to_fix


@dataclass(frozen=True, slots=True)
class ThingToFix:
    """What is wrong, in a sentence, and with which practice: its id and name, None and empty for the whole group."""

    sentence: str
    member_id: int | None = None
    name: str = ""


def things_to_fix(judged_election: JudgedElection) -> list[ThingToFix]:
    """Return what is to fix of the practices; nothing while their list is not whole, for then no link is sent."""
    snapshot = judged_election.snapshot
    if missing(snapshot):
        return []
    return [
        *(
            ThingToFix(sentence, pk, entry.name)
            for position, (pk, entry) in enumerate(zip(snapshot.member_ids, snapshot.practices, strict=True))
            for sentence in to_fix(judged_election, position)
        ),
        *(ThingToFix(finding.message) for finding in judged_election.blocking if finding.rule in GROUP_RULES),
    ]
