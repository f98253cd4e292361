"""CMS's list of the clinicians under a practice's TIN: who may see it, and what is recorded of that.

It is shown only of an EIN, to people who name an NPI that bills under it, within the limits of all asking (design: what
one may learn by asking), and on no page before the election's history says who asked. Whatever saves a practice records
that (`members.record_asking`); where CMS data came later, a button does.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from accounts.models import User
from eligibility.data import cms_data, disclosure
from eligibility.data.nppes import NppesName
from eligibility.law.facts import DeclaredPractice, PracticeData
from eligibility.law.identifiers import EIN, is_valid_npi
from eligibility.law.parameters import MOST_CLINICIANS

from ..models import Election, Event, Member
from ..readiness import JudgedElection
from ..roster_history import left_before

VERB = "ask_list"
CANNOT_TELL = "Nothing was added. We can’t tell who bills under this TIN. Type the clinicians’ NPIs below."


class ListedClinician(NamedTuple):
    """A clinician of CMS's list, or of the practice's; `is_listed`: whether the practice lists them.

    `left_on` is the day on which they left, as was reported in the election that this one was copied from.
    """

    npi: str
    name: NppesName | None
    is_listed: bool = True
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class CmsList:
    """CMS's list of one practice beside its own; `extra` are clinicians that only the practice lists.

    `is_shown`: whether the history says who asked for it. `is_too_long`: no practice in a virtual group may have as
    many. `version` stands for the TIN and the NPIs, for what a page showed to be told from what is there now.
    """

    clinicians: tuple[ListedClinician, ...]
    extra: tuple[ListedClinician, ...]
    as_of: datetime
    version: str
    is_shown: bool
    is_too_long: bool

    @property
    def npis(self) -> frozenset[str]:
        """The NPIs of CMS's list."""
        return frozenset(clinician.npi for clinician in self.clinicians)

    @property
    def unlisted(self) -> int:
        """How many clinicians of CMS's list the practice does not list."""
        return sum(not clinician.is_listed for clinician in self.clinicians)

    @property
    def missing(self) -> int:
        """How many clinicians of CMS's list the practice does not list, apart from those reported as having left."""
        return sum(not (clinician.is_listed or clinician.left_on) for clinician in self.clinicians)

    @property
    def left(self) -> tuple[ListedClinician, ...]:
        """Those of CMS's list who are not listed and were reported as having left: using the list does not add them."""
        return tuple(clinician for clinician in self.clinicians if clinician.left_on and not clinician.is_listed)

    @property
    def is_offered(self) -> bool:
        """Say whether to use it would help."""
        return bool(self.missing if self.is_shown else self.unlisted) and not self.is_too_long


def lists_of(
    election: Election, judged_election: JudgedElection, members: Mapping[int, Member], names: Mapping[str, NppesName]
) -> list[CmsList | None]:
    """Return CMS's list of each practice that was judged, None where it may not be told.

    `members` are the practices that are still there, by id, with their clinicians; `names` are NPPES's.
    """
    asked, year = marks(election), judged_election.proposal.performance_year
    left = left_before(election, judged_election.snapshot)
    found: list[CmsList | None] = []
    for pk, practice in zip(judged_election.snapshot.member_ids, judged_election.proposal.practices, strict=True):
        data, member, since = practice.data, members.get(pk), judged_election.data_since
        if member is None or data is None or since is None or not may_be_told(practice.tin_kind, data):
            found.append(None)
            continue
        listed = dict.fromkeys(line.npi for line in member.clinicians.all() if is_valid_npi(line.npi))
        gone = left.get(pk, {})
        found.append(
            CmsList(
                clinicians=tuple(
                    ListedClinician(npi, names.get(npi), npi in listed, gone.get(npi)) for npi in sorted(data.npis)
                ),
                extra=tuple(ListedClinician(npi, names.get(npi)) for npi in listed if npi not in data.npis),
                as_of=since,
                version=version_of(member, data),
                is_shown=mark(member) in asked,
                is_too_long=is_too_long(data, year),
            )
        )
    return found


def may_be_told(tin_kind: str, data: PracticeData | None) -> bool:
    """Say whether there is a list to show; `data` is None for people who may not know of it. Never of an SSN."""
    return tin_kind == EIN and data is not None and bool(data.npis)


def is_too_long(data: PracticeData, performance_year: int) -> bool:
    """Say whether CMS data show more clinicians than a practice in a virtual group may have."""
    return len(data.npis) > MOST_CLINICIANS.for_year(performance_year)


def told(
    performance_year: int, practices: Sequence[DeclaredPractice], *, by: User, address: str | None
) -> list[PracticeData | None]:
    """Return the CMS data of each practice whose list this person may see, else None. Always as many queries."""
    data = cms_data.practice_data(performance_year, practices)
    known = disclosure.known_practices(performance_year, practices, by=by, address=address, data=data)
    return [
        found if may and may_be_told(practice.tin_kind, found) else None
        for practice, found, may in zip(practices, data, known, strict=True)
    ]


def record_shown(
    election: Election,
    members: Sequence[Member],
    practices: Sequence[DeclaredPractice],
    lists: Sequence[PracticeData | None],
    *,
    by: User,
    now: datetime,
) -> None:
    """Record who asked for the lists that are shown from now on: once of each practice and TIN.

    A list that the practice's own already holds tells nothing, and is not recorded.
    """
    known = marks(election)
    Event.objects.bulk_create(
        Event(election=election, verb=VERB, by=by, at=now, details={"practice": str(member), "of": mark(member)})
        for member, practice, data in zip(members, practices, lists, strict=True)
        if data is not None and data.npis - set(practice.npis) and mark(member) not in known
    )


def marks(election: Election) -> set[str]:
    """Return the marks of the practices whose list was asked for; one query."""
    return set(Event.objects.filter(election=election, verb=VERB).values_list("details__of", flat=True))


def mark(member: Member) -> str:
    """Return what stands for a practice and its EIN in the history: by it no one finds the TIN."""
    return f"{member.pk}.{''.join(cms_data.keys_of(member.tin_kind, str(member.tin), ()))[-12:]}"


def version_of(member: Member, data: PracticeData) -> str:
    """Return what stands for a practice's TIN and CMS's list of it."""
    return hashlib.sha256(" ".join([mark(member), *sorted(data.npis)]).encode()).hexdigest()
