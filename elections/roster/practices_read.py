"""The practices of a list, gathered line by line: of one TIN as it will be kept, else of one name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from eligibility.law.identifiers import EIN, EIN_DIGITS, SSN, SSN_WHOLE, ein_or_ssn, npi_problem, typed_npis, typed_tin
from ground import fonts
from ground.private_numbers import has_nine_digit_run, looks_like_ssn, mask_private_numbers

from ..models.election import LONGEST_NPI
from .columns import Columns
from .lines_read import SHORTENED, Line, LinesRead, digits_in
from .notes import Notes
from .tables import Cell

LONGEST_CELL = 200
LONGEST_NAME = 100
KINDS = {**dict.fromkeys(("ein", "fein", "e", "employer"), EIN), **dict.fromkeys(("ssn", "s", "social"), SSN)}
NINE_DIGITS = "has 9 digits that might be someone’s Social Security number"
LEFT_OUT = "left out, because there is no TIN and no NPI."
AS_TOTAL = "left out as a total or a note."


@dataclass(slots=True)
class ReadLine:
    """One clinician, and from which line of the list."""

    row: int
    npi: str
    last_name: str = ""
    first_name: str = ""


@dataclass(slots=True, eq=False)
class ReadPractice:
    """One practice of the list. `tin_kind` is empty where the list does not say it: then `tin` may be a whole SSN."""

    row: int
    name: str
    tin_kind: str
    tin: str
    tin_is_number: bool = False  # a spreadsheet held it so, and dropped its leading zeros
    lines: list[ReadLine] = field(default_factory=list)
    sheet: str = ""  # where a workbook has several
    member_id: int | None = None  # whose clinicians they are, of a list that names no practice

    @property
    def where(self) -> str:
        """Where the practice is named first, to begin a sentence with."""
        return f"Sheet “{self.sheet}”, line {self.row}" if self.sheet else f"Line {self.row}"

    @property
    def needs_kind(self) -> bool:
        """Say whether it has to be asked what kind of number its TIN is."""
        return bool(self.tin) and not self.tin_kind


def fitting_tin(tin: str, kind: str, is_number: bool, ssn_digits: int) -> tuple[str, str]:
    """Return a TIN of this kind as it may be kept, and what is to say of it.

    More digits than may be kept of an SSN are dropped; zeros that a spreadsheet dropped come back. Without a kind it is
    returned as it is: it may be a whole SSN, and is not to be kept.
    """
    count = len(re.sub(r"\D", "", tin))
    if kind == SSN and count > ssn_digits:
        return "", (
            "the TIN is more of a Social Security number than we need, so we didn’t keep it. "
            f"Type only the last {ssn_digits} digits."
        )
    if kind == SSN and is_number and tin.isdigit():
        return tin.zfill(ssn_digits), ""
    if kind == EIN and count > EIN_DIGITS:
        return "", f"the TIN is longer than an EIN, so we didn’t keep it. An EIN has {EIN_DIGITS} digits."
    if kind == EIN and tin.isdigit() and count == EIN_DIGITS - 1:
        note = "" if is_number else "the EIN had 8 digits. We put back the zero that spreadsheets drop. Check it."
        return tin.zfill(EIN_DIGITS), note
    return tin, ""


class PracticesRead:
    """The practices of a list; `take` adds a line, and whatever is not taken as it stands is said in the notes."""

    def __init__(self, notes: Notes, ssn_digits: int, is_of_one: bool = False) -> None:
        self.notes, self.ssn_digits, self.is_of_one = notes, ssn_digits, is_of_one
        self._lines = LinesRead(notes, ssn_digits)
        self.practices: list[ReadPractice] = []
        self.title = ""  # of a sheet whose lines name no practice: the practice they are of
        self._of: dict[str, list[ReadPractice]] = {}  # by TIN as it will be kept, "" without one
        self._named: dict[str, list[ReadPractice]] = {}  # by name in small letters
        self._last: ReadPractice | None = None  # whose the line above was
        self._heading: tuple[int, str] | None = None  # a line with a name alone: of a total, or of the lines below it

    def take(self, number: int, cells: Sequence[Cell], columns: Columns, separator: str = "") -> None:
        """Add one line; `separator` is what stands between the cells of a text."""
        line = self._lines.read(number, cells, columns, separator)
        if line is None:
            return
        if not line.has_number:
            self._leave_out(line)
            return
        practice = self._last = self._practice(line)
        for clinician in line.clinicians:
            practice.lines += self._clinicians(number, *clinician)

    def finish_sheet(self) -> None:
        """Say what was left open by the last line, and forget what stood above: a sheet is a list of its own."""
        self._say_heading()
        self._last = None
        self._lines.begin_sheet()

    def _leave_out(self, line: Line) -> None:
        """Leave out a line without a TIN and an NPI; a name alone may be that of the practice of the lines below."""
        self._say_heading()
        if line.texts == [line.name.text] and not line.is_total:
            self._heading = line.number, self._practice_name(line.number, line.name)
        else:
            self.notes.say(AS_TOTAL if line.is_total else LEFT_OUT, line.number)

    def _say_heading(self) -> None:
        if self._heading:
            self.notes.say(LEFT_OUT, self._heading[0])
        self._heading = None

    def _practice(self, line: Line) -> ReadPractice:
        """Return whose line it is: of the same TIN, else of the same name, else that of the line above."""
        number = line.number
        name = self._practice_name(number, line.name if line.name.text else Cell(self.title))
        kind = self._kind(number, line.kind)
        raw = self._tin_text(number, line.tin)
        if not name and self._heading:
            name, self._heading = self._heading[1], None
        elif not name and not raw and self._last:
            if not self.is_of_one:
                self.notes.say("no practice is named, so we used the practice above.", number)
            return self._last
        self._say_heading()
        seen = _key(raw, kind, line.tin.is_number, self.ssn_digits)
        known = self._known(seen, kind, name)
        if known is None:
            tin = self._tin(number, raw, line.tin, kind)
            known = ReadPractice(number, name, kind, tin, line.tin.is_number, sheet=self.notes.sheet)
            self.practices.append(known)
            self._of.setdefault(seen, []).append(known)
            self._named.setdefault(name.casefold(), []).append(known)
        else:
            self._add_to(known, line, name, kind, raw)
        return known

    def _known(self, seen: str, kind: str, name: str) -> ReadPractice | None:
        """Return the practice of this TIN as typed; of one name where one of the two has no TIN.

        Two people may share the last digits of an SSN: their names tell them apart.
        """
        same_name = self._named.get(name.casefold(), []) if name else []
        if not seen:
            return same_name[0] if len(same_name) == 1 else None
        for practice in self._of.get(seen, []):
            is_other_person = kind == SSN and name and practice.name and practice not in same_name
            if (practice.tin_kind == kind or not (practice.tin_kind and kind)) and not is_other_person:
                return practice
        is_without = len(same_name) == 1 and same_name[0] in self._of.get("", [])
        return same_name[0] if is_without else None

    def _add_to(self, known: ReadPractice, line: Line, name: str, kind: str, raw: str) -> None:
        """Fill in what a practice lacks, and say what contradicts it."""
        number = line.number
        if kind and known.tin_kind and kind != known.tin_kind:
            place = self._place_of(known)
            self.notes.say(f"the kind of TIN differs from {place}. We used the kind in {place}.", number)
        elif kind and not known.tin_kind:
            known.tin_kind = kind
            known.tin = self._tin(known.row, known.tin, Cell(known.tin, known.tin_is_number), kind)
        if raw and known in self._of.get("", []):
            known.tin, known.tin_is_number = self._tin(number, raw, line.tin, known.tin_kind), line.tin.is_number
            self._of[""].remove(known)
            self._of.setdefault(_key(raw, known.tin_kind, line.tin.is_number, self.ssn_digits), []).append(known)
        if not known.name:
            known.name = name
            self._named.setdefault(name.casefold(), []).append(known)
        elif name and name.casefold() != known.name.casefold():
            place = self._place_of(known)
            self.notes.say(f"the practice’s name differs from {place}. We used the name in {place}.", number)

    def _place_of(self, practice: ReadPractice) -> str:
        is_here = practice.sheet == self.notes.sheet
        return f"line {practice.row}" if is_here else f"line {practice.row} of sheet “{practice.sheet}”"

    def _kind(self, number: int, cell: Cell) -> str:
        words = set(re.findall(r"[a-z]+", cell.text.casefold()))
        kinds = {KINDS[word] for word in words if word in KINDS}
        if len(kinds) == 1:
            return kinds.pop()
        if cell.text:
            self.notes.say("the kind of TIN is neither EIN nor SSN. Choose one for the practice.", number)
        return ""

    def _tin_text(self, number: int, cell: Cell) -> str:
        """Return the number that stands in a TIN's cell; nothing where it has the shape of an SSN, or was shortened."""
        if self._is_shortened(number, cell, "TIN"):
            return ""
        typed = typed_tin(cell.text)
        if cell.text and not digits_in(typed):
            self.notes.say("the TIN’s cell has no number.", number)
            return ""
        return typed

    def _tin(self, number: int, raw: str, cell: Cell, kind: str) -> str:
        """Return the TIN as it may be kept: nothing where it may be a whole SSN; with its leading zeros back."""
        if looks_like_ssn(" ".join(cell.text.split())):
            ways = ein_or_ssn(self.ssn_digits)
            self.notes.say(f"the TIN looks like a Social Security number, so we didn’t keep it. {ways}", number)
            return ""
        tin, note = fitting_tin(raw, kind, cell.is_number, self.ssn_digits)
        if note:
            self.notes.say(note, number)
        return self._cut(number, tin, "TIN", LONGEST_NPI)

    def _is_shortened(self, number: int, cell: Cell, what: str) -> bool:
        is_shortened = SHORTENED.fullmatch(cell.text) is not None
        if is_shortened:
            self.notes.say(f"the spreadsheet shortened the {what} (for example, to 1.2E+9). Type it as text.", number)
        return is_shortened

    def _clinicians(self, number: int, npi: Cell, last: Cell, first: Cell) -> list[ReadLine]:
        """Return the clinicians in these cells. A name beside several NPIs is dropped: it is unclear whose it is."""
        names = [
            self._words(number, cell, what, LONGEST_NAME) for cell, what in ((last, "last name"), (first, "first name"))
        ]
        npis = self._npis(number, npi)
        if len(npis) > 1:
            if any(names):
                self.notes.say("one name is next to several NPIs, so we didn’t use the name.", number)
            return [ReadLine(number, one) for one in npis]
        return [ReadLine(number, *(npis or [""]), *names)] if npis or any(names) else []

    def _npis(self, number: int, cell: Cell) -> list[str]:
        """Return the NPIs of a cell; what may be an SSN is dropped, and so are words beside a whole NPI."""
        if self._is_shortened(number, cell, "NPI"):
            return []
        text, one_line = cell.text, " ".join(cell.text.split())
        if looks_like_ssn(one_line) or has_nine_digit_run(one_line):
            self.notes.say(f"the NPI {NINE_DIGITS}. We didn’t keep it.", number)
            text = mask_private_numbers(one_line, " ; ")
            if looks_like_ssn(text):
                return []
        kept = []
        typed = typed_npis(text)
        has_whole = any(npi_problem(one) is None for one in typed)
        has_digits = any(map(digits_in, typed))
        for one in typed:
            if digits_in(one) == SSN_WHOLE:
                self.notes.say(f"the NPI {NINE_DIGITS}. We didn’t keep it.", number)
            elif (has_whole and not one.isdecimal()) or (has_digits and not digits_in(one)):
                self.notes.say("we left out the words next to the NPI.", number)
            else:
                kept.append(self._cut(number, one, "NPI", LONGEST_NPI))
        return kept

    def _practice_name(self, number: int, cell: Cell) -> str:
        """Return a practice's name without what the agreement's PDF cannot show."""
        name = self._words(number, cell, "practice name")
        if gone := fonts.lacking(name):
            self.notes.say(
                f"the agreement’s PDF can’t show {fonts.in_words(gone)}. We kept the name without it.", number
            )
        return " ".join("".join(letter for letter in name if letter not in gone).split())

    def _words(self, number: int, cell: Cell, what: str, longest: int = LONGEST_CELL) -> str:
        """Return a name on one line; nine digits in it are masked."""
        text = " ".join(cell.text.split())
        if has_nine_digit_run(text):
            self.notes.say(f"the {what} {NINE_DIGITS}. We kept the rest, but not the digits.", number)
            text = mask_private_numbers(text)
        return self._cut(number, text, what, longest)

    def _cut(self, number: int, text: str, what: str, longest: int) -> str:
        if len(text) > longest:
            self.notes.say(f"the {what} is longer than {longest} characters. We kept only the first {longest}.", number)
        return text[:longest]


def _key(tin: str, kind: str, is_number: bool, ssn_digits: int) -> str:
    """Return the key of a TIN: the digits as they will be stored, or as typed if they will not be."""
    if kind == SSN:
        return tin.zfill(ssn_digits) if is_number and tin else tin
    return tin.zfill(EIN_DIGITS) if len(tin) == EIN_DIGITS - 1 and tin.isdigit() else tin
