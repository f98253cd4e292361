"""A finished election of fictional practices, judged by the rules as any other.

Its EINs and names are placeholders, no Social Security number ends in its six digits, and NPPES has given out no NPI
that begins with 2.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from eligibility.data.nppes import NppesName
from eligibility.law import facts
from eligibility.law.calendar import EASTERN, Window
from eligibility.law.determination import Finding, determine
from eligibility.law.identifiers import EIN, SSN

from ..content import PracticeEntry, Snapshot

FULL, SERVICES_ALONE = (Decimal(140_000), 420, 1_900), (Decimal(31_000), 90, 260)  # charges, patients, services
CLINICIANS = {  # by NPI: last and first name, type, figures
    "2990000012": ("Example", "Robin", "physician", FULL),
    "2990000020": ("Example", "Jordan", "nurse_practitioner", FULL),
    "2990000038": ("Specimen", "Casey", "physical_therapist", SERVICES_ALONE),
    "2990000046": ("Specimen", "Morgan", "physical_therapist", SERVICES_ALONE),
    "2990000053": ("Sample", "Alex", "physician", FULL),
}
NAMES = {npi: NppesName(facts.PERSON, last, first, "") for npi, (last, first, *_) in CLINICIANS.items()}
FIGURES = (FULL, SERVICES_ALONE, FULL)  # of the practices, in their order


def snapshot(performance_year: int, submitted: datetime | None = None) -> Snapshot:
    """Return the example's election. `submitted` is some days after its signatures; None means not signed yet."""

    def signed(days_before: int) -> date | None:
        return submitted and submitted.astimezone(EASTERN).date() - timedelta(days_before)

    return Snapshot(
        performance_year,
        "Sample Virtual Group",
        "Robin Example",
        "robin@example.org",
        "555-0100",
        agreement_acknowledged=True,
        practices=(
            PracticeEntry(
                "Elm Street Family Medicine",
                EIN,
                "123456789",
                ("2990000012", "2990000020"),
                signed(15),
                "Robin Example",
                "Owner",
                opt_in_accepted=False,
            ),
            PracticeEntry(
                "Harbor View Physical Therapy",
                EIN,
                "987654321",
                ("2990000038", "2990000046"),
                signed(14),
                "Casey Specimen",
                "Managing partner",
                opt_in_accepted=True,
            ),
            PracticeEntry(
                "Alex Sample, MD", SSN, "000001", ("2990000053",), signed(13), "Alex Sample", "Physician", False
            ),
        ),
    )


def findings(example: Snapshot, submitted: datetime, window: Window) -> tuple[Finding, ...]:
    """Return the example's findings at the moment it was submitted, by the window of its year."""
    proposal = facts.Proposal(
        performance_year=example.performance_year,
        at=submitted,
        representative=facts.Representative(
            example.representative_name, example.representative_email, example.representative_phone
        ),
        agreement_acknowledged=example.agreement_acknowledged,
        practices=tuple(map(_judged, example.practices, FIGURES)),
        registry={npi: facts.RegistryEntry(facts.PERSON, None, None) for npi in CLINICIANS},
    )
    return determine(proposal, window).findings


def _judged(entry: PracticeEntry, figures: tuple[Decimal, int, int]) -> facts.Practice:
    clinicians = tuple(_clinician(npi) for npi in entry.npis)
    return facts.Practice(
        entry.name,
        entry.tin_kind,
        entry.tin,
        entry.npis,
        entry.executed_on,
        entry.opt_in_accepted,
        claimed_elsewhere=False,
        data=facts.PracticeData(*figures, clinicians),
    )


def _clinician(npi: str) -> facts.ClinicianData:
    *_, kind, figures = CLINICIANS[npi]
    return facts.ClinicianData(npi, kind, False, "none", *figures, False, False, False, False)
