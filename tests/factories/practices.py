"""Fictional practices, and the CMS data about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import factory

from eligibility.data.tin_hashes import tin_keys
from eligibility.models import DeterminationClinician, DeterminationPractice, LoadKind, LoadRun, NppesRecord
from ground import clock

from .numbers import npi
from .typed import Factory, ModelFactory

BELOW = {"allowed_charges": 1000, "patients": 10, "services": 10}  # all three limits of the low-volume threshold
EXCEEDING: dict[str, Any] = {"allowed_charges": Decimal(200_000), "patients": 500, "services": 900}


@dataclass(frozen=True)
class FictionalPractice:
    """A practice as someone lists it: its TIN and everyone under it."""

    name: str
    tin: str
    npis: tuple[str, ...]
    kind: str = "EIN"


class PracticeFactory(Factory[FictionalPractice]):
    """A practice of one clinician, another one each time."""

    class Meta:
        model = FictionalPractice

    name = factory.Sequence(lambda number: f"Practice {number}")
    tin = factory.Sequence(lambda number: f"97{number:07}")
    npis = factory.Sequence(lambda number: (npi(90_000_000 + number),))


SOLO = FictionalPractice("Quiet Harbor Medicine", "961000001", ("1999999992",))
GROUP = FictionalPractice("Lakeside Family Practice", "961000002", ("1234567893", "1558598797"))
OTHER = FictionalPractice("Old Mill Clinic", "961000003", ("2000000002", "1003001041"))
BY_SSN = FictionalPractice("Dana Rivera, MD", "667788", ("1003003153",), "SSN")
SAME_DIGITS = FictionalPractice("Ana Reyes, MD", BY_SSN.tin, ("1003001041",), "SSN")  # CMS does not list it
ALL = (SOLO, GROUP, OTHER, BY_SSN)


class LoadRunFactory(ModelFactory[LoadRun]):
    """A load of determinations that is in use."""

    class Meta:
        model = LoadRun

    kind = LoadKind.DETERMINATIONS
    performance_year = 2027
    status = LoadRun.Status.ACTIVE
    started_at = factory.LazyFunction(lambda: clock.now())
    finished_at = factory.SelfAttribute("started_at")
    activated_at = factory.SelfAttribute("started_at")


class DeterminationPracticeFactory(ModelFactory[DeterminationPractice]):
    """What CMS data show of a practice: it exceeds every low-volume criterion."""

    class Meta:
        model = DeterminationPractice

    class Params:
        of = factory.SubFactory(PracticeFactory)

    name = factory.SelfAttribute("of.name")
    tin_kind = factory.SelfAttribute("of.kind")
    tin_key = factory.LazyAttribute(lambda row: None if row.of.kind == "SSN" else tin_keys("EIN", row.of.tin, ())[0])
    tin_last4 = factory.LazyAttribute(lambda row: row.of.tin[-4:])
    allowed_charges, patients, services = EXCEEDING.values()


class DeterminationClinicianFactory(ModelFactory[DeterminationClinician]):
    """What CMS data show of a clinician under a TIN: a physician who exceeds every low-volume criterion."""

    class Meta:
        model = DeterminationClinician

    class Params:
        of = factory.SubFactory(PracticeFactory)

    tin_key = factory.LazyAttribute(
        lambda row: tin_keys("SSN", row.of.tin, (row.npi,))[0] if row.of.kind == "SSN" else None
    )
    clinician_type = "physician"
    qp_status = "none"
    newly_enrolled = non_patient_facing = hospital_based = rural = hpsa = False
    allowed_charges, patients, services = EXCEEDING.values()


class NppesRecordFactory(ModelFactory[NppesRecord]):
    """What NPPES lists of a person."""

    class Meta:
        model = NppesRecord

    entity_type = 1
    last_name = factory.LazyAttribute(lambda row: f"NAME{row.npi[-4:]}")
    first_name = "ROBIN"


def load_cms_data(practices: Sequence[FictionalPractice] = ALL, **of_the_run: Any) -> LoadRun:
    """Make CMS show these practices: all exceed every low-volume criterion, and every NPI is a person in NPPES."""
    run: LoadRun = LoadRunFactory(**of_the_run)
    rows = DeterminationPractice.objects.bulk_create(
        DeterminationPracticeFactory.build(run=run, of=listed) for listed in practices
    )
    DeterminationClinician.objects.bulk_create(
        DeterminationClinicianFactory.build(practice=row, of=listed, npi=each)
        for row, listed in zip(rows, practices, strict=True)
        for each in listed.npis
    )
    npis = {each: None for listed in practices for each in listed.npis}
    NppesRecord.objects.bulk_create(
        (NppesRecordFactory.build(npi=each, run=run) for each in npis), ignore_conflicts=True
    )
    return run
