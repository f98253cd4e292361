"""Which of the parts that a virtual group agreement must have are found in a text (42 CFR 414.1315(c)(3))."""

import re

from .document_text import Snapshot
from .provisions import PROVISIONS, Provision


def uncovered(snapshot: Snapshot) -> list[tuple[Provision, list[str]]]:
    """Return each of the nine items with what a text lacks of it, in words; nothing where it has all of it.

    It tells what an agreement covers to those who may not read it.
    """
    clauses = [part["clause"] for provision in snapshot["provisions"] for part in provision["parts"]]
    found = coverage(" ".join(clauses))
    return [
        (provision, [part.must for part in provision.parts if not (found[part.id] or part.ours)])
        for provision in PROVISIONS
    ]


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
