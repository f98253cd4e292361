"""What CMS data show of practices: fetched for any number of them in two queries, all of one run."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ground.sql import joined, rows

from ..law.facts import ClinicianData, DeclaredPractice, PracticeData
from ..law.identifiers import EIN, EIN_DIGITS, SSN, TIN_KINDS
from ..law.parameters import PERFORMANCE_YEARS, SSN_DIGITS
from ..models import DeterminationClinician, LoadKind, LoadRun
from .tin_hashes import tin_keys

# A TIN's practice is found by the TIN's own key for an EIN, by a clinician's for an SSN. These are statements of our
# own because Django asks nothing where a list is empty, and how many queries a page takes would tell what is known.
COLUMNS = """
SELECT run.id AS run, run.activated_at AS active_since,
       practice.tin_key, practice.id, practice.allowed_charges, practice.patients, practice.services
FROM eligibility_loadrun AS run
"""
OF_RUN = """
WHERE run.kind = 'determinations' AND run.performance_year = %(year)s
  AND (run.id = %(run)s OR (%(run)s IS NULL AND run.status = 'active'))
"""
OF_EINS = f"""{COLUMNS}
LEFT JOIN eligibility_determinationpractice AS practice
       ON practice.run_id = run.id AND practice.tin_key = ANY(string_to_array(%(EIN)s, ','))
{OF_RUN}"""
OF_ALL_TINS = f"""{OF_EINS}
UNION ALL
{COLUMNS.replace("practice.tin_key", "clinician.tin_key")}
JOIN eligibility_determinationpractice AS practice ON practice.run_id = run.id
JOIN eligibility_determinationclinician AS clinician
  ON clinician.practice_id = practice.id AND clinician.tin_key = ANY(string_to_array(%(SSN)s, ','))
{OF_RUN}"""
CLINICIANS = f"""
SELECT practice_id, {", ".join(ClinicianData._fields)}
FROM eligibility_determinationclinician
WHERE practice_id = ANY(%s)
ORDER BY practice_id, npi
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where an answer comes from: which run of CMS data, and since when it is used."""

    run: int
    active_since: datetime


class _Found(NamedTuple):
    """A practice that the run holds."""

    id: int
    allowed_charges: Decimal | None
    patients: int | None
    services: int | None


@dataclass(frozen=True, slots=True)
class CmsData:
    """What CMS data show of the practices asked about, in their order; None where they do not list the TIN.

    `source` is None, and so is every answer, where no data of the year are loaded. `keys` are those looked for.
    """

    source: DataSource | None
    practices: tuple[PracticeData | None, ...]
    keys: tuple[tuple[str, ...], ...] = field(default=(), repr=False, compare=False)


def active_run(performance_year: int) -> LoadRun | None:
    """Return the run that the site reads for a performance year, None where none is loaded."""
    runs = LoadRun.objects.filter(kind=LoadKind.DETERMINATIONS, status=LoadRun.Status.ACTIVE)
    return runs.defer("errors", "error_counts").filter(performance_year=performance_year).first()


def fetch(performance_year: int, practices: Iterable[DeclaredPractice], *, run: LoadRun | None = None) -> CmsData:
    """Return the CMS data of each practice in a run, and that run; None is the active one. Two queries at most.

    A TIN that is not complete yet is one that CMS data do not list.
    """
    asked = list(practices)
    keys = tuple(keys_of(practice.tin_kind, practice.tin, practice.npis) for practice in asked)
    wanted: dict[str, list[str]] = {kind: [] for kind in TIN_KINDS}
    for practice, of_practice in zip(asked, keys, strict=True):
        wanted.get(practice.tin_kind, []).extend(of_practice)
    source, found = _practices_by_key(performance_year, run.pk if run else None, wanted)
    if source is None:
        return CmsData(None, (None,) * len(keys), keys)
    if run:
        source = DataSource(run.pk, run.activated_at or run.started_at)
    chosen = [_most_met(found, of_practice) for of_practice in keys]
    clinicians = _clinicians({practice.id for practice in chosen if practice})
    answers = tuple(
        PracticeData(it.allowed_charges, it.patients, it.services, tuple(clinicians[it.id])) if it else None
        for it in chosen
    )
    return CmsData(source, answers, keys)


def practice_data(performance_year: int, practices: Iterable[DeclaredPractice]) -> list[PracticeData | None]:
    """Return the CMS data of each practice, None if they do not list the TIN. Two queries at most."""
    return list(fetch(performance_year, practices).practices)


def is_loaded() -> bool:
    """Say whether determinations of any year are in use."""
    return LoadRun.objects.filter(kind=LoadKind.DETERMINATIONS, status=LoadRun.Status.ACTIVE).exists()


class ShownTin(NamedTuple):
    """What CMS data of any year show nine digits called an EIN to be: the SSN or the EIN of somebody who is named."""

    as_ssn: bool
    as_ein: bool


def shown_as(practices: Sequence[tuple[str, Sequence[str]]]) -> list[ShownTin]:
    """Say of each (nine digits called an EIN, NPIs) what they are of one of the NPIs; one query.

    An SSN is told by its last digits.
    """
    ssn_keys = [keys_if_ssn(tin, npis) for tin, npis in practices]
    ein_keys = [keys_of(EIN, tin, npis) for tin, npis in practices]
    clinicians = DeterminationClinician.objects.filter(practice__run__status=LoadRun.Status.ACTIVE)
    ssns = clinicians.filter(tin_key__in=[key for keys in ssn_keys for key in keys] or [""])
    eins = clinicians.filter(
        practice__tin_key__in=[key for keys in ein_keys for key in keys] or [""],
        npi__in={npi for _, npis in practices for npi in npis} or [""],
    )
    columns = ("tin_key", "practice__tin_key", "npi")
    found = list(ssns.values_list(*columns).union(eins.values_list(*columns)))
    by_ssn, by_ein = {ssn_key for ssn_key, _, _ in found}, {(ein_key, npi) for _, ein_key, npi in found}
    return [
        ShownTin(not by_ssn.isdisjoint(as_ssn), any((key, npi) in by_ein for key in as_ein for npi in npis))
        for as_ssn, as_ein, (_, npis) in zip(ssn_keys, ein_keys, practices, strict=True)
    ]


def keys_of(kind: str, tin: str, npis: Sequence[str]) -> tuple[str, ...]:
    """Return the keys to look for; none for a TIN that is not complete, or for an SSN TIN without NPIs."""
    try:
        return tin_keys(kind, tin, npis)
    except ValueError:
        return ()


def keys_if_ssn(tin: str, npis: Sequence[str]) -> tuple[str, ...]:
    """Return the keys that nine digits called an EIN would have as an SSN; none for a TIN that is not complete."""
    if len(tin) != EIN_DIGITS:
        return ()
    lengths = {SSN_DIGITS.for_year(year) for year in PERFORMANCE_YEARS}
    return tuple(key for length in sorted(lengths) for key in keys_of(SSN, tin[-length:], npis))


def _practices_by_key(
    performance_year: int, run: int | None, keys: Mapping[str, Sequence[str]]
) -> tuple[DataSource | None, dict[str, _Found]]:
    """Return the run, None for the active one, and the practice of each key, given by kind of TIN; one query.

    A run has a row also if it holds none of the practices. The source is None where no run is active.
    """
    statement = OF_ALL_TINS if keys[SSN] else OF_EINS
    of_kind = {kind: joined(of_kind) for kind, of_kind in keys.items()}
    found = rows(statement, {"year": performance_year, "run": run, **of_kind})
    source = DataSource(found[0].run, found[0].active_since) if found else None
    return source, {
        row.tin_key: _Found(row.id, row.allowed_charges, row.patients, row.services) for row in found if row.id
    }


def _most_met(found: dict[str, _Found], keys: Sequence[str]) -> _Found | None:
    """Return the practice that most keys lead to: two SSN TINs may share their last digits."""
    if len(keys) == 1:
        return found.get(keys[0])
    met = Counter(found[key] for key in keys if key in found)
    return min(met, key=lambda practice: (-met[practice], practice.id), default=None)


def _clinicians(practices: set[int]) -> dict[int, list[ClinicianData]]:
    """Return the clinicians of each practice by NPI, in one query: also for none, so that queries tell nothing."""
    of_practice: dict[int, list[ClinicianData]] = {practice: [] for practice in practices}
    for row in rows(CLINICIANS, [list(practices)]):
        of_practice[row.practice_id].append(ClinicianData(*row[1:]))
    return of_practice
