"""What was sent from a page after the session had ended: sealed with a key of the cookie's, until its owner signs in.

Numbers that might be a whole Social Security number are not kept: nobody judged yet what they are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ground.private_numbers import has_nine_digit_run

from ..models import KeptPage
from .cookie_encryption import row_of, seal, unseal

COOKIE = "typed"
KEPT = timedelta(days=1)
MOST_CHARACTERS = 300_000
NEVER = ("csrfmiddlewaretoken", "confirm", "fingerprint")
TOKENS = ("key",)  # UUIDs of the page's own, which may hold nine digits in a row


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed into the page at `path`; `left_out` are the names of fields of which a number was not kept."""

    path: str
    typed: dict[str, str]
    left_out: list[str]
    user: int | None  # whose session ended; None where that is not known


def keep(token: str, path: str, sent: Mapping[str, str], *, user: int | None, now: datetime) -> bool:
    """Keep what was sent to a page; False where it is too much to keep."""
    fields = {name: str(sent[name]) for name in sent if name not in NEVER}
    if sum(len(name) + len(value) for name, value in fields.items()) > MOST_CHARACTERS:
        return False
    left_out = [name for name, value in fields.items() if name not in TOKENS and has_nine_digit_run(value)]
    typed = {name: value for name, value in fields.items() if name not in left_out}
    content = json.dumps([path, typed, left_out, user]).encode()
    sealed = {"sealed": seal(content, token, _of(path)), "created_at": now}
    KeptPage.objects.update_or_create(pk=row_of(token, _of(path)), defaults=sealed)
    return True


def read(token: str, path: str, *, user: int, now: datetime) -> Kept | None:
    """Return what was sent to this page by this person; None where there is nothing, or it is somebody else's."""
    row = KeptPage.objects.filter(pk=row_of(token, _of(path)), created_at__gt=now - KEPT).first() if token else None
    content = unseal(bytes(row.sealed), token, _of(path)) if row else None
    if content is None:
        return None
    kept = Kept(*json.loads(content))
    return kept if kept.path == path and kept.user in (None, user) else None


def forget(token: str, path: str) -> None:
    """Delete what was kept of a page: it is saved now."""
    KeptPage.objects.filter(pk=row_of(token, _of(path))).delete()


def _of(path: str) -> str:
    """Return what keeps one page apart from another under the same cookie."""
    return f"{COOKIE} {path}"


def forget_old(*, now: datetime) -> int:
    """Delete what is a day old, and return how many rows that was."""
    deleted, _ = KeptPage.objects.filter(created_at__lte=now - KEPT).delete()
    return deleted
