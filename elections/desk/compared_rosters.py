"""The practices of a submission, each with its roster as declared, in CMS data, the year before, and today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from agreements.models import KnownBy
from eligibility.data import nppes

from ..content import PracticeEntry, Snapshot
from ..readiness import JudgedElection
from ..signing.flags import flags_of


@dataclass(frozen=True, slots=True)
class NpiComparison:
    """One NPI of a practice: declared in the submission, shown by CMS data, there last year, there today.

    `in_cms_data` and `last_year` are None if nothing is known of the practice.
    """

    npi: str
    name: str
    declared: bool
    in_cms_data: bool | None
    last_year: bool | None
    today: bool

    @property
    def differs(self) -> bool:
        """Say whether declared, CMS data and today differ; another roster last year is no difference."""
        return self.in_cms_data not in (None, self.declared) or self.today != self.declared


@dataclass(frozen=True, slots=True)
class PracticePacket:
    """One practice: what was declared, its roster, how we knew its signer, and what to look at in the signature.

    `forwarded` says who forwarded the request to whoever signed; empty if no one did.
    """

    entry: PracticeEntry
    roster: list[NpiComparison]
    known_by: str
    flags: tuple[str, ...]
    forwarded: str
    was_approved_last_year: bool


class _Rosters(NamedTuple):
    """The NPIs of one practice, by where they stand; None if nothing is known of it there."""

    declared: set[str]
    cms_data: set[str] | None
    last_year: set[str] | None
    today: set[str]

    @property
    def npis(self) -> set[str]:
        """All of them."""
        return self.declared.union(self.cms_data or (), self.last_year or (), self.today)

    def compared(self, names: Mapping[str, str]) -> list[NpiComparison]:
        """Return a line for each NPI."""
        return [
            NpiComparison(
                npi,
                str(names[npi]) or "no name in NPPES" if npi in names else "",
                npi in self.declared,
                None if self.cms_data is None else npi in self.cms_data,
                None if self.last_year is None else npi in self.last_year,
                npi in self.today,
            )
            for npi in sorted(self.npis)
        ]


def practices(
    snapshot: Snapshot,
    now: JudgedElection,
    last_year: Sequence[set[str] | None],
    forwarded: Mapping[tuple[datetime, str], str],
) -> list[PracticePacket]:
    """Return the practices of a submission, each with its roster beside CMS data, last year's and today's.

    `forwarded` are the signatures by forwarded requests (signing/forwarding.py).
    """
    shown = [set(practice.data.npis) if practice.data else None for practice in now.proposal.practices]
    declared, today = ([set(entry.npis) for entry in one.practices] for one in (snapshot, now.snapshot))
    rosters = [_Rosters(*each) for each in zip(declared, shown, last_year, today, strict=True)]
    names = _names(rosters, now)
    return [
        PracticePacket(
            entry,
            roster.compared(names),
            KnownBy(entry.signed.known_by).label if entry.signed else "",
            flags,
            forwarded.get((entry.signed.signed_at, entry.signed.asked_email), "") if entry.signed else "",
            roster.last_year is not None,
        )
        for entry, roster, flags in zip(snapshot.practices, rosters, flags_of(snapshot), strict=True)
    ]


def _names(rosters: Sequence[_Rosters], now: JudgedElection) -> dict[str, str]:
    """Return the names of all NPIs in NPPES; only those that no rule was judged on are read again."""
    others = {npi for roster in rosters for npi in roster.npis}.difference(*(roster.today for roster in rosters))
    found = {**now.names, **(nppes.names(others) if others else {})}
    return {npi: str(name) for npi, name in found.items()}
