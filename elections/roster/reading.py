"""Reading a roster that somebody pasted or uploaded (contracts: rosters that people upload or paste).

What may be a whole Social Security number is dropped here, before anybody else sees it. No sentence quotes a cell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from eligibility.law.identifiers import EIN, EIN_DIGITS, SSN, normalise
from ground.private_numbers import has_nine_digit_run, looks_like_ssn

from .tables import MOST_ROWS, Cell, Row, Unreadable, rows_of_file, rows_of_text, too_many

HEADER_WITHIN = 15  # lines: a title and an address may stand above the header
LONGEST_CELL = 200
LONGEST_NPI = 40

COLUMNS = {
    "name": "practice practicename group groupname organization organizationname organisation practicelegalname "
    "legalbusinessname legalname clinic clinicname nameofpractice groupororganizationname",
    "kind": "tinkind kind tintype kindoftin typeoftin taxidtype tinis taxidkind idtype",
    "tin": "tin taxid taxidnumber taxidno taxpayerid taxpayeridentificationnumber taxidentificationnumber ein "
    "einnumber federaltaxid federaltaxidnumber ssn tinnumber tinein eintin groupein grouptin practicetin "
    "employeridentificationnumber",
    "npi": "npi npinumber npino individualnpi providernpi cliniciannpi nationalprovideridentifier npis type1npi "
    "renderingnpi physiciannpi",
    "last": "lastname last surname familyname clinicianlastname providerlastname providerlastnamelegalname lname",
    "first": "firstname first givenname clinicianfirstname providerfirstname fname",
}
NAMED = {word: column for column, words in COLUMNS.items() for word in words.split()}
HEADER = "practice name, tin kind, tin, npi, last name, first name"
KINDS = {
    **dict.fromkeys(["ein", "e", "employer", "employeridentificationnumber", "employeridentificationnumberein"], EIN),
    **dict.fromkeys(["ssn", "s", "socialsecurity", "socialsecuritynumber", "socialsecuritynumberssn"], SSN),
}
NINE_DIGITS = "had nine digits, which may be somebody’s Social Security number, and was not kept"


@dataclass(slots=True)
class ReadLine:
    """One clinician, and from which line of the list."""

    row: int
    npi: str
    last_name: str = ""
    first_name: str = ""


@dataclass(slots=True)
class ReadPractice:
    """One practice of the list. `tin_kind` is empty where the list does not say it: then `tin` may be a whole SSN."""

    row: int
    name: str
    tin_kind: str
    tin: str
    tin_is_number: bool = False  # a spreadsheet held it so, and dropped its leading zeros
    lines: list[ReadLine] = field(default_factory=list)

    @property
    def needs_kind(self) -> bool:
        """Say whether it has to be asked what kind of number its TIN is."""
        return bool(self.tin) and not self.tin_kind


@dataclass(slots=True)
class ReadRoster:
    """A list as it was read; `notes` say, line by line, what was not kept or what was made of it."""

    practices: list[ReadPractice]
    notes: list[str]

    @property
    def clinicians(self) -> int:
        """How many lines it has."""
        return sum(len(practice.lines) for practice in self.practices)


def read_file(content: bytes, *, ssn_digits: int) -> ReadRoster:
    """Read an uploaded file. Raises Unreadable."""
    return _read(max(rows_of_file(content), key=_header_strength), ssn_digits)


def read_text(text: str, *, ssn_digits: int) -> ReadRoster:
    """Read a list as it is pasted from a spreadsheet. Raises Unreadable."""
    return _read(max(rows_of_text(text), key=_header_strength), ssn_digits)


def _read(rows: Sequence[Row], ssn_digits: int) -> ReadRoster:
    rows = [(number, cells) for number, cells in rows if any(cell.text for cell in cells)]
    if not rows:
        raise Unreadable("The file is empty. Choose the one that lists your clinicians.")
    if len(rows) > MOST_ROWS + HEADER_WITHIN:
        raise too_many(len(rows))
    place = max(range(min(HEADER_WITHIN, len(rows))), key=lambda at: len(_columns(rows[at][1])))
    columns = _columns(rows[place][1])
    if "npi" not in columns or not columns.keys() & {"tin", "name"}:
        raise Unreadable(
            f"We found no header line. The first line of the list has to name its columns: {HEADER}. "
            "The template shows how."
        )
    reading = _Reading(columns, ssn_digits)
    for number, cells in rows[place + 1 :]:
        if len(_columns(cells)) > 1:
            continue  # a second header line, or the header once more
        reading.take(number, cells)
    if not reading.practices:
        raise Unreadable("The list has a header line and nothing below it.")
    return ReadRoster(reading.practices, reading.notes)


def _columns(cells: Sequence[Cell]) -> dict[str, int]:
    """Return which column stands where, by the words of a header line; of two of one meaning the first."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        column = NAMED.get(re.sub(r"[^a-z0-9]", "", cell.text.lower()))
        if column:
            found.setdefault(column, place)
    return found


def _header_strength(rows: Sequence[Row]) -> tuple[int, int]:
    """Return how many columns the best header line names, and how many cells lines have: to choose a delimiter by."""
    top = rows[:HEADER_WITHIN]
    return max((len(_columns(cells)) for _, cells in top), default=0), max((len(cells) for _, cells in top), default=0)


def fitting_tin(tin: str, kind: str, is_number: bool, ssn_digits: int) -> tuple[str, str]:
    """Return a TIN of this kind as it may be kept, and what is to say of it.

    More digits than may be kept of an SSN are dropped; zeros that a spreadsheet dropped come back. Without a kind it is
    returned as it is: it may be a whole SSN, and is not to be kept.
    """
    digits = tin if tin.isascii() and tin.isdigit() else ""
    if kind == SSN and len(re.sub(r"\D", "", tin)) > ssn_digits:
        return "", (
            "that is more of a Social Security number than is asked for, and was not kept. "
            f"Type only the last {ssn_digits} digits."
        )
    if kind == SSN and is_number and digits:
        return digits.zfill(ssn_digits), ""
    if kind == EIN and len(re.sub(r"\D", "", tin)) > EIN_DIGITS:
        return "", f"that is longer than any EIN, and was not kept. An EIN has {EIN_DIGITS} digits."
    if kind == EIN and len(digits) == EIN_DIGITS - 1:
        note = "" if is_number else "the EIN had eight digits; the zero that spreadsheets drop was put back. Check it."
        return digits.zfill(EIN_DIGITS), note
    return tin, ""


def _may_be_ssn(text: str) -> bool:
    """Say whether nine digits stand in a row, also where a cell has lines."""
    return has_nine_digit_run(text) or has_nine_digit_run(" ".join(text.split()))


class _Reading:
    """The practices of a list, gathered line by line."""

    def __init__(self, columns: dict[str, int], ssn_digits: int) -> None:
        self.columns, self.ssn_digits = columns, ssn_digits
        self.practices: list[ReadPractice] = []
        self.notes: list[str] = []
        self._of: dict[str, list[ReadPractice]] = {}

    def take(self, number: int, cells: Sequence[Cell]) -> None:
        """Add one line."""
        row = {name: cells[place] if place < len(cells) else Cell() for name, place in self.columns.items()}
        practice = self._practice(number, row)
        npi = self._npi(number, row.get("npi", Cell()))
        last, first = (self._words(number, row.get(name, Cell()), what) for name, what in NAMES.items())
        if npi or last or first:
            practice.lines.append(ReadLine(number, npi, last, first))

    def _practice(self, number: int, row: dict[str, Cell]) -> ReadPractice:
        """Return whose line it is: of the same TIN, else of the same name, else that of the line above."""
        name = self._words(number, row.get("name", Cell()), "practice name")
        kind = self._kind(number, row.get("kind", Cell()))
        raw = row.get("tin", Cell())
        seen = normalise(raw.text)  # two practices are told apart by what was typed, also where that is not kept
        if not (name or seen) and self.practices:
            if not self.practices[-1].lines or row.get("npi", Cell()).text:
                self.notes.append(f"Line {number} names no practice, so it was taken for the one above.")
            return self.practices[-1]
        known = self._by_tin(seen, kind) if seen else self._by_name(name)
        if known is not None and kind and not known.tin_kind:
            known.tin_kind, known.tin = kind, self._tin(number, raw, kind)
        if known is None:
            known = ReadPractice(number, name, kind, self._tin(number, raw, kind), raw.is_number)
            self.practices.append(known)
            self._of.setdefault(seen, []).append(known)
        if not known.name:
            known.name = name
        return known

    def _by_tin(self, seen: str, kind: str) -> ReadPractice | None:
        """Return the practice of the same TIN as typed; where one of two lines says no kind, it has the other's."""
        alike = self._of.get(seen, [])
        return next(
            (practice for practice in alike if practice.tin_kind == kind or not (practice.tin_kind and kind)), None
        )

    def _by_name(self, name: str) -> ReadPractice | None:
        same = [practice for practice in self.practices if name and practice.name.casefold() == name.casefold()]
        return same[0] if len(same) == 1 else None

    def _kind(self, number: int, cell: Cell) -> str:
        word = re.sub(r"[^a-z]", "", cell.text.lower())
        if word and word not in KINDS:
            self.notes.append(f"Line {number}: the kind of TIN is neither EIN nor SSN. Choose it for the practice.")
        return KINDS.get(word, "")

    def _tin(self, number: int, cell: Cell, kind: str) -> str:
        """Return the TIN as it may be kept: nothing where it may be a whole SSN; with its leading zeros back."""
        if looks_like_ssn(" ".join(cell.text.split())):
            self.notes.append(f"Line {number}: the TIN has the shape of a Social Security number. {self._only}")
            return ""
        tin, note = fitting_tin(normalise(self._number(number, cell, "TIN")), kind, cell.is_number, self.ssn_digits)
        if note:
            self.notes.append(f"Line {number}: {note}")
        return tin[:LONGEST_CELL]

    @property
    def _only(self) -> str:
        return f"It was not kept. Type only the last {self.ssn_digits} digits, and choose “SSN”."

    def _number(self, number: int, cell: Cell, what: str) -> str:
        """Return a cell that holds a number; nothing where it holds a formula, or what is left of a longer number."""
        if cell.is_formula:
            self.notes.append(f"Line {number}: a formula stands in the {what} cell. Type the number itself.")
            return ""
        if re.fullmatch(r"[\d.,]+E\+\d+", cell.text, re.IGNORECASE):
            self.notes.append(f"Line {number}: the spreadsheet shortened the {what} (as in 1.2E+9). Type it as text.")
            return ""
        return cell.text

    def _npi(self, number: int, cell: Cell) -> str:
        if _may_be_ssn(cell.text):
            self.notes.append(f"Line {number}: the NPI {NINE_DIGITS}.")
            return ""
        return normalise(self._number(number, cell, "NPI"))[:LONGEST_NPI]

    def _words(self, number: int, cell: Cell, what: str) -> str:
        if _may_be_ssn(cell.text):
            self.notes.append(f"Line {number}: the {what} {NINE_DIGITS}.")
            return ""
        return " ".join(cell.text.split())[:LONGEST_CELL]


NAMES = {"last": "last name", "first": "first name"}
