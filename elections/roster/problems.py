"""What is wrong with each line of the rosters, and with each practice as a list: what the grid shows and offers."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from eligibility.data.nppes import NppesName
from eligibility.law.calendar import billing_period
from eligibility.law.determination import Finding
from eligibility.law.facts import ORGANIZATION, Practice, PracticeData, RegistryEntry
from eligibility.law.identifiers import npi_problem, one_slip_from
from eligibility.law.parameters import MOST_CLINICIANS

from ..models import MemberClinician
from ..practices.cms_lists import may_be_told
from ..readiness import JudgedElection


class Kind(StrEnum):
    """What can be wrong with a line."""

    NO_NPI = "no-npi"
    FORMAT = "format"
    ORGANIZATION = "organization"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"
    NAME = "name"
    TWICE = "twice"
    NOT_IN_DATA = "not-in-data"
    TOO_MANY = "too-many"


MAY_BE_A_SLIP = {Kind.FORMAT, Kind.UNKNOWN, Kind.NOT_IN_DATA}
BLOCKING = {Kind.NO_NPI, Kind.FORMAT, Kind.ORGANIZATION, Kind.DEACTIVATED}


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One thing about a line or a list: what it is, in a sentence, and what to do; `fix` is what a button would do."""

    kind: Kind
    sentence: str
    remedy: str
    fix: str = ""

    @property
    def is_blocking(self) -> bool:
        """Say whether an election with it cannot be submitted."""
        return self.kind in BLOCKING


REMOVE = "Remove only people who don’t bill under this TIN now and did not bill under it from {}."
FIXES = {Kind.NAME: "Use the name NPPES has", Kind.TWICE: "Remove this line", Kind.NO_NPI: "Remove this line"}


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody whom CMS data show under a TIN, and whom its roster does not list."""

    npi: str
    name: NppesName | None


@dataclass(frozen=True, slots=True)
class PracticeRoster:
    """The lines of one practice with what is wrong; `too_many` if there are more than the law allows.

    `missing_count` clinicians of CMS data are not listed; `missing` names them where CMS's list was asked for
    (cms_lists). `to_add` are the NPIs of those whom to list would help: not of a practice that CMS data show to be too
    large, and never under the TIN of an SSN.
    """

    lines: tuple[tuple[MemberClinician, tuple[LineProblem, ...]], ...]
    missing: tuple[Missing, ...]
    missing_count: int
    too_many: LineProblem | None
    to_add: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many things there are to look at."""
        return sum(1 for _, problems in self.lines if problems) + self.missing_count + bool(self.too_many)


def examine(
    judged_election: JudgedElection,
    rosters: Sequence[Sequence[MemberClinician]],
    names: Mapping[str, NppesName],
    open_lists: Collection[int],
) -> list[PracticeRoster]:
    """Examine the lines of each practice, in the order of what was judged; `names` are NPPES's.

    `open_lists` are the places of the practices of which CMS's list is shown.
    """
    year = judged_election.proposal.performance_year
    registry = {npi: entry.as_of(judged_election.judged_at) for npi, entry in judged_election.proposal.registry.items()}
    sizes = {finding.practice: finding for finding in judged_election.not_met if finding.rule == "practice-size"}
    found = []
    for place, (lines, practice) in enumerate(zip(rosters, judged_election.proposal.practices, strict=True)):
        size = sizes.get(place)
        roster = _examine(lines, practice, registry, names, place in open_lists)
        is_contested = size is not None and judged_election.is_contested(size)
        too_many = None if is_contested else _too_many(lines, practice.data, year, size)
        found.append(replace(roster, too_many=too_many, to_add=() if size else roster.to_add))
    return found


def _examine(
    lines: Sequence[MemberClinician],
    practice: Practice,
    registry: Mapping[str, RegistryEntry],
    names: Mapping[str, NppesName],
    is_open: bool,
) -> PracticeRoster:
    shown = practice.data.npis if practice.data else frozenset()
    missing = sorted(shown - {line.npi for line in lines})
    named = missing if is_open else []
    first: dict[str, int] = {}
    found = []
    for number, line in enumerate(lines, start=1):
        problems = _of_line(line, registry.get(line.npi), names.get(line.npi), shown)
        problems = [_with_hint(problem, line.npi, named) for problem in problems]
        if line.npi and line.npi in first:
            sentence = f"Line {first[line.npi]} has this NPI, too."
            problems.append(LineProblem(Kind.TWICE, sentence, "Remove one of the two.", FIXES[Kind.TWICE]))
        first.setdefault(line.npi, number)
        found.append((line, tuple(problems)))
    to_add = tuple(missing) if may_be_told(practice.tin_kind, practice.data) else ()
    return PracticeRoster(
        lines=tuple(found),
        missing=tuple(Missing(npi, names.get(npi)) for npi in named),
        missing_count=len(missing),
        too_many=None,
        to_add=to_add,
    )


def _too_many(
    lines: Sequence[MemberClinician], data: PracticeData | None, year: int, size: Finding | None
) -> LineProblem | None:
    """Return that the list and CMS data together show more clinicians than the limit of the performance year.

    `size` is the law's finding, None where those in CMS data alone are within the limit.
    """
    limit = MOST_CLINICIANS.for_year(year)
    everyone = len({line.npi for line in lines if line.npi} | (data.npis if data else frozenset()))
    if everyone <= limit:
        return None
    where = "Your list and CMS data together show" if data else "Your list shows"
    sentence = f"{where} {everyone} clinicians. A practice in a virtual group can have at most {limit}."
    remedy = size.remedy if size else None
    return LineProblem(Kind.TOO_MANY, sentence, remedy or REMOVE.format(billing_period(year)))


def _of_line(
    line: MemberClinician, entry: RegistryEntry | None, name: NppesName | None, shown: frozenset[str]
) -> list[LineProblem]:
    """Return the problems of a line by itself. If its NPI is not one, it has no other problem."""
    if not line.npi:
        return [
            LineProblem(
                Kind.NO_NPI, "This line has no NPI.", "Type all 10 digits, or remove the line.", FIXES[Kind.NO_NPI]
            )
        ]
    wrong = npi_problem(line.npi)
    if wrong:
        return [
            LineProblem(Kind.FORMAT, wrong, "Compare it with NPPES (npiregistry.cms.hhs.gov) and type all 10 digits.")
        ]
    if entry is None:
        return [*_unknown(), *_not_in_data(line.npi, shown)]
    problems = []
    if entry.entity_type == ORGANIZATION:
        sentence = f"This is the NPI of an organization{f', {name}' if str(name or '') else ''}."
        problems.append(LineProblem(Kind.ORGANIZATION, sentence, "List the clinician’s own NPI."))
    elif entry.is_deactivated:
        problems.append(
            LineProblem(
                Kind.DEACTIVATED, "NPPES says that this NPI is deactivated.", "List the clinician’s active NPI."
            )
        )
    elif name and str(name) and not _same_name(line, name):
        sentence = f"NPPES has a different name for this NPI: {name}."
        remedy = "If this is the right person, use that name. If not, correct the NPI."
        problems.append(LineProblem(Kind.NAME, sentence, remedy, FIXES[Kind.NAME]))
    return problems + _not_in_data(line.npi, shown)


def _with_hint(problem: LineProblem, npi: str, missing: Sequence[str]) -> LineProblem:
    """Return the problem, its remedy naming the missing NPI that is meant: one slip away from the one typed."""
    slips = one_slip_from(npi) - {npi} if problem.kind in MAY_BE_A_SLIP else frozenset()
    meant = [other for other in missing if other in slips]
    if len(meant) != 1:
        return problem
    return replace(problem, remedy=f"Did you mean {meant[0]}? CMS data show that NPI under this TIN. {problem.remedy}")


def _unknown() -> list[LineProblem]:
    sentence = "Our NPPES data do not list this NPI."
    return [
        LineProblem(Kind.UNKNOWN, sentence, "Check for a mistyped digit. If it is right, leave it. CMS will check it.")
    ]


def _not_in_data(npi: str, shown: frozenset[str]) -> list[LineProblem]:
    if not shown or npi in shown:
        return []
    sentence = "CMS data do not show this NPI under this TIN."
    return [
        LineProblem(Kind.NOT_IN_DATA, sentence, "If this clinician bills under the TIN, leave it. CMS will check it.")
    ]


def _same_name(line: MemberClinician, name: NppesName) -> bool:
    """Say whether what the practice calls somebody fits NPPES; what is not given fits, and an initial a first name."""
    last, first = plain(line.last_name), plain(line.first_name)
    if last and last != plain(name.last_name):
        return False
    known = plain(name.first_name)
    return not first or not known or known.startswith(first) or first.startswith(known)


def plain(text: str) -> str:
    """Return a name in small letters alone: without accents, blanks, hyphens, and what stands behind a comma."""
    letters = unicodedata.normalize("NFKD", text.split(",")[0]).casefold()
    return re.sub(r"[^a-z]", "", re.sub(r"\b(jr|sr|ii|iii|iv|md)\b\.?", "", letters))
