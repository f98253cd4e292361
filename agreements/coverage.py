"""Which of the parts that a virtual group agreement must have are found in a text (42 CFR 414.1315(c)(3))."""

import re

from .provisions import PROVISIONS


def coverage(text: str) -> dict[str, bool]:
    """Say for each part's id, in the order of the regulation, whether a text has that part.

    The text may come from a PDF: line breaks, typographic apostrophes and hyphens at line ends do not matter.
    """
    plain = _plain(text)
    return {
        part.id: all(re.search(sign, plain) for sign in part.signs)
        for provision in PROVISIONS
        for part in provision.parts
    }


def _plain(text: str) -> str:
    text = text.lower().replace("\u00ad", "").replace("’", "'").replace("\u2010", "-").replace("\u2011", "-")
    return re.sub(r"(?<=\w)- (?=\w)", "-", re.sub(r"\s+", " ", text))
