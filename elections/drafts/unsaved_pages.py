"""What was sent from a page after the session had ended: encrypted with the cookie's key until its owner signs in.

Numbers that might be a whole Social Security number are not kept: nobody judged yet what they are. The field goes, or
at the desk the digits alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ground.private_numbers import has_nine_digit_run, mask_private_numbers
from ground.ssn_guard import MASK

from . import cookie_encryption

COOKIE = "typed"
MOST_CHARACTERS = 300_000
NEVER = ("csrfmiddlewaretoken", "confirm", "fingerprint", "mail_seen", "once")


@dataclass(frozen=True, slots=True)
class UnsavedPage:
    """What was typed into the page at `path`; `left_out` are the names of fields of which a number was not kept."""

    path: str
    typed: dict[str, str]
    left_out: list[str]
    user: int | None  # whose session ended; None where that is not known


def typed_fields(sent: Mapping[str, str]) -> dict[str, str]:
    """Return what of a page may be kept, by field; of several boxes of one name those checked, one a line."""
    all_of = getattr(sent, "getlist", lambda name: [sent[name]])
    named = {name.replace("\0", ""): name for name in sent}
    return {
        name: "\n".join(map(str, all_of(sent_as))).replace("\0", "")
        for name, sent_as in named.items()
        if name not in NEVER and not has_nine_digit_run(name)
    }


def fits(fields: Mapping[str, str]) -> bool:
    """Say whether it is not too much to keep."""
    return sum(len(name) + len(value) for name, value in fields.items()) <= MOST_CHARACTERS


def masked(text: str) -> str:
    """Return a text with a mask in the place of nine digits."""
    return mask_private_numbers(text, MASK)


def keep(
    token: str, path: str, sent: Mapping[str, str], *, user: int | None, now: datetime, masks: bool = False
) -> bool:
    """Keep what was sent to a page; False where it is too much to keep."""
    fields = typed_fields(sent)
    if not fits(fields):
        return False
    if masks:
        fields = {name: masked(value) for name, value in fields.items()}
    left_out = [name for name, value in fields.items() if has_nine_digit_run(value)]
    typed = {name: value for name, value in fields.items() if name not in left_out}
    cookie_encryption.keep(json.dumps([path, typed, left_out, user]).encode(), token, _of(path), now=now)
    return True


def read(token: str, path: str, *, user: int, now: datetime) -> UnsavedPage | None:
    """Return the unsaved page of this person at this path; None if there is none, or it is someone else's."""
    content = cookie_encryption.read(token, _of(path), now=now)
    if content is None:
        return None
    unsaved = UnsavedPage(*json.loads(content))
    return unsaved if unsaved.path == path and unsaved.user in (None, user) else None


def forget(token: str, path: str) -> None:
    """Delete what was kept of a page: it is saved now."""
    cookie_encryption.forget(token, _of(path))


def _of(path: str) -> str:
    """Return the purpose that tells a page from others under the same cookie."""
    return f"{COOKIE} {path}"
