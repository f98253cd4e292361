"""What a cell may hold: each check returns the sentence that says what is wrong, None where nothing is."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from ..law.identifiers import EIN, SSN, has_nine_digit_run, tin_problem

SSN_WHOLE = 9
LONGEST_NAME = 200
LARGEST_COUNT = 2_147_483_647

_MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_COUNT = re.compile(r"[0-9]{1,10}")
_FIGURES = re.compile(rf"({_MONEY.pattern})? [0-9]{{0,9}} [0-9]{{0,9}}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NINE_DIGITS = re.compile(r"(?:\D*+\d){9}")  # wherever they stand
_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")

Check = Callable[[str], str | None]


class Word:
    """A check for one of these words."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._words = dict.fromkeys(allowed)
        self._sentence = f"It must be one of: {', '.join(self._words)}."

    def __call__(self, cell: str) -> str | None:
        return None if cell in self._words else self._sentence


def money(cell: str) -> str | None:
    """Check US dollars, with two decimals at most, or nothing."""
    if not cell or _MONEY.fullmatch(cell):
        return None
    return (
        "It must be dollars, such as 90000.01: digits, a decimal point, at most 2 decimals, no sign, below a trillion."
    )


def count(cell: str) -> str | None:
    """Check a number of patients or services, or nothing."""
    if not cell or (_COUNT.fullmatch(cell) and int(cell) <= LARGEST_COUNT):
        return None
    return f"It must be a whole number from 0 to {LARGEST_COUNT:,}, written only in digits."


def are_figures(charges: str, patients: str, services: str) -> bool:
    """Say of three figures in one look that nothing is wrong with them, as with nearly all; else look at each."""
    return _FIGURES.fullmatch(f"{charges} {patients} {services}") is not None


def is_plain(names: str) -> bool:
    """Say of a name, or of several in one, that it needs no closer look, as nearly none does: it is short, printable
    ASCII, and has fewer digits than a TIN.
    """
    plain = names.isascii() and names.isprintable()
    return plain and len(names) <= LONGEST_NAME and not _NINE_DIGITS.match(names)


def name(cell: str) -> str | None:
    """Check a name, or nothing: short, printable, and without anything like a TIN in it."""
    if is_plain(cell):
        return None
    if len(cell) > LONGEST_NAME:
        return f"It is longer than {LONGEST_NAME} characters."
    if _CONTROL.search(cell):
        return "It contains a control character."
    if has_nine_digit_run(cell):
        return "It contains 9 digits in a row, like a TIN. Remove them."
    return None


def tin(kind: str, cell: str, *, ssn_digits: int) -> str | None:
    """Check a TIN as CMS files give it: an EIN whole, an SSN whole or as its last digits."""
    if kind == EIN:
        return tin_problem(EIN, cell, ssn_digits=ssn_digits)
    if cell.isascii() and cell.isdigit() and len(cell) in (SSN_WHOLE, ssn_digits):
        return None
    return f"A TIN of kind {SSN} has 9 digits, or only its last {ssn_digits}."


def us_date(cell: str) -> date:
    """Return the day that MM/DD/YYYY names; raise ValueError where it names none."""
    parts = _DATE.fullmatch(cell)
    if parts is None:
        raise ValueError("not MM/DD/YYYY")
    return date(int(parts[3]), int(parts[1]), int(parts[2]))
