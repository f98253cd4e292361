"""Which practices and clinicians a load has met so far: joined, told apart and counted without keeping a TIN."""

import hashlib
import os
from collections.abc import Iterator

from ..data.tin_hashes import tin_keys
from ..law.identifiers import SSN


class Roster:
    """What is kept in memory during a load: a hash per practice, a number per clinician under a practice."""

    def __init__(self) -> None:
        self._secret = os.urandom(16)
        self._practices: dict[bytes, int] = {}  # hash of kind and TIN as given → line of its first row
        self._staffed: set[int] = set()
        self._pairs: set[int] = set()  # practice's line and NPI in one number
        self._ssn_keys: set[str] = set()

    def add_practice(self, kind: str, tin: str, line: int) -> str | None:
        """Note a practice; return what is wrong with it."""
        first = self._practices.setdefault(self._join_key(kind, tin), line)
        return None if first == line else "This practice is listed twice."

    def practice(self, kind: str, tin: str) -> int | None:
        """Return the line on which the practice of this kind and TIN as given was first listed."""
        return self._practices.get(self._join_key(kind, tin))

    def add_clinician(self, practice: int, npi: str | None) -> str | None:
        """Note a clinician (None: one whose NPI is bad) under the practice of that line; return what is wrong."""
        self._staffed.add(practice)
        if npi is None:
            return None
        pair = practice << 40 | int(npi)
        if pair in self._pairs:
            return "This clinician is listed twice under this practice."
        self._pairs.add(pair)
        return None

    def ssn_key(self, last_digits: str, npi: str) -> tuple[str, str | None]:
        """Return the key of a clinician's SSN TIN, and what is wrong where another practice has the same."""
        key = tin_keys(SSN, last_digits, (npi,))[0]
        if key in self._ssn_keys:
            return key, "This NPI is listed under 2 SSN TINs with the same last digits. We can’t tell them apart."
        self._ssn_keys.add(key)
        return key, None

    def without_clinicians(self) -> Iterator[int]:
        """Yield the lines of practices under which no clinician was listed."""
        return (line for line in self._practices.values() if line not in self._staffed)

    def counts(self) -> dict[str, int]:
        """Return the numbers of practices and clinicians that were met."""
        return {"practices": len(self._practices), "clinicians": len(self._pairs)}

    def _join_key(self, kind: str, tin: str) -> bytes:
        return hashlib.blake2b(f"{kind}|{tin}".encode(), digest_size=16, key=self._secret).digest()
