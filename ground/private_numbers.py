"""Numbers that must never be kept: what looks like a Social Security number, wherever it was typed (pure Python)."""

import re
from urllib.parse import unquote_plus

# Hyphens, dashes, blanks and invisible marks that people and spreadsheets put between digits; line ends part numbers.
BETWEEN = (
    r"[^\S\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"
    r"|[-\u00ad\u2010-\u2015\u2043\u2212\u200b-\u200f\u2060\ufe58\ufe63\uff0d\ufeff]"
)
_SSN_SHAPE = re.compile(rf"(?<!\d)\d{{3}}(?:{BETWEEN}|[./_])+\d{{2}}(?:{BETWEEN}|[./_])+\d{{4}}(?!\d)")
_NINE_DIGITS = re.compile(rf"(?<!\d)\d(?:(?:{BETWEEN}|_)*\d){{8}}(?!\d)")
_NINE_IN_ADDRESS = re.compile(r"(?<![\w-])\d{2}-?\d{7}(?![\w-])")  # tokens and UUIDs hold digits within longer words


def looks_like_ssn(text: str) -> bool:
    """Say whether ddd-dd-dddd stands anywhere in the text, whatever hyphens, dots, blanks and digits it has."""
    return _SSN_SHAPE.search(text) is not None


def has_nine_digit_run(text: str) -> bool:
    """Say whether nine digits in a row stand anywhere in the text, hyphens or spaces between or not.

    The run begins and ends where no further digit touches it: an NPI or a phone number (ten digits) is no such run,
    an EIN, an SSN and a ZIP+4 are. Dots count as in looks_like_ssn alone.
    """
    return _NINE_DIGITS.search(text) is not None or looks_like_ssn(text)


def stands_in_address(address: str) -> bool:
    """Say whether a URL's path or query holds a number that may be an SSN or a TIN, percent-encoded or not."""
    plain = unquote_plus(unquote_plus(address))  # twice: an address may stand in the query of another
    return looks_like_ssn(plain) or _NINE_IN_ADDRESS.search(plain) is not None
