"""Text with tabs, semicolons or commas between its cells: a .csv file, or what is pasted from a spreadsheet.

People type quotation marks for inches, nicknames and "the same as above". So a mark opens a cell of several lines only
where one closes it and the lines together make a row; else it is text, and swallows nothing.
"""

import csv
import re
from collections.abc import Iterator
from itertools import islice

from .tables import Cell, RosterUnreadable, Row, Sheet, filled

SEPARATORS = "\t;,|"
MOST_LINES_OF_A_CELL = 60
MOST_LINES = 100_000
LONGEST_LINE = 130_000  # characters; what a program writes in one line is far below


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or what Windows and Excel write (Windows-1252)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise RosterUnreadable("This file isn’t a spreadsheet or a text file. Send an .xlsx file or a .csv file.")
    return text


def text_sheet(text: str, separator: str, width: int | None = None, most: int | None = None) -> Sheet:
    """Return the rows of a text, all or the first; where it is known how many cells a row has, quoted ones fit that.

    Rows are numbered as a spreadsheet shows them: a cell of several lines is in one row. Raises RosterUnreadable.
    """
    return Sheet(list(islice(filled(_rows(text, separator, width)), most)), separator=separator)


def _rows(text: str, separator: str, width: int | None) -> Iterator[Row]:
    lines = re.split(r"\r\n|\n|\r", text)
    if len(lines) > MOST_LINES:
        raise RosterUnreadable(
            f"The text has {len(lines):,} lines, including empty ones. That is too many. "
            "Send only the list of your clinicians."
        )
    at = number = 0
    while at < len(lines):
        if len(lines[at]) > LONGEST_LINE:
            raise RosterUnreadable(f"We can’t read the list from line {number + 1} on. Save it as a .csv file again.")
        taken, cells = _row(lines, at, separator, width)
        at, number = at + taken, number + 1
        yield number, [Cell(cell.strip()) for cell in cells]


def _row(lines: list[str], at: int, separator: str, width: int | None) -> tuple[int, list[str]]:
    """Return the number of lines that the row at this place takes, and its cells."""
    as_text = 1, lines[at].split(separator)
    if '"' not in lines[at]:
        return as_text
    for taken in range(1, MOST_LINES_OF_A_CELL + 1):
        cells, is_open = _quoted("\n".join(lines[at : at + taken]), separator)
        if cells is not None and _is_row(cells, lines[at : at + taken], separator, width):
            return taken, cells
        if not is_open or at + taken >= len(lines):
            break
    return as_text


def _quoted(text: str, separator: str) -> tuple[list[str] | None, bool]:
    """Return the cells of a row as programs write marks, None where a mark is text; and whether one is left open."""
    try:
        [cells] = csv.reader([text], delimiter=separator, strict=True)
    except (csv.Error, ValueError) as error:
        return None, "unexpected end" in str(error)
    return cells, False


def _is_row(cells: list[str], lines: list[str], separator: str, width: int | None) -> bool:
    """Say whether quotation marks make a row of these lines, and did not join what two marks of "as above" part.

    Tabs stand in no cell, so lines with tabs make a row of exactly the header's width; others may have cells too many.
    """
    parted = [cell for cell in cells if separator in cell]
    if any(separator == "\t" or (cell.startswith(separator) and cell.endswith(separator)) for cell in parted):
        return False
    if len(lines) == 1 or width is None:
        return True
    are_whole = [line.count(separator) + 1 >= width for line in lines]  # by themselves: then a mark joined two rows
    holds_row = any("\n" in cell and cell.count(separator) + 1 >= width for cell in parted)
    is_wide = len(cells) == width or (separator != "\t" and len(cells) > width > 0)
    return is_wide and not holds_row and not (are_whole[0] and any(are_whole[1:]))
