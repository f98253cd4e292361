"""Rosters as workbooks: the list as it stands, and an empty template.

Every cell is written as text, so that zeros stay, and so that no program runs a name like `=A1` as a formula: unlike a
cell of a CSV file it needs no apostrophe before it, and is read back as it was.
"""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from eligibility.law.calendar import billing_period

from ..models import Election, TinKind

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ("practice name", "tin kind", "tin", "npi", "last name", "first name")
WIDTHS = (40, 10, 14, 14, 24, 20)
EXAMPLE_ROWS = 200
HOW = (
    "Use one line for each clinician, on the sheet “Roster”. Repeat the practice’s name, kind, and TIN on every line.",
    "practice name: the name Medicare has.",
    "tin kind: EIN or SSN. An EIN is a business’s number. A solo practitioner without one bills under an SSN.",
    "tin: for an EIN, all 9 digits, with leading zeros. For an SSN, ONLY THE LAST 6 DIGITS, never the full number.",
    "npi: the clinician’s own 10 digits. List everyone who bills under the TIN, MIPS eligible or not, "
    "and those who left but billed under it from {period}.",
    "last name, first name: you can leave these empty. If you give them, we compare them with NPPES.",
)


def workbook_of(election: Election) -> bytes:
    """Return the roster as it stands; a practice without clinicians has a line of its own."""
    rows: list[Sequence[str]] = []
    for member in election.members.prefetch_related("clinicians"):
        of_practice = (member.name, member.tin_kind, str(member.tin))
        lines = [line.cells for line in member.clinicians.all()]
        rows += [of_practice + cells for cells in lines or [("", "", "")]]
    return _workbook(rows)


def template(performance_year: int) -> bytes:
    """Return an empty roster with its header, room to type, and how to fill it in on a second sheet."""
    return _workbook([], room=EXAMPLE_ROWS, period=billing_period(performance_year))


def _workbook(rows: Iterable[Sequence[str]], *, room: int = 0, period: str = "") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet("Roster")
        for place, (name, width) in enumerate(zip(HEADER, WIDTHS, strict=True)):
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, name, head)
        for number, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell, text)
        sheet.freeze_panes(1, 0)
        if room:
            kinds = {"validate": "list", "source": list(TinKind.values), "ignore_blank": True}
            sheet.data_validation(1, 1, room, 1, kinds)
            how = book.add_worksheet("How to fill it in")
            how.set_column(0, 0, 110)
            for number, sentence in enumerate(HOW):
                how.write_string(number, 0, sentence.format(period=period))
    return content.getvalue()
