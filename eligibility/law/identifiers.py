"""TINs and NPIs: normalise, validate, mask, and find numbers that must never be kept (42 CFR 414.1315(c)(2)(ii)).

No sentence here quotes what it is about: it may be somebody's Social Security number.
"""

import re

from ground.private_numbers import BETWEEN
from ground.private_numbers import has_nine_digit_run as has_nine_digit_run
from ground.private_numbers import looks_like_ssn as looks_like_ssn

EIN = "EIN"
SSN = "SSN"
TIN_KINDS = (EIN, SSN)

EIN_DIGITS = 9
NPI_DIGITS = 10
NPI_ISSUER = "80840"  # ISO 7812 prefix: health applications, United States
ISSUER_SUM = 24  # what it adds to Luhn's sum
DOUBLED = bytes(ord("0")) + bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)) + bytes(198)  # each digit's, as bytes.translate reads


def normalise(text: str) -> str:
    """Return the text without spaces and hyphens, as people put them into TINs and NPIs."""
    return re.sub(rf"\s|{BETWEEN}", "", text)


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
    if not _has_its_check_digit(text.encode()):
        return "The last digit does not fit the others: one of them was mistyped, or two were swapped."
    return None


def tin_problem(kind: str, tin: str, *, ssn_digits: int) -> str | None:
    """Return the sentence that says what is wrong with a TIN, None where nothing is.

    `ssn_digits` is how many last digits of an SSN are asked for in the performance year (parameters.SSN_DIGITS).
    """
    if kind == SSN:
        fits = _is_digits(tin) and len(tin) == ssn_digits
        return None if fits else f"Of a Social Security number, only the last {ssn_digits} digits are asked for."
    if kind != EIN:
        return "It is not said what kind of number the TIN is."
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


def _has_its_check_digit(digits: bytes) -> bool:
    """Say whether ten digits pass Luhn's test behind the issuer's prefix.

    By hand, not by stdnum's general function, which took a third of a load of the country's clinicians.
    """
    doubled, plain = digits[::2].translate(DOUBLED), digits[1::2]
    return sum(doubled + plain, ISSUER_SUM) % 10 == 0  # five times ord("0") is 240, which changes no last digit


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
