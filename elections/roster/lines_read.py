"""One line of a list at a time: its cells by what they mean, put right where that is sure, and said where it is not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from eligibility.law.identifiers import EIN_DIGITS, NPI_DIGITS, npi_problem, typed_npis, typed_tin

from .columns import ClinicianColumns, Columns
from .notes import Notes
from .tables import NOTHING, Cell

DITTO = re.compile(
    r"[\"″“”„〃]+|'{2}|’{2}|-\s*(?:[\"″“”]|do)\s*-|(d(it)?to|do)\.|ditto|(?:same )?as above|same", re.IGNORECASE
)
SHORTENED = re.compile(r"\d+(?:[.,]\d*)?E\+?\d{1,2}", re.IGNORECASE)
TOTALS = re.compile(r"\b(sub)?totals?\b|^\W*((sum|count|number) of|notes?|prepared|updated)\b", re.IGNORECASE)
LEAST_DIGITS = 4  # of what may be a TIN or an NPI, or the rest of one
LEAST_OF_TOTALS = 6  # the same of a line that is named a total: a shorter number counts lines
LONGEST_TEXT = 2_000  # characters of a cell
SWAPPED = "the TIN and the NPI were in each other’s columns. We switched them. Check them."
TOO_MANY_CELLS = (
    "left out, because there are more cells than in the header. "
    "If a name has a comma, put quotation marks around the name."
)


@dataclass(slots=True)
class Line:
    """One line of the list: its number, its cells by what they mean, and all that stands in it."""

    number: int
    name: Cell
    kind: Cell
    tin: Cell
    clinicians: list[tuple[Cell, Cell, Cell]]
    texts: list[str]

    @property
    def is_total(self) -> bool:
        """Say whether it sums lines up, or is a remark about them."""
        return TOTALS.search(self.name.text) is not None

    @property
    def has_number(self) -> bool:
        """Say whether it has a TIN or an NPI, or what is left of one; a total has only how many there are."""
        npis = [npi for npi, _, _ in self.clinicians]
        counts = self.is_total and any(0 < digits_in(npi.text) < LEAST_OF_TOTALS for npi in npis)
        least = LEAST_OF_TOTALS if self.is_total else LEAST_DIGITS
        cells = npis if counts else [self.tin, *npis]
        return any(SHORTENED.fullmatch(cell.text) or digits_in(cell.text) >= least or cell.unshown for cell in cells)


class LinesRead:
    """The lines of a list; whatever is not taken as it stands is said in the notes."""

    def __init__(self, notes: Notes, ssn_digits: int) -> None:
        self.notes, self.ssn_digits = notes, ssn_digits
        self._above: dict[int, Cell] = {}

    def begin_sheet(self) -> None:
        """Forget what stood above: a sheet is a list of its own."""
        self._above = {}

    def read(self, number: int, cells: Sequence[Cell], columns: Columns, separator: str = "") -> Line | None:
        """Return a line; None where it is left out. `separator` parts the cells of a text."""
        fitted = self._fitted(number, cells, columns, separator)
        return None if fitted is None else self._swapped(self._by_meaning(number, fitted, columns))

    def _by_meaning(self, number: int, cells: Sequence[Cell], columns: Columns) -> Line:
        """Return the line with ditto marks resolved."""

        def at(place: int | None) -> Cell:
            if place is None or place >= len(cells):
                return NOTHING
            cell = cells[place]
            if DITTO.fullmatch(cell.text):
                if not self._above.get(place, NOTHING).text:
                    self.notes.say("a ditto mark repeats the cell above, but that cell is empty.", number)
                return self._above.get(place, NOTHING)
            if len(cell.text) > LONGEST_TEXT:
                self.notes.say(f"a cell is longer than {LONGEST_TEXT:,} characters. The rest was not read.", number)
                cell = replace(cell, text=cell.text[:LONGEST_TEXT])
            if cell.unshown:
                self.notes.say(f"{cell.unshown}.", number)
            self._above[place] = cell
            return cell

        def of(found: ClinicianColumns) -> tuple[Cell, Cell, Cell]:
            return at(found.npi), at(found.last), at(found.first)

        clinicians = [of(found) for found in columns.clinicians]
        texts = [cell.text for cell in cells if cell.text]
        return Line(number, at(columns.name), at(columns.kind), at(columns.tin), clinicians, texts)

    def _fitted(self, number: int, cells: Sequence[Cell], columns: Columns, separator: str) -> Sequence[Cell] | None:
        """Return the cells as the header's columns have them; None where a line has too many, and is left out."""
        if any(place < len(cells) and cells[place].text for place in columns.nameless):
            self.notes.say("a cell in a column without a header was not read.", number)
        beyond = [cell for cell in cells[columns.width :] if cell.text]
        if not beyond:
            return cells
        ways = list(_rejoined(cells, columns, separator, self.ssn_digits)) if separator else []
        if len(ways) == 1:
            self.notes.say("a comma split a name in two. We read it as one name. Check it.", number)
            return ways[0]
        if separator and not _has_its_npis(cells, columns):
            self.notes.say(TOO_MANY_CELLS, number)
            return None
        self.notes.say("text to the right of the last column was not read.", number)
        return cells

    def _swapped(self, line: Line) -> Line:
        """Return the line, its TIN and NPI exchanged where they stand in each other's place."""
        (npi, *names), *others = line.clinicians
        tin = typed_tin(line.tin.text)
        is_npi = tin.isdigit() and len(tin) == NPI_DIGITS
        if others or not is_npi or any(len(typed) == NPI_DIGITS for typed in typed_npis(npi.text)):
            return line
        self.notes.say(SWAPPED, line.number)
        return replace(line, tin=npi, clinicians=[(line.tin, names[0], names[1])])


def digits_in(text: str) -> int:
    """Return the number of digits in a text."""
    return sum(map(str.isdecimal, text))


def _has_its_npis(cells: Sequence[Cell], columns: Columns) -> bool:
    """Say whether NPIs stand in their columns, and nothing else."""
    npis = [cells[found.npi].text for found in columns.clinicians if found.npi < len(cells)]
    return any(npis) and all(npi_problem(one) is None for text in npis for one in typed_npis(text))


def _rejoined(cells: Sequence[Cell], columns: Columns, separator: str, ssn_digits: int) -> Iterator[Sequence[Cell]]:
    """Yield each way to join the cells of a name that separators parted, so that all numbers stand in their columns."""
    last = max(place for place, cell in enumerate(cells) if cell.text)
    parts = last + 2 - columns.width
    for place in columns.texts:
        name = f"{separator} ".join(cell.text for cell in cells[place : place + parts])
        joined = [*cells[:place], Cell(name), *cells[place + parts : last + 1]]
        tin = "" if columns.tin is None else typed_tin(joined[columns.tin].text)
        is_tin = tin.isdigit() and len(tin) in (ssn_digits, EIN_DIGITS - 1, EIN_DIGITS)
        if (is_tin or not tin) and _has_its_npis(joined, columns):
            yield joined
