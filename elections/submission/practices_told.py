"""Whose signers a submission is told to: of the practices it names, of those that are new, of those no longer named."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from eligibility.law.rule_results import count

from ..content import PracticeEntry, Snapshot
from ..models import Event, Submission
from ..objections import open_again, settle_of_gone
from ..same_practices import paired
from ..signers import Signer, signers_of, tell_replaced, tell_signers
from .differences import for_all_practices, for_one_practice

MOST_CHANGES = 20  # told in one mail


def tell_practices(
    event: Event,
    submission: Submission,
    snapshot: Snapshot,
    named: Sequence[Signer],
    before: Submission | None,
    *,
    apart_from: Collection[str],
    now: datetime,
) -> None:
    """Tell the signers of the practices that a submission names; `before` is the one it replaces, None for the first.

    `apart_from` get the receipt. They too are told if their own practice is no longer named; that settles what they
    said isn't right, until the practice is named again.
    """
    told: dict[str, Any] = {"now": now, "submission": submission}
    if before is None:
        tell_signers(event, "signer_submitted", named, apart_from=apart_from, **told)
        return
    submitted = Snapshot.of_submission(before)
    pairs, gone = paired(submitted, snapshot)
    staying, new = _in_two(named, [same for same, _ in pairs])
    changes = _at_most(for_all_practices(submitted, snapshot))
    tell_signers(event, "signer_revised", staying, apart_from=apart_from, changes=changes, **told)
    tell_signers(event, "signer_submitted", new, apart_from=apart_from, **told)
    were = signers_of(before, submitted)
    leaving = _leaving(were, gone, named)
    tell_signers(event, "signer_left", leaving, **told)
    tell_replaced(event, _replaced(were, [same for same, _ in pairs], named), now=now)
    if gone:
        settle_of_gone(event, [signer.entry for signer in leaving], now=now)
    open_again(event, snapshot, now=now)


def _in_two(named: Iterable[Signer], were: list[PracticeEntry | None]) -> tuple[list[Signer], list[Signer]]:
    """Return the signers who were told before, each with what changed for the practice, and those who hear it first."""
    changed = [
        replace(signer, changes=tuple(for_one_practice(were[signer.position], signer.entry)))  # type: ignore[arg-type]
        for signer in named
        if were[signer.position]
    ]
    known = {signer.request.email for signer in changed}
    new = [signer for signer in named if not were[signer.position]]
    return (
        changed + [signer for signer in new if signer.request.email in known],
        [signer for signer in new if signer.request.email not in known],
    )


def _leaving(before: Iterable[Signer], gone: Collection[PracticeEntry], named: Iterable[Signer]) -> list[Signer]:
    """Return the signers of the practices that are gone, without those whose TIN alone was corrected."""
    same = {(signer.request.party_id, signer.request.email) for signer in named}
    return [
        signer
        for signer in before
        if signer.entry in gone and (signer.request.party_id, signer.request.email) not in same
    ]


def _replaced(before: Iterable[Signer], were: list[PracticeEntry | None], named: Iterable[Signer]) -> list[Signer]:
    """Return the signers in whose place another address is told about a practice that stays."""
    now = {were[signer.position]: signer.request.email for signer in named}
    return [signer for signer in before if now.get(signer.entry, signer.request.email) != signer.request.email]


def _at_most(changes: list[str]) -> list[str]:
    more = len(changes) - MOST_CHANGES
    return [*changes[:MOST_CHANGES], f"And {count(more, 'more change')}."] if more > 0 else changes
