"""Reading a roster that someone pasted or uploaded (contracts: rosters that people upload or paste).

Nothing vanishes: every sheet, column and line with text in it is taken over, or a note names it and says why not. What
may be a whole Social Security number is dropped here, before anyone else sees it. No sentence quotes a cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ground.private_numbers import mask_private_numbers

from .columns import HEADER, HEADER_WITHIN, Columns, find_header, header_again, strength
from .delimited import SEPARATORS, decoded, text_sheet
from .headerless import NPIS_ALONE, columns_by_content, columns_in_words, npis_alone
from .notes import Notes
from .practices_read import PracticesRead, ReadPractice
from .sheets import workbook_sheets
from .tables import MOST_ROWS, RosterUnreadable, Sheet, too_many

MOST_BYTES = 2_500_000
LONGEST_SHOWN = 60  # characters of a sheet's name
NO_HEADER = (
    f"We didn’t find a header line. The first line of the list must name its columns: {HEADER}. The template shows how."
)
IS_EMPTY = "The file is empty. Choose the file that lists your clinicians."


@dataclass(slots=True)
class ReadRoster:
    """A list as it was read; `notes` say, line by line, what was not kept or what was made of it.

    `is_of_one`: it lists clinicians alone, of one practice that it does not name.
    """

    practices: list[ReadPractice]
    notes: list[str]
    is_of_one: bool = False

    @property
    def clinicians(self) -> int:
        """How many lines it has."""
        return sum(len(practice.lines) for practice in self.practices)


def read_file(content: bytes, *, ssn_digits: int) -> ReadRoster:
    """Read an uploaded file. Raises RosterUnreadable."""
    if not content.strip():
        raise RosterUnreadable(IS_EMPTY)
    if len(content) > MOST_BYTES:
        raise RosterUnreadable("The file is larger than 2.5 MB. Send only the sheet that lists your clinicians.")
    if content.startswith(b"PK"):
        return _read(workbook_sheets(content), ssn_digits)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RosterUnreadable(
            "This is an old Excel file (.xls), or it has a password. Open it, save it as “Excel Workbook (.xlsx)” "
            "without a password, and send that file."
        )
    if content.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"%PDF", b"BM", b"II*\0", b"MM\0*")):
        raise RosterUnreadable(
            "This is a picture or a PDF, even if its name says otherwise. Send a spreadsheet (.xlsx) or a .csv file."
        )
    return read_text(decoded(content), ssn_digits=ssn_digits)


def read_text(text: str, *, ssn_digits: int) -> ReadRoster:
    """Read a list as it is pasted from a spreadsheet. Raises RosterUnreadable."""
    if not text.strip():
        raise RosterUnreadable("There is nothing to read. Paste the list, including its header line, or choose a file.")
    ways = [(separator, width) for separator in SEPARATORS for width in (None, 0)]
    top = {way: text_sheet(text, *way, most=HEADER_WITHIN).rows for way in ways}
    separator, width = max(top, key=lambda way: strength(top[way]))
    if header := find_header(top[separator, width]):
        _, cells = top[separator, width][header[0] - 1]
        fitting = text_sheet(text, separator, len(cells))  # as many as the header has
        if find_header(fitting.rows):
            return _read([fitting], ssn_digits)
    return _read([text_sheet(text, separator, width)], ssn_digits)


def _read(sheets: Sequence[Sheet], ssn_digits: int) -> ReadRoster:
    if not any(sheet.rows for sheet in sheets):
        raise RosterUnreadable(IS_EMPTY)
    rows = sum(len(sheet.rows) for sheet in sheets)
    if rows > MOST_ROWS + HEADER_WITHIN * len(sheets):
        raise too_many(rows)
    notes = Notes()
    lists = list(_lists(sheets, notes)) or _without_header(sheets, notes, ssn_digits)
    if not lists:
        raise RosterUnreadable(NO_HEADER)
    is_of_one = len(sheets) == 1 and not lists[0][2].names_practices
    if len(sheets) > 1:
        names = [f"“{_name(sheet)}”" for sheet, _, _ in lists]
        notes.say(f"we read the list from the sheet{'' if len(names) == 1 else 's'} {', '.join(names)}.")
    found = PracticesRead(notes, ssn_digits, is_of_one)
    for sheet, below, columns in lists:
        notes.sheet = _name(sheet) if len(lists) > 1 else ""
        _say_of_columns(columns, notes)
        found.title = ""
        if not columns.names_practices and not is_of_one:
            found.title = _name(sheet)
            notes.say(f"no column names a practice, so we used the sheet’s name “{found.title}”.")
        _read_lines(sheet, below, columns, found)
    if not found.practices:
        said = " ".join(notes.sentences)
        raise RosterUnreadable(said or "The list has a header line and nothing below it.")
    return ReadRoster(found.practices, notes.sentences, is_of_one)


def _read_lines(sheet: Sheet, below: int, columns: Columns, found: PracticesRead) -> None:
    """Read the lines below a header; where another header stands among them, its columns count from there on."""
    for number, cells in sheet.rows[below:]:
        if again := header_again(cells, columns):
            if again is not columns:
                _say_of_columns(again, found.notes)
            columns = again
            continue
        if number in sheet.hidden_rows:
            found.notes.say("hidden in the spreadsheet, but read like the others. Check who is listed there.", number)
        found.take(number, cells, columns, sheet.separator)
    found.finish_sheet()


def _lists(sheets: Sequence[Sheet], notes: Notes) -> Iterator[tuple[Sheet, int, Columns]]:
    """Yield the sheets that hold a list, each with the place of its first line; say which sheets are not read."""
    for sheet in sheets:
        header = find_header(sheet.rows)
        if header and not sheet.is_hidden and (header[1].names_practices or len(sheets) > 1):
            yield sheet, *header
        elif sheet.is_hidden:
            notes.say(f"sheet “{_name(sheet)}” is hidden and was not read.")
        elif len(sheets) > 1 and sheet.rows:
            notes.say(f"sheet “{_name(sheet)}” has no header line and was not read.")


def _without_header(sheets: Sequence[Sheet], notes: Notes, ssn_digits: int) -> list[tuple[Sheet, int, Columns]]:
    """Return the one sheet if its cells tell what it lists, or its header names clinicians alone; else nothing."""
    if len(sheets) > 1 or sheets[0].is_hidden:
        return []
    [sheet] = sheets
    if header := find_header(sheet.rows):
        notes.say("the list names no practice.")
        return [(sheet, *header)]
    if columns := columns_by_content(sheet.rows, ssn_digits):
        notes.say(columns_in_words(columns))
        return [(sheet, 0, columns)]
    if alone := npis_alone(sheet):
        notes.say("there is no header line, so we read the numbers as the NPIs of one practice.")
        return [(alone, 0, NPIS_ALONE)]
    return []


def _name(sheet: Sheet) -> str:
    return mask_private_numbers(sheet.name)[:LONGEST_SHOWN]


def _say_of_columns(columns: Columns, notes: Notes) -> None:
    """Name the columns that are not read."""
    if columns.npi_name:
        notes.say(f"we read the NPIs from the column “{columns.npi_name}” only.")
    for header in columns.unused:
        notes.say(f"the column “{header}” is not used.")
