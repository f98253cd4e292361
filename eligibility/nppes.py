"""What NPPES lists for NPIs."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.statements import joined, rows

from .facts import PERSON, RegistryEntry

NAMES = """
SELECT npi, entity_type, last_name, first_name, organization_name FROM eligibility_nppesrecord
WHERE npi = ANY(string_to_array(%s, ','))
"""
REGISTRY = """
SELECT npi, entity_type, deactivated_on, reactivated_on FROM eligibility_nppesrecord
WHERE npi = ANY(string_to_array(%s, ','))
"""


@dataclass(frozen=True, slots=True)
class NppesName:
    """How NPPES names one NPI; `entity_type` is None where it does not say (facts.ENTITY_TYPES)."""

    entity_type: int | None
    last_name: str
    first_name: str
    organization_name: str

    def __str__(self) -> str:
        if self.entity_type in (PERSON, None) and self.last_name:
            return f"{self.last_name}, {self.first_name}" if self.first_name else self.last_name
        return self.organization_name or "no name in NPPES"


def names(npis: Iterable[str]) -> dict[str, NppesName]:
    """Return the names of the NPIs that NPPES lists, in one query."""
    return {npi: NppesName(*name) for npi, *name in rows(NAMES, [joined(npis)])}


def registry(npis: Iterable[str]) -> dict[str, RegistryEntry]:
    """Return what the rules judge of the NPIs that NPPES lists, in one query."""
    return {npi: RegistryEntry(*entry) for npi, *entry in rows(REGISTRY, [joined(npis)])}
