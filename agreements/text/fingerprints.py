"""What a signature covers: the common text, the party list, and the schedule of the signer's own party.

Each is known by a fingerprint, so that anybody can tell later what was signed, and whether it still says the same.
Those with TINs in them are mixed with the agreement's own salt, which is held encrypted: else whoever sees one could
try all TINs. Names of clinicians, which NPPES may spell otherwise tomorrow, are no part of a schedule.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import NamedTuple

from eligibility.law.identifiers import SSN

TEXT, PARTIES, SCHEDULE = "text", "parties", "schedule"
WHAT_CHANGED = {
    TEXT: "the agreement’s text changed",
    PARTIES: "the party list changed (the practices, their names or their TINs)",
    SCHEDULE: "the list of this practice’s clinicians changed",
}


class Fingerprints(NamedTuple):
    """The three fingerprints, each the SHA-256 in hexadecimal."""

    text: str
    parties: str
    schedule: str

    @property
    def digest(self) -> str:
        """The three in one, for comparing."""
        return _sha256("|".join(self))

    def changed_since(self, signed: "Fingerprints") -> tuple[str, ...]:
        """Return the parts that changed since they were signed; none if the signature counts."""
        pairs = zip((TEXT, PARTIES, SCHEDULE), self, signed, strict=True)
        return tuple(what for what, now, then in pairs if now != then)


def of_text(text: str) -> str:
    """Return the fingerprint of the common text, as it was frozen."""
    return _sha256(text)


def of_parties(parties: Iterable[tuple[str, str, str]], salt: str) -> str:
    """Return the fingerprint of the party list: each party's name, kind of TIN and TIN, in whatever order."""
    listed = sorted((" ".join(name.split()), kind, tin) for name, kind, tin in parties)
    return _sha256(json.dumps([salt, listed]))


def of_schedule(npis: Iterable[str], party: tuple[str, str, str], salt: str) -> str:
    """Return the fingerprint of a party's schedule of NPIs, in whatever order; `party` as in of_parties.

    The TIN says whose it is, for two parties may list the same clinicians; of an SSN, which another may end like, the
    name says it, too.
    """
    name, kind, tin = party
    whose = [kind, tin, " ".join(name.split())] if kind == SSN else [kind, tin]
    return _sha256(json.dumps([salt, *whose, sorted(set(npis))]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
