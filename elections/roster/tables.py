"""What stands in a file or text that someone sent: sheets of rows of cells, whatever program wrote it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

MOST_ROWS = 5_000


class RosterUnreadable(Exception):
    """A file or text that no list can be read from; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: the text it shows, and whether a spreadsheet holds it as a number.

    `unshown` says in words why it shows nothing where something stands in it; else it is empty.
    """

    text: str = ""
    is_number: bool = False
    unshown: str = ""


NOTHING = Cell()
Row = tuple[int, list[Cell]]
"""A row's number, as a spreadsheet counts it, and its cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or a whole text: its rows with text in them.

    `separator` stands between the cells of a text, and is empty in a workbook. `hidden_rows` are read like the others.
    """

    rows: Sequence[Row]
    name: str = ""
    is_hidden: bool = False
    separator: str = ""
    hidden_rows: frozenset[int] = field(default_factory=frozenset)


def filled(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows in which something stands."""
    return (row for row in rows if any(cell.text or cell.unshown for cell in row[1]))


def too_many(rows: int) -> RosterUnreadable:
    """Return the error for a list that is longer than any virtual group's."""
    return RosterUnreadable(
        f"The list has {rows:,} lines. We can read at most {MOST_ROWS:,}. Send only your group’s clinicians."
    )
