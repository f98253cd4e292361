"""Load files for the tests: rows that are right unless a test says otherwise."""

import csv
from collections.abc import Iterable
from pathlib import Path

from eligibility.law.facts import DeclaredPractice

NPIS = ("1234567893", "1558598797", "2000000002", "1999999992")
EIN = "961234567"
SSN = "457555462"
PRACTICE = {
    "performance_year": "2027",
    "tin": EIN,
    "tin_kind": "EIN",
    "name": "Lakeside Family Medicine",
    "allowed_charges": "90000.01",
    "patients": "201",
    "services": "200",
}
CLINICIAN = {
    "performance_year": "2027",
    "tin": EIN,
    "tin_kind": "EIN",
    "npi": NPIS[0],
    "last_name": "Rivera",
    "first_name": "Dana",
    "clinician_type": "physician",
    "newly_enrolled": "N",
    "qp_status": "none",
    "allowed_charges": "45000",
    "patients": "100",
    "services": "",
    "non_patient_facing": "N",
    "hospital_based": "Y",
    "rural": "N",
    "hpsa": "Y",
}
NPPES = {
    "NPI": NPIS[0],
    "Entity Type Code": "1",
    "Provider Organization Name (Legal Business Name)": "",
    "Provider Last Name (Legal Name)": "RIVERA",
    "Provider First Name": "DANA",
    "Provider Credential Text": "MD",
    "NPI Deactivation Date": "",
    "NPI Reactivation Date": "",
}


def practice(**cells: str) -> dict[str, str]:
    return PRACTICE | cells


def clinician(**cells: str) -> dict[str, str]:
    return CLINICIAN | cells


def nppes(npi: str = NPIS[0], **cells: str) -> dict[str, str]:
    return NPPES | {"NPI": npi} | {key.replace("_", " "): cell for key, cell in cells.items()}


def write(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def listed(kind: str, tin: str, npis: Iterable[str]) -> DeclaredPractice:
    """Return a practice as somebody who asks lists it."""
    return DeclaredPractice("", kind, tin, tuple(npis))
