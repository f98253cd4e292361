"""What NPPES says against an NPI that is reported as a clinician's; it is taken all the same."""

from eligibility.data import nppes
from eligibility.law.facts import PERSON


def warning_of(npi: str) -> str:
    """Return what NPPES data say against an NPI, in a sentence; empty where it is a person's and active."""
    entry = nppes.registry({npi}).get(npi)
    if entry is None:
        return "We can’t find this NPI in our NPPES data."
    if entry.entity_type != PERSON:
        return "NPPES lists this NPI as an organization, not as a person."
    return "NPPES lists this NPI as deactivated." if entry.is_deactivated else ""
