"""Subjects of mails: short enough for the list of a mail program on a phone (pure Python)."""

import unicodedata

LONGEST = 60
JOINER = "\u200d"
CONTINUES = {"Mn", "Mc", "Me"}  # marks, which belong to the character before them
SKIN_TONES, TAGS, FLAG_LETTERS = (
    ("\U0001f3fb", "\U0001f3ff"),
    ("\U000e0020", "\U000e007f"),
    ("\U0001f1e6", "\U0001f1ff"),
)


def cut(subject: str) -> str:
    """Return the subject in one line of at most 60 characters; one that is longer ends at a word, with “…”.

    A word that is too long by itself is cut too, between two characters as a reader sees them.
    """
    subject = " ".join(subject.split())
    if len(subject) <= LONGEST:
        return subject
    at = subject.rfind(" ", 0, LONGEST)
    if at < LONGEST // 2:
        at = _between_characters(subject, LONGEST - 1)
    return subject[:at].rstrip(" ,:;.(–-") + "…"


def _between_characters(text: str, at: int) -> int:
    """Return the last place up to `at` where no emoji and no letter with its marks is cut in two."""
    while at > 1 and _is_within(text, at):
        at -= 1
    return at


def _is_within(text: str, at: int) -> bool:
    """Say whether the characters on both sides of a place are seen as one."""
    before, after = text[at - 1], text[at]
    if JOINER in (before, after) or unicodedata.category(after) in CONTINUES:
        return True
    if any(low <= after <= high for low, high in (SKIN_TONES, TAGS)):
        return True
    return _is_flag_letter(after) and _flag_letters_before(text, at) % 2 == 1


def _flag_letters_before(text: str, at: int) -> int:
    """Return how many letters of flags stand right before a place: two are one flag."""
    return at - len("".join(" " if _is_flag_letter(each) else each for each in text[:at]).rstrip(" "))


def _is_flag_letter(character: str) -> bool:
    return FLAG_LETTERS[0] <= character <= FLAG_LETTERS[1]
