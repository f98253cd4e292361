"""The group's own agreement: a PDF that the parties wrote themselves, kept as it was sent, encrypted.

Of its text only numbers are looked at, which may be Social Security numbers. The group marks where it does the nine
things, item by item; a signature covers the file, by its SHA-256, and the marks (docs/decisions/0020-own-agreement.md).
"""

import hashlib
import json
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from ground import fonts
from ground.private_numbers import looks_like_ssn, numbers_in
from ground.vault import decrypt_bytes, encrypt_bytes

from ..models import Agreement, OwnAgreement
from . import pdf_search
from .apart import Busy, NoAnswer, run_apart
from .provisions import PROVISIONS

MOST_MEGABYTES = 20
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
LONGEST_NAME = 120
ITEMS = tuple(provision.item for provision in PROVISIONS)
AGAIN = "Print or save it as a new PDF, then choose that file."
SENTENCES = {
    "too_large": f"This file is larger than {MOST_MEGABYTES} MB. Make it smaller, for example by removing pictures.",
    "no_pdf": "This file isn’t a PDF. Save or print your agreement as a PDF, then choose that file.",
    "damaged": f"This PDF is incomplete or damaged. {AGAIN}",
    "protected": "This PDF is encrypted, with or without a password. Save it without encryption, then choose it again.",
    "javascript": f"This PDF has JavaScript in it. {AGAIN}",
    "action": f"This PDF has buttons or links that open programs or other files, or that send data. {AGAIN}",
    "attachment": f"This PDF has other files, sound or video in it. {AGAIN}",
    "xfa": f"This PDF is an XFA form, which most programs can’t show. {AGAIN}",
    "no_pages": "This PDF has no pages. Choose another PDF.",
    "unreadable": f"We can’t read this PDF’s text to check it for Social Security numbers. {AGAIN}",
    "busy": "Nothing was saved. We’re checking many files right now. Try again in a minute.",
    "too_much": f"This PDF has more in it than we can check. {AGAIN}",
}
HIDDEN = "Something that might not show on its pages (the title in the file’s properties, a comment, or a form field)"
NUMBER = (
    "{} has 9 digits that aren’t the EIN of a practice listed here. They might be someone’s Social Security number, "
    "so we didn’t keep the file. If they are a practice’s EIN, add that practice to this election, write "
    "the EIN in the agreement as 12-3456789, and choose the new PDF. If not, remove them and choose the new PDF."
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a file: why it cannot be kept, in a sentence, empty where it can; and its pages."""

    problem: str
    pages: int


def check(pdf: bytes, *, eins: Collection[str]) -> Checked:
    """Look through a PDF, in a program of its own (apart.py).

    `eins` are those of the parties, which an agreement has to name; no other nine digits may stand in it.
    """
    if len(pdf) > MOST_BYTES:
        return Checked(SENTENCES["too_large"], 0)
    try:
        found = json.loads(run_apart(pdf_search.__file__, pdf))
    except Busy:
        return Checked(SENTENCES["busy"], 0)
    except (NoAnswer, ValueError):
        found = {"problem": "too_much", "pages": [], "notes": []}
    return judge(found, eins=eins)


def judge(found: dict[str, Any], *, eins: Collection[str]) -> Checked:
    """Say of what pdf_search found in a file whether it can be kept."""
    if found["problem"]:
        return Checked(SENTENCES[found["problem"]], 0)
    texts = {f"Page {number}": text for number, text in enumerate(found["pages"], start=1)}
    texts[HIDDEN] = "\n".join(found["notes"])
    place = next((place for place, text in texts.items() if _has_number(text, eins)), None)
    return Checked(NUMBER.format(place) if place else "", len(found["pages"]))


def _has_number(text: str, eins: Collection[str]) -> bool:
    """Say whether nine digits stand in a text that are no EIN of these."""
    return any(looks_like_ssn(number) or re.sub(r"\D", "", number) not in eins for number in numbers_in(text))


def plain_name(name: str) -> str:
    """Return a file's name as it is kept: on one line, without what turns it round or no PDF shows, ending in .pdf."""
    gone = set(fonts.lacking(name))
    shown = "".join(letter for letter in name if letter.isprintable() and letter not in gone).strip()
    stem = shown.removesuffix(".pdf").removesuffix(".PDF")
    return f"{stem[:LONGEST_NAME].strip() or 'agreement'}.pdf"


def keep(agreement: Agreement, pdf: bytes, *, name: str, pages: int, by: User, now: datetime) -> OwnAgreement:
    """Keep a file, and have the agreement be this one; the marks of the one before stay, to be looked at.

    Within somebody else's transaction, which saves the agreement.
    """
    stored = f"agreements/own/{uuid.uuid4()}.pdf.sealed"
    kept = OwnAgreement.objects.create(
        agreement=agreement,
        name=name,
        file=default_storage.save(stored, ContentFile(encrypt_bytes(pdf, _context(stored)))),
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        pages=pages,
        uploaded_at=now,
        uploaded_by=by,
        marks=agreement.own.marks if agreement.own else {},
    )
    agreement.own = kept
    return kept


def carry_over(source: Agreement, target: Agreement) -> None:
    """Let another agreement begin with the same file and marks, of its own from then on; the caller saves it."""
    if source.own:
        copied = {name: getattr(source.own, name) for name in OwnAgreement.OF_THE_FILE}
        target.own = OwnAgreement.objects.create(agreement=target, marks=source.own.marks, **copied)


def open_pdf(own: OwnAgreement) -> bytes:
    """Return the file as it was sent; raise CannotDecrypt without its key."""
    with own.file.open() as file:
        return decrypt_bytes(file.read(), _context(str(own.file.name)))


def _context(stored: str) -> str:
    """Return the context that the file is encrypted with: it opens in this place and no other."""
    return f"agreements.OwnAgreement.file:{stored}"
