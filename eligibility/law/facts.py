"""What is judged: a proposal, its practices, and what CMS data and NPPES show of them.

None always means "not known". What may be somebody's full SSN by mistake is kept out of every repr.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from .calendar import day_begins
from .identifiers import EIN

CLINICIAN_TYPES = (
    "physician",
    "physician_assistant",
    "nurse_practitioner",
    "clinical_nurse_specialist",
    "crna",
    "physical_therapist",
    "occupational_therapist",
    "speech_language_pathologist",
    "audiologist",
    "clinical_psychologist",
    "dietitian",
    "clinical_social_worker",
    "certified_nurse_midwife",
    "other",
)
QP_STATUSES = ("none", "partial", "qp")
PERSON = 1
ORGANIZATION = 2
ENTITY_TYPES = (PERSON, ORGANIZATION)


class ClinicianData(NamedTuple):
    """What CMS data show of one NPI under one TIN; the figures are the clinician's own under that TIN."""

    npi: str
    clinician_type: str | None
    newly_enrolled: bool | None
    qp_status: str | None
    allowed_charges: Decimal | None
    patients: int | None
    services: int | None
    non_patient_facing: bool | None
    hospital_based: bool | None
    rural: bool | None
    hpsa: bool | None

    def __repr__(self) -> str:
        return f"ClinicianData{self[1:]}"


@dataclass(frozen=True, slots=True)
class PracticeData:
    """What CMS data show of one TIN; `patients` are distinct across it, so no sum of its clinicians'."""

    allowed_charges: Decimal | None
    patients: int | None
    services: int | None
    clinicians: tuple[ClinicianData, ...]
    npis: frozenset[str] = field(init=False, repr=False, compare=False)
    """The distinct NPIs that bill under the TIN."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "npis", frozenset([clinician.npi for clinician in self.clinicians]))


@dataclass(frozen=True, slots=True)
class DeclaredPractice:
    """A practice as somebody lists it; `tin` holds nine digits of an EIN, the last digits of an SSN, or less so far."""

    name: str = field(repr=False)
    tin_kind: str
    tin: str = field(repr=False)
    npis: tuple[str, ...] = field(repr=False)

    @property
    def tin_last4(self) -> str:
        """What may be shown of the TIN."""
        return self.tin[-4:]

    def has_same_tin(self, other: "DeclaredPractice") -> bool:
        """Say whether both list the same TIN: SSN TINs (last digits only) need an NPI in common, or none at all."""
        if (self.tin_kind, self.tin) != (other.tin_kind, other.tin):
            return False
        if self.tin_kind == EIN or not (self.npis or other.npis):
            return True
        return not set(self.npis).isdisjoint(other.npis)


@dataclass(frozen=True, slots=True)
class Practice(DeclaredPractice):
    """One TIN of the proposal, as listed; `data` is None where CMS data do not list the TIN.

    `claimed_elsewhere` is None where the one who asks may not know it.
    """

    executed_on: date | None
    opt_in_accepted: bool
    claimed_elsewhere: bool | None
    data: PracticeData | None


class RegistryEntry(NamedTuple):
    """What NPPES lists for one NPI; `later` holds dates that had not come at the moment judged, by what they are of."""

    entity_type: int | None
    deactivated_on: date | None
    reactivated_on: date | None
    later: tuple[tuple[str, date], ...] = ()

    def as_of(self, moment: datetime) -> "RegistryEntry":
        """Return the entry as it counts at a moment: dates after its day (ET) are put aside as `later`."""
        if not (self.deactivated_on or self.reactivated_on):
            return self
        dates = {"deactivated": self.deactivated_on, "reactivated": self.reactivated_on}
        later = {what: day for what, day in dates.items() if day and day_begins(day) > moment}
        if not later:
            return self
        deactivated_on, reactivated_on = (None if what in later else day for what, day in dates.items())
        return RegistryEntry(self.entity_type, deactivated_on, reactivated_on, tuple(later.items()))

    @property
    def is_deactivated(self) -> bool:
        """Say whether it is deactivated: a reactivation on or after that day undoes it, and both dates stay."""
        if self.deactivated_on is None:
            return False
        return self.reactivated_on is None or self.reactivated_on < self.deactivated_on


class Setting(NamedTuple):
    """All that a rule may look at beside the practice it judges."""

    performance_year: int
    registry: Mapping[str, RegistryEntry]


@dataclass(frozen=True, slots=True)
class Representative:
    """The designated virtual group representative, who submits."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An election as it would be submitted at the moment `at` (aware), and what is known to judge it by."""

    performance_year: int
    at: datetime
    representative: Representative
    agreement_acknowledged: bool
    practices: tuple[Practice, ...]
    registry: Mapping[str, RegistryEntry] = field(repr=False)
