"""TINs in the files of a load: as they are given, or as an upload leaves them, hashed and cut (design: no TIN on disk).

What an upload leaves of a TIN is one word without a comma: a hash, a point and the last digits that may be kept; of a
TIN that is wrong, an exclamation mark and the sentence that says so.
"""

import base64
import hashlib

from ..data.tin_hashes import last4, tin_keys
from ..law.identifiers import EIN, SSN, TIN_KINDS
from . import cells

WRONG = "!"


class Tins:
    """How to read the cells in which TINs stand, as CMS files hold them."""

    def problem(self, kind: str, cell: str, *, ssn_digits: int) -> str | None:
        """Return the problem of a TIN of this kind; None if it has none."""
        return cells.tin(kind, cell, ssn_digits=ssn_digits)

    def ein_key(self, cell: str) -> str:
        """Return the keyed hash by which an EIN is found."""
        return tin_keys(EIN, cell, ())[0]

    def digits(self, cell: str) -> str:
        """Return the TIN's digits, or the last of them, as many as may be kept."""
        return cell


class Hashed(Tins):
    """TINs as an upload left them: what it found wrong, the hash that was made then, and the last digits."""

    def problem(self, kind: str, cell: str, *, ssn_digits: int) -> str | None:
        return cell.removeprefix(WRONG) if cell.startswith(WRONG) else None

    def ein_key(self, cell: str) -> str:
        return cell.rpartition(".")[0]

    def digits(self, cell: str) -> str:
        return cell.rpartition(".")[2]


def hashed(kind: str, tin: str, *, ssn_digits: int, secret: bytes) -> str:
    """Return a TIN in the form that may be stored until it is loaded.

    An EIN's hash is the one it is found by. An SSN's tells practices of one upload apart and no more: its secret is
    forgotten with the upload, for with it all SSNs could be tried out.
    """
    if kind not in TIN_KINDS:
        return WRONG
    if sentence := cells.tin(kind, tin, ssn_digits=ssn_digits):
        return WRONG + sentence
    if kind == SSN:
        told_apart_by = hashlib.blake2b(tin.encode(), digest_size=15, key=secret).digest()
        return f"{base64.b32encode(told_apart_by).decode()}.{tin[-ssn_digits:]}"  # hexadecimal may look like a TIN
    return f"{tin_keys(EIN, tin, ())[0]}.{last4(tin)}"
