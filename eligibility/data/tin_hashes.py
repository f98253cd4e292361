"""TINs as they are found again: a keyed hash, under a key of its own (docs/decisions/0005-tin-at-rest.md).

How they are read again: ground/vault.py.
"""

import base64
import hmac
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ground.vault import HOW_TO_MAKE_A_KEY, read_key

from ..law.identifiers import EIN, EIN_DIGITS, SSN

LAST = 4


def tin_keys(kind: str, tin: str, npis: Iterable[str]) -> tuple[str, ...]:
    """Return the keyed hashes by which a TIN is found: one for an EIN; for an SSN TIN one per NPI, in their order.

    An SSN TIN comes as its last digits, and without an NPI it has no key. Raise ValueError for a kind that is neither,
    for an EIN without nine digits, and for nine digits of an SSN: it is cut before it comes here.
    """
    digits = tin.isascii() and tin.isdigit()
    if kind == EIN:
        if not digits or len(tin) != EIN_DIGITS:
            raise ValueError("An EIN has nine digits.")
        return (_hash(f"{EIN}|{tin}"),)
    if kind != SSN:
        raise ValueError("A TIN is an EIN or an SSN.")
    if not digits or len(tin) >= EIN_DIGITS:
        raise ValueError("An SSN is cut to its last digits before it is hashed.")
    return tuple(_hash(f"{SSN}|{tin}|{npi}") for npi in dict.fromkeys(npis))


def last4(tin: str) -> str:
    """Return the digits of a TIN that may be shown."""
    return tin[-LAST:]


def _hash(text: str) -> str:
    version, key = _index_key(settings.TIN_INDEX_KEY)
    digest = hmac.digest(key, text.encode(), "sha256")
    return f"{version}:{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


@cache
def _index_key(entry: str) -> tuple[str, bytes]:
    if not entry:
        raise ImproperlyConfigured(f"TIN_INDEX_KEY is not set. {HOW_TO_MAKE_A_KEY}")
    return read_key("TIN_INDEX_KEY", entry)
