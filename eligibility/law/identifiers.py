"""TINs and NPIs: read what was typed, validate, mask, find what must never be kept (42 CFR 414.1315(c)(2)(ii)).

No sentence here quotes what it is about: it may be somebody's Social Security number.
"""

import re
import string

from ground.private_numbers import has_nine_digit_run as has_nine_digit_run
from ground.private_numbers import in_plain_dress
from ground.private_numbers import looks_like_ssn as looks_like_ssn

EIN = "EIN"
SSN = "SSN"
TIN_KINDS = (EIN, SSN)

EIN_DIGITS = 9
NPI_DIGITS = 10
NPI_ISSUER = "80840"  # ISO 7812 prefix: health applications, United States
ISSUER_SUM = 24  # what it adds to Luhn's sum
SSN_WHOLE = 9
LABELS = (
    "npi npis tin tins ein eins fein ssn tax taxpayer taxid employer federal national provider individual rendering "
    "clinician identification identifier id no nr num nbr number numbers the is and or of type last six digits"
)
_IS_LABEL = frozenset(LABELS.split())
_POINT_ZERO = re.compile(r"(?<=\d)\.0+(?!\d)")
_WORD = re.compile(r"[^\W_]+")
_GLUED = re.compile(r"([A-Za-z]+)(\d+)")
_PIECE = re.compile(r"[0-9]+|[^0-9]+")
_JOINS = re.compile(r"[^\S\n\r]*[-\u2010-\u2015\u2212]?[^\S\n\r]*|[.,'’]")
_COUNTED = re.compile(r"(?:(?<![\w.,])\(?|\bNPI ?#?)\d{1,2}[.):]\s(?=\D*\d{4})", re.IGNORECASE)  # "2. ", "NPI 2: "
DOUBLED = bytes(ord("0")) + bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)) + bytes(198)  # each digit's, as bytes.translate reads


def typed_tin(text: str) -> str:
    """Return the TIN that someone typed, or what stands in its place: its digits without all that people put around.

    Off come labels, quotation marks, blanks, hyphens, commas, points, invisible marks and the ".0" of a spreadsheet;
    words that are no label stay, so that what is not understood is seen. Empty where nothing is left.
    """
    tokens = _tokens(text)
    if not any(map(_has_digit, tokens)):
        return " ".join(text.split()) if tokens else ""
    return ("" if all(map(_is_digits, tokens)) else " ").join(tokens)


def typed_npis(text: str) -> list[str]:
    """Return the NPIs that someone typed in one place, in their order: usually one.

    Groups of digits with a blank, a hyphen, a point or a comma between are joined up to ten digits; what makes no ten
    digits stays as it is, and so do words. NPIs that run together are parted where every ten digits are one. Numbers
    that count the list's entries are left out.
    """
    if not _has_digit(in_plain_dress(text)):
        return [" ".join(text.split())] if _tokens(text) else []
    text = _COUNTED.sub(" ; ", _POINT_ZERO.sub("", in_plain_dress(text)))
    found: list[list[str]] = []
    ends, length = 0, NPI_DIGITS  # of the last one: where it ends, and how many digits it has; words are full
    for match in _WORD.finditer(text):
        token = _without_label(match[0])
        between, ends = text[ends : match.start()], match.end()
        if run := _run_together(match[0]):
            found += [[npi] for npi in run]
            length = NPI_DIGITS
        elif not token:
            length = NPI_DIGITS
        elif _is_digits(token):
            is_part = len(token) < SSN_WHOLE and length + len(token) <= NPI_DIGITS and _JOINS.fullmatch(between)
            found[-1:] = [[*found[-1], token]] if is_part else [*found[-1:], [token]]
            length = length + len(token) if is_part else len(token) if len(token) < SSN_WHOLE else NPI_DIGITS
        elif found and found[-1][0].isalpha() and token.isalpha():
            found[-1].append(token)
        else:
            found.append([token])
            length = NPI_DIGITS
    return [("" if one[0].isdecimal() else " ").join(one) for one in found]


def _run_together(word: str) -> list[str]:
    """Return the NPIs of a word that is nothing but several of them, with labels or nothing between; else none."""
    pieces = _PIECE.findall(word) if len(word) >= 2 * NPI_DIGITS else []
    runs = [piece for piece in pieces if _is_digits(piece)]
    if any(piece.casefold() not in _IS_LABEL for piece in pieces if piece not in runs):
        return []
    npis = [run[at : at + NPI_DIGITS] for run in runs for at in range(0, len(run), NPI_DIGITS)]
    return npis if all(map(is_valid_npi, npis)) else []


def _tokens(text: str) -> list[str]:
    """Return the digits and words of a text without labels, each apart."""
    words = _WORD.findall(_POINT_ZERO.sub("", in_plain_dress(text)))
    return [token for word in words if (token := _without_label(word))]


def _without_label(word: str) -> str:
    """Return a word without its label: nothing if it is a label, the digits behind one."""
    glued = _GLUED.fullmatch(word)
    if glued and glued[1].casefold() in _IS_LABEL:
        return glued[2]
    return "" if word.casefold() in _IS_LABEL else word


def is_valid_npi(text: str) -> bool:
    """Say whether the text is ten ASCII digits, begins with 1 or 2, and carries its Luhn check digit."""
    return npi_problem(text) is None


def ein_or_ssn(ssn_digits: int) -> str:
    """Return how to type a number that may be either, in words."""
    as_ssn = f"If it is a Social Security number, choose “SSN” and type only the last {ssn_digits} digits."
    return f"If it is an EIN, type it as 12-3456789. {as_ssn}"


def npi_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with an NPI, None where nothing is."""
    if not _is_digits(text):
        return "An NPI has 10 digits and nothing else."
    if len(text) != NPI_DIGITS:
        return f"An NPI has 10 digits. This one has {len(text)}.{_if_several(text)}"
    if text[0] not in "12":
        return "An NPI begins with 1 or 2."
    if not _has_its_check_digit(text.encode()):
        return "The last digit does not match the others. One digit might be mistyped, or two might be swapped."
    return None


def _if_several(digits: str) -> str:
    """Return what is wrong with digits that are too many for one NPI if they are several, in a sentence."""
    if len(digits) < 2 * NPI_DIGITS:
        return ""
    parts = [digits[at : at + NPI_DIGITS] for at in range(0, len(digits), NPI_DIGITS)]
    wrong = [place for place, part in enumerate(parts, start=1) if not is_valid_npi(part)]
    if len(digits) % NPI_DIGITS or not wrong:
        return " If these are several NPIs, type each on its own line."
    return f" If these are {len(parts)} NPIs, number {wrong[0]} is not valid. Type each on its own line."


def tin_problem(kind: str, tin: str, *, ssn_digits: int) -> str | None:
    """Return the sentence that says what is wrong with a TIN, None where nothing is.

    `ssn_digits` is how many last digits of an SSN are asked for in the performance year (parameters.SSN_DIGITS).
    """
    if kind == SSN:
        fits = _is_digits(tin) and len(tin) == ssn_digits
        return None if fits else f"For a Social Security number, we need exactly the last {ssn_digits} digits."
    if kind != EIN:
        return "We don’t know yet whether this TIN is an EIN or a Social Security number."
    if not _is_digits(tin) or len(tin) != EIN_DIGITS:
        return "An EIN has 9 digits and nothing else."
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


def _has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def one_slip_from(number: str) -> frozenset[str]:
    """Return a number, and what it is with one digit changed, left out or put in, or with two neighbors exchanged."""
    slips = {number}
    for place in range(len(number) + 1):
        head, tail = number[:place], number[place:]
        slips |= {head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]}
        slips |= {head + digit + rest for digit in string.digits for rest in (tail, tail[1:])}
    return frozenset(slips)
