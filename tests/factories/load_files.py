"""Load files for the tests: rows that are right unless a test says otherwise."""

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from eligibility.law.facts import DeclaredPractice

from .typed import DictFactory

NPIS = ("1234567893", "1558598797", "2000000002", "1999999992")
EIN = "961234567"
SSN = "457555462"
Row = dict[str, str]


class PracticeFactory(DictFactory):
    """A line of practices.csv."""

    performance_year = "2027"
    tin = EIN
    tin_kind = "EIN"
    name = "Lakeside Family Medicine"
    allowed_charges = "90000.01"
    patients = "201"
    services = "200"


class ClinicianFactory(DictFactory):
    """A line of clinicians.csv."""

    performance_year = "2027"
    tin = EIN
    tin_kind = "EIN"
    npi = NPIS[0]
    last_name = "Rivera"
    first_name = "Dana"
    clinician_type = "physician"
    newly_enrolled = "N"
    qp_status = "none"
    allowed_charges = "45000"
    patients = "100"
    services = ""
    non_patient_facing = "N"
    hospital_based = "Y"
    rural = "N"
    hpsa = "Y"


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
practice, clinician = PracticeFactory, ClinicianFactory


def nppes(npi: str = NPIS[0], **cells: str) -> Row:
    """Return a line of an NPPES file; `cells` by the names of the columns, with underscores for blanks."""
    return NPPES | {"NPI": npi} | {key.replace("_", " "): cell for key, cell in cells.items()}


def content(*rows: Row) -> bytes:
    """Return the bytes of a file with these rows."""
    file = StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def write(path: Path, rows: Iterable[Row]) -> Path:
    path.write_bytes(content(*rows))
    return path


def listed(kind: str, tin: str, npis: Iterable[str]) -> DeclaredPractice:
    """Return a practice as somebody who asks lists it."""
    return DeclaredPractice("", kind, tin, tuple(npis))
