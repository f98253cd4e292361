"""What stands in a file or text that somebody sent: rows of cells, whatever program wrote it; none is ever quoted."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

MOST_BYTES = 2_500_000
MOST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 100
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, CalamineError, ElementTree.ParseError),
    *(KeyError, IndexError, ValueError, OSError, RuntimeError, NotImplementedError),  # what a broken archive raises
)


class Unreadable(Exception):
    """A file or text that no list can be read from; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: its text, whether a spreadsheet holds it as a number, or as the result of a formula."""

    text: str = ""
    is_number: bool = False
    is_formula: bool = False


Row = tuple[int, list[Cell]]


def rows_of_file(content: bytes) -> list[list[Row]]:
    """Return the rows of an uploaded file, in each way they can be read: a first sheet, or delimited text."""
    if not content.strip():
        raise Unreadable("The file is empty. Choose the one that lists your clinicians.")
    if len(content) > MOST_BYTES:
        raise Unreadable("The file is larger than 2.5 MB. Send only the sheet that lists your clinicians.")
    if content.startswith(b"PK"):
        return [_sheet_rows(content)]
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "This is an old Excel file (.xls), or one with a password. Open it, save it as “Excel Workbook (.xlsx)” "
            "without a password, and send that."
        )
    if content.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"%PDF", b"BM", b"II*\0", b"MM\0*")):
        raise Unreadable(
            "This is a picture or a PDF, whatever its name says. Send a spreadsheet (.xlsx) or a .csv file."
        )
    return rows_of_text(_decoded(content))


def rows_of_text(text: str) -> list[list[Row]]:
    """Return the rows of a text with tabs, semicolons or commas between cells, read in each of these ways."""
    if not text.strip():
        raise Unreadable("There is nothing to read. Paste the list, its header line included, or choose a file.")
    return [list(_text_rows(text, delimiter)) for delimiter in "\t;,"]


def _decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or what Windows and Excel write (Windows-1252)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Unreadable("This is no spreadsheet and no text. Send an .xlsx file or a .csv file.")
    return text


def _text_rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [Cell(cell.strip()) for cell in cells]
    except csv.Error as error:
        raise Unreadable(
            f"The list cannot be read from line {reader.line_num} on. Save it as .csv once more."
        ) from error


def _sheet_rows(content: bytes) -> list[Row]:
    """Return the rows of a workbook's first sheet; merged cells all hold what the first of them does."""
    broken = Unreadable(
        "This workbook cannot be read. Open it in your spreadsheet program, save it as .xlsx and send that."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(
                    "This workbook unpacks to more than we read. Send only the sheet with your clinicians."
                )
            formulas = _formulas(archive)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.height > MOST_ROWS + 15:
            raise too_many(sheet.height)
        values = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except DAMAGED as error:
        raise broken from error
    for (top, left), (bottom, right) in merged:
        for y in range(top, min(bottom + 1, len(values))):
            for x in range(left, min(right + 1, len(values[y]))):
                values[y][x] = values[top][left]
    return [
        (y, [_cell(value, (y, x) in formulas) for x, value in enumerate(row)]) for y, row in enumerate(values, start=1)
    ]


def _cell(value: object, is_formula: bool) -> Cell:
    """Return a workbook's value as text: a number without its decimal point."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return Cell(str(value).strip(), is_number, is_formula)


def _formulas(archive: zipfile.ZipFile) -> set[tuple[int, int]]:
    """Return the places (row from 1, column from 0) of the first sheet's cells that hold a formula."""
    sheets = archive.read("xl/workbook.xml")
    first = re.search(rb"<(?:\w+:)?sheet [^>]*?:id=\"([^\"]+)\"", sheets)
    targets = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 (expat bounds entities)
    path = next(
        (str(it.get("Target")) for it in targets if first and it.get("Id") == first[1].decode()),
        "worksheets/sheet1.xml",
    )
    path = path.removeprefix("/") if path.startswith("/") else f"xl/{path}"
    sheet = archive.read(path)
    widest = max(map(_column, set(re.findall(rb"<(?:\w+:)?c r=\"([A-Z]{1,3})\d", sheet))), default=0)
    if widest >= MOST_COLUMNS or len(re.findall(rb"<(?:\w+:)?mergeCell ", sheet)) > MOST_ROWS:
        raise Unreadable(
            f"The sheet has more than {MOST_COLUMNS} columns, or too many merged cells. Send a plain list."
        )
    cells = re.finditer(rb"<(?:\w+:)?c r=\"([A-Z]+)(\d+)\"[^>]*>\s*<(?:\w+:)?f[\s/>]", sheet)
    return {(int(cell[2]), _column(cell[1])) for cell in cells}


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def too_many(rows: int) -> Unreadable:
    """Return what is said of a list that is longer than any virtual group's."""
    return Unreadable(
        f"The list has {rows:,} lines; {MOST_ROWS:,} can be read. Send only the clinicians of your group."
    )
