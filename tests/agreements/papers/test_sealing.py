"""The sealed file is as accessible and as lasting as it was unsealed, and any PDF reader can check its seal."""

import base64
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import InvalidOperation
from io import BytesIO

import pikepdf
import pytest
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pikepdf import Name
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from agreements.papers.seal_keys import new_seal_key, seal_key
from agreements.papers.sealing import LABEL, seal
from agreements.text.document_text import fingerprint
from tests.factories.agreements import MADE_AT

from .pdf_text import elements, pages_of


@pytest.fixture
def opened(sealed):
    with pikepdf.open(BytesIO(sealed)) as one:
        yield one


def validated(pdf: bytes, *, trusting: bytes | None = None) -> PdfSignatureStatus:
    """Have another's reader judge the one seal of a file, trusting our certificate alone and asking no network."""
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    ours = Certificate.load(trusting or seal_key().certificates[0])
    context = ValidationContext(trust_roots=[ours], allow_fetching=False, moment=MADE_AT)
    with ThreadPoolExecutor(1) as thread:  # a browser's loop may run in this one
        return thread.submit(validate_pdf_signature, signature, context).result()


def test_the_seal_covers_the_entire_file_and_is_valid(sealed):
    status = validated(sealed)
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == MADE_AT
    assert (status.md_algorithm, status.pkcs7_signature_mechanism) == ("sha256", "sha256_ecdsa")


def test_a_changed_byte_breaks_it_for_any_reader(sealed):
    contents = sealed.index(b"/Contents <30"), sealed.index(b">", sealed.index(b"/Contents <30"))
    positions = [at for at in range(0, len(sealed), len(sealed) // 60) if not contents[0] < at < contents[1]]
    assert len(positions) > 40
    for at in positions:
        changed = bytearray(sealed)
        changed[at] ^= 1
        try:
            status = validated(bytes(changed))
        except (PdfReadError, SignatureValidationError, ValueError, InvalidOperation, zlib.error):
            continue  # not even a PDF that can be read, or none with a seal
        assert not status.bottom_line, at


def test_it_is_a_baseline_signature_in_an_unseen_field_that_is_printed(opened):
    [field] = opened.Root.AcroForm.Fields
    assert int(opened.Root.AcroForm.SigFlags) == 3
    assert (field.FT, field.Subtype, str(field.TU)) == (Name.Sig, Name.Widget, LABEL)
    assert [float(side) for side in field.Rect] == [0, 0, 0, 0]  # then PDF/A asks for no appearance
    assert int(field.F) & 0b100111 == 0b100, "printed, and not hidden, invisible or without view"
    assert (field.V.Filter, field.V.SubFilter) == (Name("/Adobe.PPKLite"), Name("/ETSI.CAdES.detached"))
    assert str(field.V.M) == "D:20261201150000Z"
    assert [annotation.objgen for annotation in opened.pages[-1].Annots] == [field.objgen]
    assert opened.pages[-1].obj.Tabs == Name.S
    assert bytes(field.V.Contents).count(seal_key().certificates[0]) == 1


def test_the_field_hangs_in_the_structure(opened):
    [field] = opened.Root.AcroForm.Fields
    [(form, above)] = [(element, above) for element, above in elements(opened) if str(element.S) == "/Form"]
    assert above == ("/Document",)
    assert str(form.Alt) == LABEL
    [reference] = form.K
    assert (reference.Type, reference.Obj.objgen, form.Pg.objgen) == (
        Name.OBJR,
        field.objgen,
        opened.pages[-1].obj.objgen,
    )
    tree = opened.Root.StructTreeRoot
    pages, ours = tree.ParentTree.Kids
    number = int(field.StructParent)
    assert [int(limit) for limit in pages.Limits] == [0, number - 1]
    assert [int(limit) for limit in ours.Limits] == [number, number]
    assert (int(ours.Nums[0]), ours.Nums[1].objgen) == (number, form.objgen)
    assert int(tree.ParentTreeNextKey) == number + 1
    links = [link for page in opened.pages[:-1] for link in page.obj.get(Name.Annots, [])]
    numbers = [int(page.obj.StructParents) for page in opened.pages] + [int(link.StructParent) for link in links]
    assert sorted(numbers) == list(range(number))


def test_all_else_stays_as_it_was(sealed, unsealed, opened):
    assert sealed.startswith(unsealed)
    with pikepdf.open(BytesIO(unsealed)) as before:
        assert opened.Root.Metadata.read_raw_bytes() == before.Root.Metadata.read_raw_bytes()
        assert dict(opened.docinfo) == dict(before.docinfo)
        assert len(elements(opened)) == len(elements(before)) + 1


def test_the_fingerprint_stands_in_the_bytes_as_they_are(sealed, pdf, snapshot, executed_snapshot):
    assert sealed.count(f"sha256:{fingerprint(executed_snapshot)}<".encode()) == 1
    assert pdf.count(f"sha256:{fingerprint(snapshot)}<".encode()) == 1


def test_the_same_file_and_moment_give_the_same_bytes(sealed, unsealed):
    assert seal(unsealed, at=MADE_AT) == sealed


def test_nothing_is_sealed_without_a_key_of_our_own(unsealed, settings):
    for wrong in ("", "not base64", "bm8gUEVN", new_seal_key()[:-400]):
        settings.SEAL_KEY = wrong
        with pytest.raises(ImproperlyConfigured, match=r"^SEAL_KEY .* manage.py seal_key makes one\.$") as refused:
            seal(unsealed, at=MADE_AT)
        assert wrong[:40] not in str(refused.value) or not wrong


def test_a_new_key_is_printed_whole_and_is_another_each_time(unsealed, settings, capsys):
    call_command("seal_key")
    settings.SEAL_KEY = capsys.readouterr().out.strip()
    assert validated(seal(unsealed, at=MADE_AT)).bottom_line
    assert new_seal_key() != new_seal_key()


def vouched_for() -> tuple[str, bytes]:
    """Return a SEAL_KEY as an authority gives one, RSA with a certificate above its own, and the authority's."""
    authority, own = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    above, ours = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Authority", "Our seal"))
    pem = own.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    certificates = []
    for name, key, is_authority in ((ours, own, False), (above, authority, True)):
        certificate = (
            x509.CertificateBuilder(above, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(MADE_AT - timedelta(days=1))
            .not_valid_after(MADE_AT + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    not is_authority, not is_authority, False, False, False, is_authority, False, False, False
                ),
                critical=True,
            )
            .sign(authority, SHA256())
        )
        certificates.append(certificate.public_bytes(Encoding.DER))
        pem += certificate.public_bytes(Encoding.PEM)
    return base64.b64encode(pem).decode(), certificates[1]


def test_a_key_that_an_authority_vouches_for_seals_too(unsealed, settings):
    settings.SEAL_KEY, authority = vouched_for()
    made = seal(unsealed, at=MADE_AT)
    status = validated(made, trusting=authority)
    assert (status.bottom_line, status.pkcs7_signature_mechanism) == (True, "sha256_rsa")
    assert all(made.count(one.hex().upper().encode()) == 1 for one in seal_key().certificates)
    assert seal(unsealed, at=MADE_AT) == made


def signature_pages(pdf: bytes) -> list[str]:
    return [page for page in pages_of(pdf) if "How we identified the signer" in page]


def test_each_party_has_a_signature_page_that_says_who_when_and_over_what(sealed):
    pages = signature_pages(sealed)
    assert len(pages) == 3
    for page, party, said in zip(
        pages,
        ("1. Lakeside Family Medicine EIN 96-1234567", "2. Ada Smith, MD SSN,", "3. Harbor <Orthopedics> & Sports"),
        (
            "Signed by Dana Rivera Title Owner Signed Nov 30, 2026, 4:05:09 p.m. ET How we identified the signer By a"
            " personal link, and by signing in to the account with that email address and a second factor",
            "Signed by Ada Smith Title Physician Signed Nov 30, 2026, 4:05:09 p.m. ET How we identified the signer By a"
            " personal link, and by signing in to the account with that email address The",
            "Signed by Lee <Stone> Title Managing partner Signed Nov 30, 2026, 4:05:09 p.m. ET How we identified"
            " the signer By a personal link, sent to the email address that the representative gave The",
        ),
        strict=True,
    ):
        assert party in page
        assert said in page
        assert "I may bind this practice. I agree to sign electronically, and I sign this agreement for it." in page
        assert f"The text {'a1' * 32} The party list {'b2' * 32} This party’s own schedule" in page
    assert ["d4" * 32 in page for page in pages] == [False, False, True]
    assert not any("Signed somewhere else" in page or "Where each requirement is met" in page for page in pages)


def test_whether_a_signer_opted_in_is_not_for_the_other_parties(sealed):
    answered = [page.lower() for page in signature_pages(sealed)]
    assert [page for page in answered for word in ("opt", "true", "false") if word in page] == []


def test_signature_pages_have_their_tags(opened):
    kinds = [str(element.S) for element, _ in elements(opened)]
    assert kinds.count("/H3") == 9 + 3 + 3
    scopes = [str(element.A.Scope) for element, _ in elements(opened) if element.S == Name.TH]
    assert scopes.count("/Row") == 7 + 3 + 3 * (4 + 3) + 9
