"""Generated lists of every format: every line, sheet and column with text in it is taken over, or named."""

import csv
import io
import re
from dataclasses import dataclass, field

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elections.roster.reading import ReadRoster, read_file, read_text
from elections.roster.tables import RosterUnreadable
from eligibility.law.identifiers import is_valid_npi

HEADERS = {
    "name": ("practice name", "Practice", "GROUP_NAME", "TIN Name", "Legal Business Name"),
    "kind": ("tin kind", "TIN Type", "Kind"),
    "tin": ("tin", "Tax ID (TIN)", "TIN/EIN #", "FEIN", "Taxpayer Identification Number (TIN)", "EIN"),
    "npi": ("npi", "NPI Number", "Individual NPI", "NPIs", "National Provider Identifier (NPI)", "NPI #"),
    "last": ("last name", "Last", "Clinician Last Name", "Surname"),
    "first": ("first name", "First", "Given name"),
}
UNUSED = ("Specialty", "Phone", "Provider Name", "Notes", "Address (street)", "Group NPI")
NPIS = [f"{number}" for number in range(1230001000, 1230002000) if is_valid_npi(str(number))]
WORDS = ("Adams", "O’Brien", "de la Cruz", 'Ann "Bud', "Cole, Jr.", "Müller-Lüdenscheidt", "X", "Bo\u200b", "Nguyễn")
NAMES = (
    "Lakeside Family Medicine",
    "Riverside Clinic, LLC",
    "Total Care",
    'The "Best" Clinic',
    "Oceanview",
    "São João",
    "",
)
TINS = (
    "961234567",
    "95-2345678",
    "12345678",
    "012345678",
    "EIN: 96-1234567",
    '="951234567"',
    "961,234,567",
    "pending",
    "9.52E+08",
    "",
)
REMARKS = (
    "Total",
    "Grand total: 3",
    "* new in 2026, please confirm",
    "Prepared by: the office, 555-0100",
    "(9 digits)",
    "n/a",
    "?",
)
DITTO = ('"', "″", "do.", "ditto")

npi_cells = st.one_of(
    st.sampled_from(NPIS),
    st.lists(st.sampled_from(NPIS), min_size=2, max_size=4, unique=True).flatmap(
        lambda npis: st.sampled_from((", ", "; ", " / ", "\n", " and ", " ")).map(lambda between: between.join(npis))
    ),
    st.sampled_from(("NPI 1230001004", "1230001004.0", "1,230,001,004", "12300", "pending", "1.23E+09", "")),
)
CELLS = {
    "name": st.sampled_from((*NAMES, *DITTO, *REMARKS)),
    "kind": st.sampled_from(("EIN", "ein", "E", "", "", "passport", '"')),
    "tin": st.sampled_from((*TINS, *DITTO)),
    "npi": npi_cells,
    "last": st.sampled_from((*WORDS, "", "", '"')),
    "first": st.sampled_from((*WORDS, "", "")),
    "unused": st.sampled_from(("", "Cardiology", "555-0100", "Dr. Ann, MD")),
}


@dataclass
class Made:
    """A list as it was made: a sheet with its header and lines; `numbers` are those of its lines."""

    title: str
    columns: list[str]
    header: list[str]
    lines: list[list[str]]
    is_hidden: bool = False
    above: list[list[str]] = field(default_factory=list)

    @property
    def rows(self) -> list[list[str]]:
        return [*self.above, self.header, *self.lines]

    @property
    def numbered(self) -> list[tuple[int, list[str]]]:
        return [(number, line) for number, line in enumerate(self.lines, start=len(self.above) + 2)]


@dataclass
class Book:
    """A workbook as it was made: its lists, and the sheets that hold none."""

    lists: list[Made]
    covers: list[str]
    holds_numbers: bool  # whether what looks like a number is one, and its leading zeros are gone

    @property
    def content(self) -> bytes:
        content = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": self.holds_numbers}
        with xlsxwriter.Workbook(content, options) as book:
            for cover in self.covers:
                book.add_worksheet(cover).write_string(0, 0, "Please fill in the next sheet")
            for made in self.lists:
                sheet = book.add_worksheet(made.title)
                for y, row in enumerate(made.rows):
                    for x, cell in enumerate(row):
                        if cell:
                            sheet.write(y, x, cell)
                if made.is_hidden:
                    sheet.hide()
        return content.getvalue()


@st.composite
def made_lists(draw, title: str = "", is_hidden: bool = False) -> Made:
    columns = draw(
        st.permutations(["name", "kind", "tin", "npi", "last", "first", *["unused"] * draw(st.integers(0, 2))])
    )
    columns = [column for column in columns if column in ("npi", "name") or draw(st.integers(0, 9))]
    unused = iter(draw(st.permutations(UNUSED)))
    header = [next(unused) if column == "unused" else draw(st.sampled_from(HEADERS[column])) for column in columns]
    lines = draw(st.lists(st.tuples(*(CELLS[column] for column in columns)).map(list), min_size=1, max_size=12))
    for line in lines:
        if not draw(st.integers(0, 11)):
            line.append(draw(st.sampled_from(("a remark", "3", ""))))
    above = draw(st.sampled_from(([], [], [["Roster of 2027"]], [["Roster, 2027"], [""]])))
    return Made(title, columns, header, lines, is_hidden, above)


@st.composite
def workbooks(draw) -> Book:
    titles = draw(
        st.lists(st.sampled_from(("2027", "Lakeside", "Riverside", "Roster")), min_size=1, max_size=3, unique=True)
    )
    lists = [draw(made_lists(title, draw(st.integers(0, 3)) == 0 and place > 0)) for place, title in enumerate(titles)]
    return Book(lists, draw(st.sampled_from(([], ["Read me"]))), draw(st.booleans()))


@st.composite
def texts(draw) -> tuple[str, Made]:
    """Return a text as a program writes it, or as people paste it: without quotation marks around what needs them."""
    made = draw(made_lists())
    separator = draw(st.sampled_from(",;\t"))
    if draw(st.booleans()):
        content, width = io.StringIO(), max(map(len, made.rows))  # programs write as many cells in every row
        rows = [row + [""] * (width - len(row)) for row in made.rows]
        csv.writer(content, delimiter=separator).writerows(rows)
        return content.getvalue(), made
    for line in made.lines:
        line[:] = [cell.replace("\n", " ").replace(separator, " ") for cell in line]
    return "\r\n".join(separator.join(row) for row in made.rows), made


def lines_named(notes: list[str], sheet: str = "") -> set[int]:
    """Return the numbers of the lines that the notes name, of one sheet."""
    found: set[int] = set()
    for note in notes:
        where = re.match(r"(?:Sheet “(?P<sheet>[^”]*)”, )?lines? (?P<lines>[\d, toand]+):", note, re.IGNORECASE)
        if where and (where["sheet"] or "") == sheet:
            for part in re.findall(r"(\d+)(?: to (\d+))?", where["lines"]):
                found |= set(range(int(part[0]), int(part[1] or part[0]) + 1))
    return found


def plain(text: str) -> str:
    return " ".join(text.split())


def unsaid(made: Made, found: ReadRoster, sheet: str) -> list[str]:
    """Return what of a list was neither taken over nor named."""
    named = lines_named(found.notes, sheet)
    practices = {plain(practice.name).casefold() for practice in found.practices}
    tins = {
        "9.52E+08" if one.tin == "952000000" else one.tin if one.tin == "pending" else one.tin.zfill(9)
        for one in found.practices
    }
    everyone = [line for practice in found.practices for line in practice.lines]
    missing = []
    for number, line in made.numbered:
        if number in named:
            continue
        here = [one for one in everyone if one.row == number]
        words = {one.last_name for one in here} | {one.first_name for one in here}
        for column, cell in zip(made.columns, line, strict=False):
            text = plain(cell)
            is_there = (
                not text
                or column in ("unused", "kind")
                or text in DITTO
                or (column == "name" and text.casefold() in practices)
                or (column in ("last", "first") and text in words)
                or (column == "npi" and set(re.findall(r"\d{10}", text)) <= {one.npi for one in here})
                or (column == "tin" and {text, re.sub(r"\D", "", text).zfill(9)} & tins)
            )
            if not is_there:
                missing.append(f"line {number}, {column}: {text!r}")
        if len(line) > len(made.columns) and line[-1]:
            missing.append(f"line {number}: {line[-1]!r}")
    missing += [
        f"column {header!r}"
        for column, header in zip(made.columns, made.header, strict=True)
        if column == "unused" and not any(f"“{header}”" in note for note in found.notes)
    ]
    return missing


def read(content: str | bytes) -> ReadRoster:
    """Read a list; of one that nothing can be read from, what is said instead."""
    try:
        return read_text(content, ssn_digits=6) if isinstance(content, str) else read_file(content, ssn_digits=6)
    except RosterUnreadable as unreadable:
        return ReadRoster([], re.split(r"(?<=\.) (?=[A-Z])", str(unreadable)))


def check_text(case: tuple[str, Made]) -> None:
    text, made = case
    assert unsaid(made, read(text), "") == []


def check_workbook(book: Book) -> None:
    found = read(book.content)
    visible = [made for made in book.lists if not made.is_hidden]
    assert [unsaid(made, found, made.title if len(visible) > 1 else "") for made in visible] == [[]] * len(visible)
    unread = [*(made.title for made in book.lists if made.is_hidden), *book.covers]
    assert [title for title in unread if not any(note.startswith(f"Sheet “{title}” ") for note in found.notes)] == []


CHECKS = {check_text: texts(), check_workbook: workbooks()}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize(
    "examples", [pytest.param(50, id="100"), pytest.param(1000, id="2000", marks=pytest.mark.proof)]
)
@pytest.mark.parametrize("check", CHECKS)
def test_every_line_sheet_and_column_is_taken_over_or_named(check, examples):
    examined = settings(max_examples=examples, deadline=None, suppress_health_check=SLOW, database=None)
    examined(given(CHECKS[check])(check))()
