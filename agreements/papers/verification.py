"""Whether a PDF is one that we sealed, byte for byte. The file is never parsed: only its bytes are looked at."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.core.exceptions import ImproperlyConfigured

from ..models import SEALED_KINDS, Document, DocumentKind, DocumentState
from .conformance import IDENTIFIER
from .seal_keys import seal_key

CARRIED = re.compile(re.escape(IDENTIFIER).encode() + rb"([0-9a-f]{64})(?![0-9a-f])")
LOOKED_UP = 20  # fingerprints of one file at most: ours carry one


class SealCheck(Enum):
    """What can be said of a file."""

    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and of a genuine file the document that it is."""

    result: SealCheck
    document: Document | None = None

    @property
    def is_of_update(self) -> bool:
        """Say whether a genuine file is the receipt of an update, and not of an election."""
        return self.document is not None and json.loads(self.document.snapshot).get("kind") == "update"

    @property
    def moment(self) -> datetime:
        """When what a genuine receipt confirms was received; of an executed agreement, when it was sealed."""
        assert self.document
        if self.document.kind == DocumentKind.RECEIPT:
            return datetime.fromisoformat(json.loads(self.document.snapshot)["received_at"])
        return self.document.requested_at

    @property
    def fingerprint(self) -> str:
        """The fingerprint that a genuine file shows: a receipt that of what was submitted, an agreement its own."""
        assert self.document
        if self.document.kind == DocumentKind.RECEIPT and not self.is_of_update:
            return str(json.loads(self.document.snapshot)["submission_sha256"])
        return self.document.snapshot_sha256


def verify(pdf: bytes) -> Verdict:
    """Say whether these bytes are a file that we sealed, one that was and is no more, or one we do not know.

    Altered is what carries a fingerprint of ours, or the certificate of our seal, and is none of our files.
    """
    sealed = Document.objects.filter(kind__in=SEALED_KINDS, state=DocumentState.READY)
    document = sealed.filter(file_sha256=hashlib.sha256(pdf).hexdigest()).first()
    if document:
        return Verdict(SealCheck.GENUINE, document)
    carried = {found.decode() for found, _ in zip(CARRIED.findall(pdf), range(LOOKED_UP), strict=False)}
    if _carries_our_certificate(pdf) or sealed.filter(snapshot_sha256__in=carried).exists():
        return Verdict(SealCheck.ALTERED)
    return Verdict(SealCheck.UNKNOWN)


def _carries_our_certificate(pdf: bytes) -> bool:
    """Look for the certificate as it stands in a signature: as hexadecimal digits."""
    try:
        ours = seal_key().certificates[0].hex().encode()
    except ImproperlyConfigured:
        return False
    return ours.upper() in pdf or ours in pdf
