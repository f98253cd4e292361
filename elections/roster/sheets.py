"""The sheets of an Excel workbook: every one of them, with the values that its cells show."""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from .tables import NOTHING, Cell, RosterUnreadable, Sheet, filled

MOST_UNPACKED = 60_000_000
MOST_COLUMNS = 100
MOST_MERGED = 50_000  # rows
LOWEST_ROW = 100_000
MOST_CELLS = 2_000_000  # up to the lowest and the rightmost in which something stands
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, CalamineError, ElementTree.ParseError),
    *(KeyError, IndexError, ValueError, OSError, RuntimeError, NotImplementedError),  # what a broken archive raises
)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
AN_ERROR = "the cell shows an error"
NO_VALUE = "the cell has a formula, but the file lacks its result. Open the file, save it, and send it again"

Place = tuple[int, int]
"""A cell's row, from 1, and column, from 0."""


def workbook_sheets(content: bytes) -> list[Sheet]:
    """Return every sheet of a workbook in its order; of those that are hidden no row. Raises RosterUnreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise RosterUnreadable(
                    "This workbook is too large for us to read. Send only the sheet with your clinicians."
                )
            parts = _parts(archive)
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            return [
                _sheet(book, about.name, archive.read(parts[about.name]))
                if about.visible == SheetVisibleEnum.Visible and about.name in parts
                else Sheet([], about.name, is_hidden=about.visible != SheetVisibleEnum.Visible)
                for about in book.sheets_metadata
            ]
    except DAMAGED as error:
        raise RosterUnreadable(
            "We can’t read this workbook. Open it in your spreadsheet program, save it as .xlsx, and send that file."
        ) from error


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the archive's file with the cells of each sheet, by sheet name. Chart sheets have none."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 (expat bounds entities)
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = {str(it.get("Id")): str(it.get("Target")) for it in relations}
    sheets = [it for it in book.iter() if it.tag.endswith("}sheet")]
    paths = {str(it.get("name")): target[str(it.get(RELATION))] for it in sheets}
    whole = {name: path[1:] if path.startswith("/") else f"xl/{path}" for name, path in paths.items()}
    return {name: path for name, path in whole.items() if "chartsheet" not in path}


def _sheet(book: CalamineWorkbook, name: str, xml: bytes) -> Sheet:
    """Return a sheet's rows; a cell that is merged over several rows stands in each of them."""
    _refuse_far_cells(xml)
    sheet: CalamineSheet = book.get_sheet_by_name(name)
    values = sheet.to_python(skip_empty_area=False)
    merged = [(top, min(bottom + 1, len(values)), left) for (top, left), (bottom, _) in sheet.merged_cell_ranges or []]
    if sum(max(0, bottom - top) for top, bottom, _ in merged) > MOST_MERGED:
        raise RosterUnreadable("The sheet has too many merged cells. Send a plain list.")
    for top, bottom, left in merged:
        for y in range(top + 1, bottom):
            if left < len(values[y]):
                values[y][left] = values[top][left]
    cells = [[_cell(value) for value in row] for row in values]
    for (y, x), why in _unshown(xml).items():
        if y <= LOWEST_ROW and x < MOST_COLUMNS:
            cells += [[] for _ in range(y - len(cells))]
            cells[y - 1] += [NOTHING] * (x + 1 - len(cells[y - 1]))
            cells[y - 1][x] = Cell(unshown=why)
    return Sheet(list(filled(enumerate(cells, start=1))), sheet.name, hidden_rows=_hidden_rows(xml))


def _refuse_far_cells(xml: bytes) -> None:
    """Refuse a sheet in which something stands far from any list: a reader holds every cell up to it in memory."""
    cells = set(re.findall(rb"<(?:\w+:)?c r=\"([A-Z]{1,3})(\d{1,7})\"[^<>]*(?<!/)>", xml))
    width = max((_column(letters) + 1 for letters, _ in cells), default=0)
    if width > MOST_COLUMNS:
        raise RosterUnreadable(f"The sheet has more than {MOST_COLUMNS} columns. Send a plain list.")
    lowest = max((int(row) for _, row in cells), default=0)
    if lowest > LOWEST_ROW or lowest * width > MOST_CELLS:
        raise RosterUnreadable(
            f"The sheet has something in line {lowest:,}, far below the list. Delete it, then send the file again."
        )


def _cell(value: object) -> Cell:
    """Return a workbook's value as text: a number without its decimal point."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return Cell(str(value).strip(), is_number)


def _unshown(xml: bytes) -> dict[Place, str]:
    """Return the cells of a sheet that hold something but show no value, each with the reason."""
    cells = re.finditer(
        rb"<(?:\w+:)?c r=\"([A-Z]{1,3})(\d{1,7})\"([^<>]*)>\s*"
        rb"(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v></)?)?",
        xml,
    )
    found = {}
    for cell in cells:
        if b't="e"' in cell[3]:
            found[int(cell[2]), _column(cell[1])] = AN_ERROR
        elif cell[4] and b't="str"' not in cell[3]:  # a text without letters is what it shows
            found[int(cell[2]), _column(cell[1])] = NO_VALUE
    return found


def _hidden_rows(xml: bytes) -> frozenset[int]:
    """Return the numbers of a sheet's rows that its program does not show."""
    rows = re.findall(rb"<(?:\w+:)?row\b([^<>]*)", xml)
    numbered = ((re.search(rb"\br=\"(\d+)\"", row), row) for row in rows)
    return frozenset(int(found[1]) for found, row in numbered if found and re.search(rb"\bhidden=\"(1|true)\"", row))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1
