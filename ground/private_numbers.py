"""Numbers that must never be kept: what looks like a Social Security number, wherever it was typed (pure Python).

Every text is read in plain dress: each character as NFKC writes it, digits of all scripts as 0 to 9, marks that show
nothing of their own left out. No shape reaches over the end of a line.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter
from urllib.parse import unquote_plus

from .official_links import CITATION, LINK

MASK = "•••"

_LINE_ENDS = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_LETTER_FILLERS = "\u115f\u1160"  # Unicode calls them letters, and they show nothing

_DASHES = rf"(?:[^\S{_LINE_ENDS}]|[-_\u2010-\u2015\u2043\u2212])"  # hyphens, dashes, blanks
_GAP = rf"(?>(?:{_DASHES}+|(?:[^\w{_LINE_ENDS}]|_){{1,3}})(?=\d))"
_IN_TWO_PARTS = "|".join(rf"\d{{{n}}}{_DASHES}*\d{{{9 - n}}}" for n in range(1, 9))
_IN_SMALL_PARTS = rf"(?:\d(?!\d{{3}}){_DASHES}*){{8}}\d"  # of three digits at most: dates and phone numbers have a four
_LARGE = rf"\d{{1,2}}(?:,\d{{3}},|\.\d{{3}}[.,])\ ?\d{{3}}{_GAP}\d{{3}}(?!{_GAP}\d\d{_GAP}\d{{4}})"
_COUNTED = rf"{_GAP.join('123456789')}{_GAP}10(?!{_GAP}(?!11(?!\d)))"
_ROUND = rf"\d{{1,2}}0(?:,?\ {{1,3}}\d{{1,2}}0){{3,11}}(?!{_GAP}\d)"  # a limit, for a longer list would be read n times
_SSN = rf"\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{4}}"
_SSN_SHAPE = re.compile(rf"(?<!\d){_SSN}(?!\d)")
_HEXADECIMAL = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}"
_SHAPES = re.compile(
    rf"""\b(?:{_HEXADECIMAL})\b                                 # a UUID or a fingerprint
    | (?<!\d)(?:
    \d{{5}}-\d{{4}}                                       # a ZIP+4
    | [12](?P<thousands>[,.'’\ ])\d{{3}}(?:(?P=thousands)\d{{3}}){{2}}  # an NPI as a spreadsheet writes a large number
    | {_LARGE}                                            # 3,234,567,890, and 90,000, 200, 200
    | {_COUNTED}                                          # 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    | {_ROUND}                                            # 10 20 30 400
    | (?P<private>
        {_SSN}
        | \d{{2}}{_GAP}\d{{7}}
        | \d(?:{_GAP}\d){{8}}(?!{_GAP}\d(?!\d))            # and no tenth
        | {_IN_TWO_PARTS}                                 # or in one
        | (?:\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}} | {_IN_SMALL_PARTS})(?![-.]\d{{4}}(?!\d))  # not 300, 555-123-4567
    )
    | (?:\d{_GAP}){{9,}}\d                                # ten and more, one by one: 4.1, 4.2, 4.3, 4.4, 4.5
    )(?!\d)""",
    re.VERBOSE,
)
_NINE_DIGITS = re.compile(r"(?:\D*+\d){9}")  # wherever they stand
_WORD_IN_ADDRESS = re.compile(r"[\w-]+")
_LETTER = re.compile("[A-Za-z]")


def looks_like_ssn(text: str) -> bool:
    """Say whether ddd-dd-dddd stands anywhere in the text, whatever stands between and whatever digits it has."""
    marked = "" if text.isascii() else "".join(_plain(ord(character)) or " " for character in text)
    return any(_SSN_SHAPE.search(reading) for reading in (in_plain_dress(text), marked))  # a mark may be the hyphen


def has_nine_digit_run(text: str) -> bool:
    """Say whether one of numbers_in stands anywhere in the text."""
    return bool(_hits(text))


def numbers_in(text: str) -> list[str]:
    """Return, in plain digits, all nine digits that stand as a Social Security number or an EIN may be typed.

    In a row, as 3-2-4, 2-7 or 3-3-3, or one by one, with at most three characters between that are neither letters nor
    digits; with hyphens or blanks between, also in any two parts, or in any parts of at most three digits. A ZIP+4 is
    no such number, nor is one of ten digits, such as an NPI or a phone number, nor part of a UUID or a fingerprint, of
    a larger number with separators, of a count from 1 to 10, or of a list of four and more round numbers. In a link to
    the rules or to CMS (official_links.py) a section's number, a date or a document's number is none.
    """
    return [hit["private"] for hit in _hits(text)]


def mask_private_numbers(text: str, mask: str = MASK) -> str:
    """Return the text with the mask for every number that has_nine_digit_run would find, and all else as it was."""
    hits = _hits(text)
    if not hits:
        return text
    origins = [place for place, character in enumerate(text) for _ in _plain(ord(character))]
    kept, end = [], 0
    for first, after in (hit.span() for hit in hits):
        kept += [text[end : origins[first]], mask]
        end = origins[after - 1] + 1
    return "".join([*kept, text[end:]])


def stands_in_address(address: str) -> bool:
    """Say whether a URL's path or query holds a number that may be an SSN or a TIN, percent-encoded or not."""
    plain = unquote_plus(unquote_plus(address))  # twice: an address may stand in the query of another
    return looks_like_ssn(plain) or has_nine_digit_run(_WORD_IN_ADDRESS.sub(_without_letters, plain))


def _without_letters(word: re.Match[str]) -> str:
    """Return a word of digits as it is; a token of letters and digits may hold nine digits."""
    return "a" if _LETTER.search(word[0]) else word[0]


def in_plain_dress(text: str) -> str:
    """Return the text in plain dress: in NFKC, with the digits 0 to 9, without marks that show nothing."""
    return text if text.isascii() else text.translate(_PLAIN)


def _hits(text: str) -> list[re.Match[str]]:
    """Return the places of private numbers in the text. Most texts have not even nine digits."""
    plain = in_plain_dress(text)
    hits = [hit for hit in _SHAPES.finditer(plain) if hit["private"]] if _NINE_DIGITS.match(plain) else []
    links = [link.span() for link in LINK.finditer(plain)] if hits else []
    return [hit for hit in hits if not (_is_within(hit.span(), links) and CITATION.search(hit[0]))]


def _is_within(place: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    """Say whether a place in a text lies in one of the spans, which are in order and apart."""
    at = bisect_right(spans, place[0], key=itemgetter(0)) - 1
    return at >= 0 and place[1] <= spans[at][1]


@lru_cache(4096)
def _plain(code: int) -> str:
    """Return the plain characters of a character: none, itself, a digit, or the several that it stands for."""
    return "".join(
        str(unicodedata.digit(character, character))
        for character in unicodedata.normalize("NFKC", chr(code))
        if unicodedata.category(character) not in ("Cf", "Mn", "Me") and character not in _LETTER_FILLERS
    )


class _Plain:
    """What str.translate reads: _plain for every character."""

    def __getitem__(self, code: int) -> str:
        return _plain(code)


_PLAIN = _Plain()
