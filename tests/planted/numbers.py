"""The numbers that are planted, the shapes they are typed in, and how they are found again in whatever shape."""

import html
import re
import sys
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote_plus

from tests.factories.practices import ALL
from tests.walk.world import PAIRS

SSN = "457555462"
STOPS = " ,:=·./_|;*~#\\\t'−–—‑\u00a0\u3000"
MARKS = "\u00ad\u200b\u200d\u202a\u2060\u2066\ufeff\u034f\u3164"
DIGITS = (
    "４５７５５５４６２",
    "⁴⁵⁷⁵⁵⁵⁴⁶²",
    "₄₅₇₅₅₅₄₆₂",
    "④⑤⑦⑤⑤⑤④⑥②",
    "❹❺❼❺❺❺❹❻❷",
    "٤٥٧٥٥٥٤٦٢",
    "४५७५५५४६२",
    "𝟒𝟓𝟕𝟓𝟓𝟓𝟒𝟔𝟐",
)
IN_A_WORD = "x457555462x"  # which an address may hold: the tokens of this site's links are such words
OF_THREE_GROUPS = (  # which no EIN has
    "457-55-5462",
    "457 - 55 - 5462",
    "457 55-5462",
    "(457) 55-5462",
    "(457)(55)(5462)",
    "[457] [55] [5462]",
    "457..55..5462",
    "457...55...5462",
    "457     55     5462",
    "４５７．５５．５４６２",
    "⁴⁵⁷-⁵⁵-⁵⁴⁶²",
    "My number is 457-55-5462.",
    "457-55-5462 2026-11-10",
    *(f"457{stop}55{stop}5462" for stop in STOPS),
    *(f"457{mark}55{mark}5462" for mark in MARKS),
)
SHAPES = (
    *OF_THREE_GROUPS,
    "457555462",
    "45-7555462",
    "457-555-462",
    "457,555,462",
    "45755 5462",
    "457 55 54 62",
    "4-5-7-5-5-5-4-6-2",
    "4 5 7 5 5 5 4 6 2",
    "4, 5, 7, 5, 5, 5, 4, 6, 2",
    "4️⃣5️⃣7️⃣5️⃣5️⃣5️⃣4️⃣6️⃣2️⃣",
    "4̶5̶7̶5̶5̶5̶4̶6̶2̶",
    "SSN:457555462",
    IN_A_WORD,
    *DIGITS,
)
EINS = tuple(made.tin for made in (*ALL, *(each for pair in PAIRS.values() for each in pair)) if made.kind == "EIN")

BETWEEN = r"(?:[\W_]|%20|%2[0-9a-fA-F]){0,6}"
ESCAPED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|[tnrvf])")
PLAIN = {  # of every character that is a digit and not written in ASCII, or that shows nothing
    code: None if unicodedata.category(chr(code)) in ("Cf", "Mn", "Me") else str(unicodedata.digit(chr(code)))
    for code in range(128, sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in ("Cf", "Mn", "Me") or unicodedata.digit(chr(code), None) is not None
} | dict.fromkeys((0x115F, 0x1160))


def _pattern(numbers: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(BETWEEN.join(number) for number in numbers)
    return re.compile(rf"(?<!\d)(?:{either})(?!\d)")


WHOLE_SSN = _pattern([SSN])
WHOLE_EIN = _pattern(EINS)


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return where the text holds a number, in whatever dress, each with a little of what stands around it."""
    unescaped = ESCAPED.sub(lambda escape: chr(int(escape[1] or escape[2] or "20", 16)), text)
    unescaped = unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # JSON writes in pairs
    readings = dict.fromkeys((text, html.unescape(text), unquote_plus(text), unescaped))
    return [
        " ".join(reading[max(hit.start() - 70, 0) : hit.end() + 30].split())
        for reading in map(_in_plain_digits, readings)
        for hit in pattern.finditer(reading)
    ]


def _in_plain_digits(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(PLAIN)
