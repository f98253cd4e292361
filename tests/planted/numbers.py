"""The numbers that are planted, the shapes they are typed in, and how they are found again in whatever shape."""

import html
import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

from tests.elections import make
from tests.walk.world import PAIRS

SSN = "457555462"
STOPS = (
    " ",
    ",",
    ":",
    "=",
    "·",
    ".",
    "/",
    "_",
    "|",
    ";",
    "*",
    "~",
    "#",
    "\\",
    "\t",
    "'",
    "−",
    "–",
    "—",
    "‑",
    "\u00a0",
    "\u3000",
)
MARKS = ("\u00ad", "\u200b", "\u200d", "\u202a", "\u2060", "\u2066", "\ufeff", "\u034f", "\u3164")
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
SHAPES = (
    "457-55-5462",
    "457555462",
    "45-7555462",
    "457-555-462",
    "457,555,462",
    "45755 5462",
    "457 55 54 62",
    "4-5-7-5-5-5-4-6-2",
    "4 5 7 5 5 5 4 6 2",
    "4, 5, 7, 5, 5, 5, 4, 6, 2",
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
    "4️⃣5️⃣7️⃣5️⃣5️⃣5️⃣4️⃣6️⃣2️⃣",
    "4̶5̶7̶5̶5̶5̶4̶6̶2̶",
    "My number is 457-55-5462.",
    "SSN:457555462",
    "x457555462x",
    "457-55-5462 2026-11-10",
    *(f"457{stop}55{stop}5462" for stop in STOPS),
    *(f"457{mark}55{mark}5462" for mark in MARKS),
    *DIGITS,
)
EINS = tuple(
    made.tin for made in (*make.ALL, *(each for pair in PAIRS.values() for each in pair)) if made.kind == "EIN"
)

BETWEEN = r"(?:[\s\-+_./,;\u00a0\u00ad\u2010-\u2015]|%20|%2[dDeE]|\\x2d|\\u002[dD]|\\u201[0-5])*"


def _pattern(numbers: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(BETWEEN.join(number) for number in numbers)
    return re.compile(rf"(?<!\d)(?:{either})(?!\d)")


WHOLE_SSN = _pattern([SSN])
WHOLE_EIN = _pattern(EINS)


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return where the text holds a number, each with a little of what stands around it."""
    readings = dict.fromkeys((text, html.unescape(text), unquote_plus(text)))
    return [
        " ".join(reading[max(hit.start() - 70, 0) : hit.end() + 30].split())
        for reading in readings
        for hit in pattern.finditer(reading)
    ]
