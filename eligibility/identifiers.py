"""TINs and NPIs: normalise, validate, mask, and find numbers that must never be kept (42 CFR 414.1315(c)(2)(ii)).

No sentence here quotes what it is about: it may be somebody's Social Security number.
"""

import re

from stdnum import luhn

EIN = "EIN"
SSN = "SSN"
TIN_KINDS = (EIN, SSN)

EIN_DIGITS = 9
NPI_DIGITS = 10
NPI_ISSUER = "80840"  # ISO 7812 prefix: health applications, United States

# Hyphens, dashes, blanks and invisible marks that people and spreadsheets put between digits; line ends part numbers.
_BETWEEN = (
    r"[^\S\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"
    r"|[-\u00ad\u2010-\u2015\u2043\u2212\u200b-\u200f\u2060\ufe58\ufe63\uff0d\ufeff]"
)
_SSN_SHAPE = re.compile(rf"(?<!\d)\d{{3}}(?:{_BETWEEN})+\d{{2}}(?:{_BETWEEN})+\d{{4}}(?!\d)")
_NINE_DIGITS = re.compile(rf"(?<!\d)\d(?:(?:{_BETWEEN})*\d){{8}}(?!\d)")


def normalise(text: str) -> str:
    """Return the text without spaces and hyphens, as people put them into TINs and NPIs."""
    return re.sub(rf"\s|{_BETWEEN}", "", text)


def looks_like_ssn(text: str) -> bool:
    """Say whether ddd-dd-dddd stands anywhere in the text, whatever the hyphens, blanks and digits are made of."""
    return _SSN_SHAPE.search(text) is not None


def has_nine_digit_run(text: str) -> bool:
    """Say whether nine digits in a row stand anywhere in the text, hyphens or spaces between or not.

    The run begins and ends where no further digit touches it: an NPI or a phone number (ten digits) is no such run,
    an EIN, an SSN and a ZIP+4 are.
    """
    return _NINE_DIGITS.search(text) is not None


def is_valid_npi(text: str) -> bool:
    """Say whether the text is ten ASCII digits, begins with 1 or 2, and carries its Luhn check digit."""
    return npi_problem(text) is None


def npi_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with an NPI, None where nothing is."""
    if not _is_digits(text):
        return "An NPI has ten digits and nothing else."
    if len(text) != NPI_DIGITS:
        return f"An NPI has ten digits; this has {len(text)}."
    if text[0] not in "12":
        return "An NPI begins with 1 or 2."
    if not luhn.is_valid(NPI_ISSUER + text):
        return "The last digit does not fit the others: one of them was mistyped, or two were swapped."
    return None


def tin_problem(kind: str, tin: str, *, ssn_digits: int) -> str | None:
    """Return the sentence that says what is wrong with a TIN, None where nothing is.

    `ssn_digits` is how many last digits of an SSN are asked for in the performance year (parameters.SSN_DIGITS).
    """
    if kind == SSN:
        fits = _is_digits(tin) and len(tin) == ssn_digits
        return None if fits else f"Of a Social Security number, only the last {ssn_digits} digits are asked for."
    if not _is_digits(tin) or len(tin) != EIN_DIGITS:
        return "An EIN has nine digits and nothing else."
    if tin.startswith("00"):
        return "No EIN begins with 00."
    return None


def format_ein(tin: str) -> str:
    """Return a whole EIN the way the IRS writes it, NN-NNNNNNN."""
    return f"{tin[:2]}-{tin[2:]}"


def mask_tin(kind: str, last4: str) -> str:
    """Return a TIN of which only the last four digits are shown, in the shape of its kind."""
    return f"•••-••-{last4}" if kind == SSN else f"••-•••{last4}"


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
