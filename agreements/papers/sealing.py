"""The seal: one invisible signature (PAdES B-B) over a whole PDF, so that any changed byte shows, here and elsewhere.

It is made without the network: no timestamp server is asked, and the moment it names is ours.
"""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .seal_keys import SealKey, seal_key

FIELD = "Seal"
LABEL = "The seal of this document, which shows whether the document was changed"
DIGEST = "sha256"
BESIDE_CERTIFICATES = 4096  # bytes, amply: what a signature holds beside its certificates


class Appending(IncrementalPdfFileWriter):
    """Appends to a file and leaves what stands in it: its metadata name both standards, and our own moment."""

    def _update_meta(self) -> None:
        """Do not enter the machine's time and a second producer."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> ArrayObject:
        """Make the second identifier from the first: the same bytes for the same input."""
        first = bytes(prev.trailer["/ID"][0].original_bytes)
        second = hashlib.sha256(first).digest()[:16]
        return ArrayObject(map(generic.ByteStringObject, (first, second)))


class OwnSigner(Signer):
    """Signs with a key that was read once: reading it again for each seal would take longer than all the rest."""

    def __init__(self, own: SealKey) -> None:
        chain = [Certificate.load(one) for one in own.certificates]
        super().__init__(signing_cert=chain[0], cert_registry=SimpleCertificateStore.from_certs(chain[1:]))
        self._key = own.private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), SHA256())
        return self._key.sign(data, ECDSA(SHA256(), deterministic_signing=True))


def seal(pdf: bytes, *, at: datetime) -> bytes:
    """Return a PDF of rendering.py's with our seal on it, PDF/A-2a and PDF/UA-1 as before; the seal names a moment.

    The same bytes for the same input. Raises ImproperlyConfigured without SEAL_KEY.
    """
    own = seal_key()
    writer = Appending(BytesIO(pdf))
    field = SigFieldSpec(FIELD, on_page=-1, readable_field_name=LABEL)
    sealing = PdfCMSEmbedder(field).write_cms(FIELD, writer)
    _tag(writer, next(sealing))
    signature = SignatureObject(
        timestamp=at.astimezone(UTC),
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=2 * (BESIDE_CERTIFICATES + sum(map(len, own.certificates))),  # two digits a byte
    )
    sealing.send(SigObjSetup(signature))
    digest, sealed = sealing.send(SigIOSetup(DIGEST))
    signing = OwnSigner(own).async_sign(digest.document_digest, DIGEST, use_pades=True)
    with ThreadPoolExecutor(1) as thread:  # whatever loop runs in this one
        sealing.send(thread.submit(asyncio.run, signing).result())
    return bytes(sealed.getvalue())


def _tag(writer: IncrementalPdfFileWriter, field: generic.IndirectObject) -> None:
    """Hang the field into the structure as its last element: PDF/UA wants every field in a Form, seen or not."""
    tree = writer.root["/StructTreeRoot"]
    number = tree["/ParentTreeNextKey"]
    document = tree["/K"][0]
    widget: DictionaryObject = field.get_object()
    widget["/StructParent"] = NumberObject(number)
    element = writer.add_object(
        _dictionary(
            Type=pdf_name("/StructElem"),
            S=pdf_name("/Form"),
            P=tree.raw_get("/K").raw_get(0),
            Pg=widget.raw_get("/P"),
            Alt=generic.TextStringObject(LABEL),
            K=ArrayObject([_dictionary(Type=pdf_name("/OBJR"), Obj=field)]),
        )
    )
    document["/K"].append(element)
    writer.update_container(document["/K"])
    limits = ArrayObject([NumberObject(number), NumberObject(number)])
    leaf = writer.add_object(_dictionary(Limits=limits, Nums=ArrayObject([NumberObject(number), element])))
    tree["/ParentTree"]["/Kids"].append(leaf)
    writer.update_container(tree["/ParentTree"]["/Kids"])
    tree["/ParentTreeNextKey"] = NumberObject(number + 1)
    writer.update_container(tree)


def _dictionary(**entries: Any) -> DictionaryObject:
    return DictionaryObject({pdf_name(f"/{name}"): value for name, value in entries.items()})
