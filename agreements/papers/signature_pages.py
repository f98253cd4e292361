"""Photos and scans of signature pages: what may be attached, and how it is kept.

Of a photo we keep a clean copy (picture_copy.py). A PDF is looked through as the group's own agreement is, and kept as
it was sent: it may be signed electronically. Both are encrypted (docs/decisions/0043-signed-on-paper.md).
"""

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from ground.vault import decrypt_bytes, encrypt_bytes

from ..models import PageKind, Party, SignaturePage
from ..text import own
from ..text.apart import Busy, NoAnswer, run_apart
from . import picture_copy

MOST_MEGABYTES = own.MOST_MEGABYTES
MOST_BYTES = own.MOST_BYTES
MOST_PAGES = 20
JPEG, PNG, PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"  # how they begin
SMALLER = "Take the photo again at a smaller size, then choose that file."
SENTENCES = {
    "too_large": f"This file is larger than {MOST_MEGABYTES} MB. {SMALLER}",
    "other_kind": "This file isn’t a JPEG, a PNG or a PDF. If your phone saved the photo in another format, such as "
    "HEIC, export it as a JPEG, then choose that file.",
    "damaged": "This picture is incomplete or damaged. Take the photo again, then choose that file.",
    "too_many_pixels": f"This picture has more than {picture_copy.MOST_PIXELS // 1_000_000} million pixels. {SMALLER}",
    "too_much": f"This picture has more in it than we can check. {SMALLER}",
    "too_many_pages": f"This PDF has more than {MOST_PAGES} pages. Choose a PDF of the signature page alone.",
    "busy": own.SENTENCES["busy"],
}


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """What is kept of a file that was looked at; or, in a sentence, why it can't be kept."""

    content: bytes = b""
    kind: str = ""
    pages: int = 0
    problem: str = ""


def check(content: bytes, *, eins: Collection[str]) -> CheckedPage:
    """Look at a file from outside, whatever its name says it is; `eins` as for own.check."""
    if len(content) > MOST_BYTES:
        return CheckedPage(problem=SENTENCES["too_large"])
    if content.startswith(PDF):
        return _checked_pdf(content, eins)
    if content.startswith((JPEG, PNG)):
        return _checked_picture(content)
    return CheckedPage(problem=SENTENCES["other_kind"])


def _checked_pdf(content: bytes, eins: Collection[str]) -> CheckedPage:
    found = own.check(content, eins=eins)
    is_long = found.pages > MOST_PAGES
    problem = found.problem or (SENTENCES["too_many_pages"] if is_long else "")
    return CheckedPage(problem=problem) if problem else CheckedPage(content, PageKind.PDF, found.pages)


def _checked_picture(content: bytes) -> CheckedPage:
    try:
        copy = run_apart(picture_copy.__file__, content)
    except Busy:
        return CheckedPage(problem=SENTENCES["busy"])
    except NoAnswer:
        copy = b"too_much"
    if copy.startswith(JPEG):
        return CheckedPage(copy, PageKind.PICTURE, 1)
    return CheckedPage(problem=SENTENCES[copy.decode()])


def keep(party: Party, checked: CheckedPage, *, by: User, now: datetime) -> SignaturePage:
    """Keep a page that was checked in the place of the party's own one; within somebody else's transaction.

    The file before is deleted once the transaction is over, the new one if it fails.
    """
    _delete_later(party)
    stored = f"agreements/signature-pages/{uuid.uuid4()}.sealed"
    name = default_storage.save(stored, ContentFile(encrypt_bytes(checked.content, _context(stored))))
    try:
        page, _ = SignaturePage.objects.update_or_create(
            party=party,
            defaults={
                "kind": checked.kind,
                "file": name,
                "sha256": hashlib.sha256(checked.content).hexdigest(),
                "size": len(checked.content),
                "pages": checked.pages,
                "uploaded_at": now,
                "uploaded_by": by,
            },
        )
    except BaseException:
        default_storage.delete(name)
        raise
    return page


def remove(page: SignaturePage) -> None:
    """Delete a page, and its file once the transaction is over."""
    _delete_later(page.party)
    page.delete()


def _delete_later(party: Party) -> None:
    """Delete the file that a party has now once the transaction is over, and nothing if it fails."""
    for name in SignaturePage.objects.filter(party=party).values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, name), robust=True)


def open_page(page: SignaturePage) -> bytes:
    """Return what is kept of a page; raise CannotDecrypt without its key."""
    with page.file.open() as file:
        return decrypt_bytes(file.read(), _context(str(page.file.name)))


def _context(stored: str) -> str:
    """Return the context that the file is encrypted with: it opens in this place and no other."""
    return f"agreements.SignaturePage.file:{stored}"
