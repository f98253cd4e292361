"""CSV files that people open in a spreadsheet."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MINUS = "\u2212"  # which some spreadsheets read as a hyphen
BLANK = ("Z", "C")  # the categories of characters that show nothing, as Unicode has them


def escaped(cell: object) -> object:
    """Return a cell as the export for CMS has it: a text that begins like a formula gets a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(BEGINS_FORMULA) else cell


def escaped_for_people(cell: object) -> object:
    """Return a cell that no spreadsheet runs as a formula.

    Beside what `escaped` does, that is a text whose first sign comes after blanks, or in another width.
    """
    if not isinstance(cell, str) or escaped(cell) != cell:
        return escaped(cell)
    first = next((sign for sign in cell if not unicodedata.category(sign).startswith(BLANK)), "")
    return f"'{cell}" if unicodedata.normalize("NFKC", first).startswith((*BEGINS_FORMULA, MINUS)) else cell


def csv_file(name: str, head: Sequence[str], lines: Iterable[Iterable[object]]) -> HttpResponse:
    """Return a response that a browser saves as a CSV file of this name, without its ending."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(head)
    for line in lines:
        writer.writerow(escaped_for_people(cell) for cell in line)
    return response
