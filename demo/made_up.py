"""Determinations made up for real practices: drawn from the Part B figures of 2017, and true of nobody.

Every draw is seeded with the NPI or the practice's id. CMS's own determinations are not public; the files that are
written of these say "made-up" in their names, which the list of loads shows.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from . import cast
from .draws import Draw
from .source import DemoClinician, DemoPractice, RealData, Segment, StateUse
from .specialties import IN_HOSPITALS, WITHOUT_FACING_PATIENTS, clinician_type, in_2017, is_one_of

ALLOWED_PER_PAYMENT = 1 / 0.78  # an assumption: Medicare pays some 78% of what it allows
PAYMENT_SPREAD = 1.4  # sigma of the log-normal; so half of all stand below 37% of the mean
PATIENTS_SPREAD = 1.25
LOW_TAIL = 0.08  # CMS hides clinicians with ten patients or fewer: their share is an assumption
RURAL, HPSA = 0.2, 0.15
NEWLY_ENROLLED, QP, PARTIAL_QP = 0.03, 0.04, 0.02
SSN_SHARE = 0.15  # of those whom CMS lists under no group


@dataclass(frozen=True, slots=True)
class DemoFigures:
    """The three low-volume figures; charges in US dollars."""

    allowed_charges: float
    patients: int
    services: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A clinician under a practice as the made-up CMS data show it."""

    npi: str
    last_name: str
    first_name: str
    clinician_type: str
    figures: DemoFigures
    newly_enrolled: bool = False
    qp_status: str = "none"
    non_patient_facing: bool = False
    hospital_based: bool = False
    rural: bool = False
    hpsa: bool = False


@dataclass(frozen=True, slots=True)
class Determined:
    """A practice as the made-up CMS data show it; `tin` has nine digits, or six of an SSN."""

    name: str
    tin_kind: str
    tin: str
    figures: DemoFigures
    clinicians: tuple[Listed, ...]

    @property
    def npis(self) -> tuple[str, ...]:
        return tuple(clinician.npi for clinician in self.clinicians)


class Maker:
    """Makes up what CMS data show, from what Part B looked like as a whole."""

    def __init__(self, source: RealData) -> None:
        self._states = source.states
        self._whole_country = StateUse(*map(sum, zip(*source.states.values(), strict=True)))
        self._everybody = source.segments
        self._by_specialty: dict[str, list[Segment]] = defaultdict(list)
        for segment in source.segments:
            self._by_specialty[in_2017(segment.specialty)].append(segment)

    def practice(self, practice: DemoPractice) -> Determined:
        """Return the determination of one practice."""
        draw = Draw(practice.id)
        clinicians = tuple(self._clinician(clinician, practice, draw) for clinician in practice.clinicians)
        is_ssn = practice.is_individual and practice.id not in cast.ALL and draw.happens("ssn", SSN_SHARE)
        return Determined(
            name=practice.name,
            tin_kind="SSN" if is_ssn else "EIN",
            tin=practice.tin[-6:] if is_ssn else practice.tin,
            figures=together([clinician.figures for clinician in clinicians], draw),
            clinicians=clinicians,
        )

    def _clinician(self, clinician: DemoClinician, practice: DemoPractice, of_practice: Draw) -> Listed:
        draw = Draw(clinician.npi)
        specialty = clinician.specialty or segment_of(self._everybody, draw, "specialty").specialty
        status = draw.unit("qp status")
        return Listed(
            npi=clinician.npi,
            last_name=clinician.last_name,
            first_name=clinician.first_name,
            clinician_type=clinician_type(specialty),
            figures=self._figures(specialty, clinician.state or practice.state, clinician.practices_listed, draw),
            newly_enrolled=draw.happens("newly enrolled", NEWLY_ENROLLED),
            qp_status="qp" if status < QP else "partial" if status < QP + PARTIAL_QP else "none",
            non_patient_facing=draw.happens(
                "non-patient facing", 0.85 if is_one_of(specialty, WITHOUT_FACING_PATIENTS) else 0.02
            ),
            hospital_based=draw.happens("hospital-based", 0.7 if is_one_of(specialty, IN_HOSPITALS) else 0.05),
            rural=of_practice.happens("rural", RURAL),
            hpsa=of_practice.happens("hpsa", HPSA),
        )

    def _figures(self, specialty: str, state: str, practices: int, draw: Draw) -> DemoFigures:
        """Place a clinician within its specialty's fifths, scaled to the state's mean, split over its practices."""
        if draw.happens("low tail", LOW_TAIL):
            patients = round(draw.between("patients", 0, 10))
            services = round(patients * draw.between("services", 1, 3))
            return DemoFigures(round(services * draw.between("charges", 60, 160), 2), patients, services)
        # Where 2017 did not know the specialty, everybody's table stands for its own.
        segment = segment_of(self._by_specialty.get(in_2017(specialty), self._everybody), draw, "segment")
        use = self._states.get(state, self._whole_country)
        payment = log_normal(
            use.payment / use.clinicians, PAYMENT_SPREAD, draw.normal_in_fifth("payment", segment.payment_fifth)
        )
        seen = log_normal(
            use.patients / use.clinicians, PATIENTS_SPREAD, draw.normal_in_fifth("patients", segment.patients_fifth)
        )
        patients = round(seen / practices)
        return DemoFigures(
            allowed_charges=round(payment * ALLOWED_PER_PAYMENT / practices, 2),
            patients=patients,
            services=round(patients * draw.between("services", 2, 8)),
        )


def together(figures: list[DemoFigures], draw: Draw) -> DemoFigures:
    """Return a practice's figures: charges and services add up, patients are shared by its clinicians."""
    patients = sum(one.patients for one in figures)
    if len(figures) > 1:
        shared = round(patients * draw.between("patients in common", 0.75, 1))
        patients = max(shared, *(one.patients for one in figures))
    return DemoFigures(
        round(sum(one.allowed_charges for one in figures), 2), patients, sum(one.services for one in figures)
    )


def segment_of(segments: Sequence[Segment], draw: Draw, what: str) -> Segment:
    """Draw a segment, by how many clinicians fell into each."""
    return draw.weighted(what, segments, (segment.clinicians for segment in segments))


def log_normal(mean: float, spread: float, deviate: float) -> float:
    """Return the value of a log-normal of this mean at a standard normal deviate."""
    return mean * math.exp(spread * deviate - spread**2 / 2)
