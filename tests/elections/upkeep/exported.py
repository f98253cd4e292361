"""The export of 2027, as the command writes it."""

import csv
import io
from typing import Any

from django.core.management import call_command


def exported(**options: Any) -> str:
    out = io.StringIO()
    call_command("export_virtual_groups", performance_year=2027, stdout=out, **options)
    return out.getvalue()


def rows(text: str) -> list[tuple[str, str, str, str]]:
    """Return NPI, the last four of the TIN, and the two days of each row."""
    read = csv.DictReader(io.StringIO(text, newline=""))
    return [(row["npi"], row["tin"][-1], row["from_date"], row["to_date"]) for row in read]
