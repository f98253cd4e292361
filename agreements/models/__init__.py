"""The written agreement of a virtual group: whom it binds, who signed it, and the files made of it."""

from .agreement import Agreement, OwnAgreement, Party, signer_line
from .document import SEALED_KINDS, UNPRINTABLE, Document, DocumentKind, DocumentState
from .signature_page import PageKind, SignaturePage
from .signing import KnownBy, Signature, SigningRequest

__all__ = [
    "SEALED_KINDS",
    "UNPRINTABLE",
    "Agreement",
    "Document",
    "DocumentKind",
    "DocumentState",
    "KnownBy",
    "OwnAgreement",
    "PageKind",
    "Party",
    "Signature",
    "SignaturePage",
    "SigningRequest",
    "signer_line",
]
