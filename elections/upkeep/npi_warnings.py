"""What NPPES says against an NPI that is reported as a clinician's; it is taken all the same."""

from eligibility.data import nppes
from eligibility.law.facts import PERSON, RegistryEntry


def warning_of(npi: str) -> str:
    """Return what NPPES data say against an NPI, in a sentence; empty where it is a person's and active."""
    entry = nppes.registry({npi}).get(npi)
    if entry is None:
        return "Our NPPES data do not list this NPI."
    if entry.entity_type != PERSON:
        return "NPPES lists this NPI as an organization, not as a person."
    return "NPPES lists this NPI as deactivated." if is_deactivated(entry) else ""


def is_deactivated(entry: RegistryEntry) -> bool:
    """Say whether NPPES lists an NPI as deactivated and not reactivated since."""
    if entry.deactivated_on is None:
        return False
    return entry.reactivated_on is None or entry.reactivated_on < entry.deactivated_on
