"""The fonts of our PDFs, and what cannot be written in them: people's names come in any script.

Public Sans comes with the design system. What it lacks is looked for in Noto Sans, which comes in pieces of some
hundred characters, each read only for a text that needs it. `make setup` lays both out (launcher/assets.py).
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError

PUBLIC_SANS = ("PublicSans-Regular.woff2", "PublicSans-Bold.woff2")
PUBLIC_SANS_FOLDER = "uswds/fonts/public-sans"  # among the static files
NOTO_FOLDER = settings.VAR_DIR / "fonts"
FIRST = ("noto-sans", "noto-sans-sc", "noto-sans-tc")  # of two families that have a character, these are taken
RANGE = re.compile(r"U\+([0-9a-f]+)(?:-([0-9a-f]+))?", re.IGNORECASE)
BLANK = " \t\r\n\u200c\u200d"  # and the two joiners, which shape letters and are no letters
# Marks that no one sees: they turn the direction of text, choose a variant, or come along when text is pasted.
UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
OTHER_BLANK = re.compile(r"[^\S \t\r\n\u00a0\u3000]")
PASTED = " Often it came with text that was pasted: delete that text and type it yourself."
MOST_NAMED = 5


class FontMissing(OSError):
    """The fonts that every document embeds are not on this machine."""


def public_sans() -> Path:
    """Return the folder of Public Sans; raise FontMissing."""
    for name in PUBLIC_SANS:
        if not (path := finders.find(f"{PUBLIC_SANS_FOLDER}/{name}")):
            raise FontMissing(f"{name} is missing: run make setup, which installs the fonts.")
    return Path(str(path)).parent


def as_printed(text: str) -> str:
    """Return a text as a document has it: accents joined to their letters, plain blanks, no marks that no one sees."""
    return unicodedata.normalize("NFC", OTHER_BLANK.sub(" ", UNSEEN.sub("", text)))


def beyond_public_sans(text: str) -> dict[str, Path | None]:
    """Return each character of a printed text that Public Sans lacks, with the font that has it; None: no font does."""
    letters = set(text).difference(BLANK)
    if all(" " < letter <= "~" for letter in letters):
        return {}  # no file is read for what most texts are
    own = _characters(public_sans() / PUBLIC_SANS[0])
    return {letter: _noto(ord(letter)) for letter in sorted(letters) if ord(letter) not in own}


def validate_printable(text: str) -> None:
    """Raise ValidationError, in words for the person who typed it, for a text that no document can show."""
    if characters := lacking(text):
        pasted = "" if all(map(str.isprintable, characters)) else PASTED
        raise ValidationError(
            f"The agreement and the receipt are PDFs that can’t show this: {in_words(characters)}. Leave it out, or "
            f"spell it with other letters.{pasted}"
        )


def lacking(text: str) -> list[str]:
    """Return the characters of a text that no font of ours has, each once."""
    return [character for character, font in beyond_public_sans(as_printed(text)).items() if font is None]


def in_brackets(text: str) -> str:
    """Return a printed text with the name of each character that no font of ours has in its place."""
    if not (characters := lacking(text)):
        return text
    joined = re.compile(rf"\u200d?([{re.escape(''.join(characters))}])\u200d?")
    return joined.sub(lambda found: f"[{_name(found[1])}]", text)


def _name(character: str) -> str:
    return unicodedata.name(character, "").lower() or f"U+{ord(character):04X}"


def in_words(characters: Sequence[str]) -> str:
    """Return the first few of such characters as a person finds them again."""
    return ", ".join(
        f"“{character}”" if character.isprintable() else f"a hidden character or a symbol (U+{ord(character):04X})"
        for character in characters[:MOST_NAMED]
    )


@lru_cache(5_000)
def _noto(code: int) -> Path | None:
    return next((path for path in _candidates().get(code, ()) if code in _characters(path)), None)


@cache
def _candidates() -> dict[int, list[Path]]:
    """Return the font files that may have each code point. Families claim whole ranges, and claim too much."""
    found: dict[int, list[Path]] = defaultdict(list)
    names = {folder.name for folder in NOTO_FOLDER.glob("*/")}
    for family in (*FIRST, *sorted(names.difference(FIRST))):
        pieces = json.loads((NOTO_FOLDER / family / "unicode.json").read_text())
        for piece, ranges in pieces.items():
            path = NOTO_FOLDER / family / f"{family}-{piece.strip('[]')}-wght-normal.woff2"
            for first, last in RANGE.findall(ranges):
                for code in range(int(first, 16), int(last or first, 16) + 1):
                    found[code].append(path)
    return dict(found)


@cache
def _characters(font: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # here: few texts need it

    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
