"""CSV files that people open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escaped(cell: object) -> object:
    """Return a cell that no spreadsheet runs as a formula: a text that begins like one gets a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(BEGINS_FORMULA) else cell


def csv_file(name: str, head: Sequence[str], lines: Iterable[Iterable[object]]) -> HttpResponse:
    """Return a response that a browser saves as a CSV file of this name, without its ending."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(head)
    for line in lines:
        writer.writerow(escaped(cell) for cell in line)
    return response
