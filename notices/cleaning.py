"""Texts that others may read: without links that let their reader act, and without numbers that we must not keep."""

import re

from ground.private_numbers import mask_private_numbers

LINK = re.compile(r"(https?://[^/\s]+/)\S+")
READ_AT_MOST = 20_000  # characters: of more, nothing is shown anyway
_SOFT_BREAK = re.compile(r"=\r?\n")
_ANY_LINK = re.compile(r"(?i)\b(?:https?|hxxps?)(?:://|%3a%2f%2f)\S+")
_PATH = re.compile(r"(?<=[\w.])/(?=[^\s/]*[\w-]{20})\S+|/(?:sign|invitation|accounts)/\S*")
# Part of a token, of a signature, of a file as letters: a word of 20 and more that is no plain word or host.
_TOKEN = re.compile(r"(?<![\w+/=~-])(?=[\w+/=~-]*(?:\d|[a-z][A-Z]|[A-Z]{2}))[\w+/=~-]{20,}")
ANSWER_LENGTH = 500  # of what a mail server said


def without_links(text: str) -> str:
    """Return a text of ours with each link cut to its site: its path may hold what lets its reader sign or sign in."""
    return LINK.sub(r"\1…", text)


def excerpt(text: str, length: int) -> str:
    """Return one line of what somebody else wrote, at most `length` characters.

    It has no NUL, no link, nothing that could be part of a link's token, and no number that may be an SSN or a TIN.
    A mail server may quote the message that it refuses, encoded or not.
    """
    joined = _SOFT_BREAK.sub("", text[:READ_AT_MOST])
    line = " ".join("".join(character if character.isprintable() else " " for character in joined).split())
    for pattern in (_ANY_LINK, _PATH, _TOKEN):
        line = pattern.sub("…", line)
    return mask_private_numbers(line)[:length]
