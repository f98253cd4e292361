"""What NPPES lists for NPIs."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ground.sql import joined, rows

from ..law.facts import PERSON, RegistryEntry

# A statement of our own: Django writes each of some hundred NPIs as a parameter, which takes longer than the answer.
LISTED = """
SELECT npi, entity_type, deactivated_on, reactivated_on, last_name, first_name, organization_name
FROM eligibility_nppesrecord
WHERE npi = ANY(string_to_array(%s, ','))
"""
# Of the names that were known by then the latest: the present one, or one that a later load replaced.
NAMED_BY = """
SELECT DISTINCT ON (npi) npi, last_name, first_name
FROM (
    SELECT npi, last_name, first_name, named_at, NULL AS former FROM eligibility_nppesrecord
    UNION ALL
    SELECT npi, last_name, first_name, named_at, id FROM eligibility_formername
) AS known
WHERE npi = ANY(string_to_array(%s, ',')) AND (named_at IS NULL OR named_at <= %s)
ORDER BY npi, named_at DESC NULLS LAST, former DESC NULLS FIRST
"""


class NppesName(NamedTuple):
    """How NPPES names one NPI, as text empty if it does not; `entity_type` None if unknown (facts.ENTITY_TYPES)."""

    entity_type: int | None
    last_name: str
    first_name: str
    organization_name: str

    def __str__(self) -> str:
        if self.entity_type in (PERSON, None) and self.last_name:
            return f"{self.last_name}, {self.first_name}" if self.first_name else self.last_name
        return self.organization_name


def listed(npis: Iterable[str]) -> tuple[dict[str, RegistryEntry], dict[str, NppesName]]:
    """Return the registry entries, which the rules judge, and the names of the NPIs that NPPES lists. One query."""
    registry, names = {}, {}
    for row in rows(LISTED, [joined(npis)]):
        registry[row.npi] = RegistryEntry(*row[1:4])
        names[row.npi] = NppesName(row.entity_type, *row[4:])
    return registry, names


def names(npis: Iterable[str]) -> dict[str, NppesName]:
    """Return the names of the NPIs that NPPES lists. One query."""
    return listed(npis)[1]


def registry(npis: Iterable[str]) -> dict[str, RegistryEntry]:
    """Return the registry entries, which the rules judge, of the NPIs that NPPES lists. One query."""
    return listed(npis)[0]


def names_by(npis: Iterable[str], moment: datetime) -> dict[str, tuple[str, str]]:
    """Return last and first name of the NPIs as they were loaded by a moment, whatever loads came later. One query."""
    return {row.npi: (row.last_name, row.first_name) for row in rows(NAMED_BY, [joined(npis), moment])}
