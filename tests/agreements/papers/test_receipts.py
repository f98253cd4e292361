"""A receipt conforms to PDF/A-2a and PDF/UA-1 as an agreement does, and says what its snapshot says."""

from collections import Counter
from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf import Name
from pypdf import PdfReader

from agreements.models import DocumentKind
from agreements.papers import documents
from agreements.papers.rendering import render
from agreements.papers.sealing import seal
from agreements.papers.verification import SealCheck, verify
from agreements.text.document_text import Snapshot, fingerprint
from ground import clock

from ..conftest import MADE_AT
from .pdf_text import words
from .test_rendering import elements
from .test_sealing import validated


def make_receipt(**changes: object) -> Snapshot:
    """Return the snapshot of a receipt for two practices; name what should differ."""
    return {
        "format": 1,
        "kind": "receipt",
        "received_at": "2026-11-30T23:59:58-05:00",
        "receipt_code": "74SX0DQ0AY2N1BPJ",
        "submission_sha256": "5a" * 32,
        "submission": 2,
        "submitted_by": "Dana <Rivera>",
        "performance_year": 2027,
        "virtual_group": "Northern Lakes & Sons",
        "representative": {"name": "Dana Rivera", "email": "dana@example.org", "phone": "555-0100"},
        "alternate": {"name": "Lee Stone", "email": "", "phone": "555-0101"},
        "agreement_acknowledged": True,
        "practices": [
            {
                "name": "Lakeside Family Medicine",
                "tin_kind": "EIN",
                "tin_last4": "4567",
                "clinicians": [{"npi": "1558598797", "last_name": "O’Neill", "first_name": "Zoë"}],
                "executed_on": "2026-11-10",
                "signer_name": "Sam Okafor",
                "signer_title": "Managing partner",
                "opt_in_accepted": True,
            },
            {
                "name": "Ada Smith, MD",
                "tin_kind": "SSN",
                "tin_last4": "8172",
                "clinicians": [{"npi": "2000000002", "last_name": "", "first_name": ""}],
                "executed_on": None,
                "signer_name": "",
                "signer_title": "",
                "opt_in_accepted": False,
            },
        ],
        "ledger": [
            {"name": "Lakeside Family Medicine", "findings": [finding(), finding(contest="Dr. Moss left.")]},
            {"name": "Ada Smith, MD", "findings": [finding(outcome="Cannot tell yet")]},
            {"name": "The virtual group as a whole", "findings": [finding(cite="42 CFR 414.1305, 414.1310(b)")]},
        ],
        "verify_at": "https://elections.example/verify",
        **changes,
    }


def finding(**changes: str) -> dict[str, str]:
    return {
        "rule": "practice-size",
        "outcome": "Met",
        "message": "2 clinicians under this TIN.",
        "cite": "42 CFR 414.1315(a)(1)",
        "contest": "",
        **changes,
    }


@pytest.fixture(scope="module")
def receipt() -> Snapshot:
    return make_receipt()


@pytest.fixture(scope="module")
def unsealed_receipt(receipt) -> bytes:
    return render(receipt, made_at=MADE_AT)


@pytest.fixture(scope="module")
def sealed_receipt(unsealed_receipt) -> bytes:
    return seal(unsealed_receipt, at=MADE_AT)


@pytest.fixture
def opened(sealed_receipt):
    with pikepdf.open(BytesIO(sealed_receipt)) as one:
        yield one


def text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_names_in_other_scripts_are_read_out_in_the_order_of_the_sentence():
    practice = make_receipt()["practices"][0] | {"signer_name": "שירה לוי", "signer_title": "רופאה"}
    ledger = [{"name": "王小明診所", "findings": [finding(message="王小明 is listed.", contest="अनिता is not.")]}]
    made = render(make_receipt(submitted_by="شيرين", practices=[practice], ledger=ledger), made_at=MADE_AT)
    with pikepdf.open(BytesIO(made)) as one:
        said = [part.text for part in words(one)]
    for sentence in (
        ["Number 2, by ", "شيرين"],
        ["Nov 10, 2026, by ", "שירה לוי", ", ", "רופאה"],
        ["王小明診所"],
        ["王小明", " is listed. "],
        ["Contested by the representative: ", "अनिता", " is not."],
    ):
        assert "|".join(sentence) in "|".join(said), sentence


def test_it_is_tagged_titled_in_a_language_and_names_both_standards(opened, receipt):
    assert opened.Root.MarkInfo.Marked is True
    assert str(opened.Root.Lang) == "en-US"
    assert str(opened.docinfo.Title) == "Receipt: Northern Lakes & Sons, performance year 2027, submission 2"
    assert opened.Root.ViewerPreferences.DisplayDocTitle is True
    assert [str(item.title) for item in opened.open_outline().root] == ["Receipt"]
    packet = ElementTree.fromstring(opened.Root.Metadata.read_bytes())
    values = {element.tag: (element.text or "").strip() for element in packet.iter()}
    assert values["{http://www.aiim.org/pdfa/ns/id/}part"] == "2"
    assert values["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A"
    assert values["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert values["{http://purl.org/dc/elements/1.1/}identifier"] == f"sha256:{fingerprint(receipt)}"
    assert [str(intent.S) for intent in opened.Root.OutputIntents] == ["/GTS_PDFA1"]
    assert opened.check_pdf_syntax() == []
    assert opened.attachments == {}


def test_its_structure_has_headings_in_steps_and_header_cells_with_scope_and_name(opened):
    kinds = Counter(str(element.S) for element, _ in elements(opened))
    assert {kind: kinds[kind] for kind in ("/H1", "/H2", "/H3", "/Form")} == {
        "/H1": 1,
        "/H2": 2,
        "/H3": 2 + 3,
        "/Form": 1,
    }
    scopes = Counter(str(element.A.Scope) for element, _ in elements(opened) if element.S == Name.TH)
    assert scopes == {
        "/Row": 5 + 3 + 3 + 2,  # front, whom to ask and the agreement, two practices, of which one opted in
        "/Column": 2 * 3 + 3 * 3,  # two lists of clinicians, three of findings
    }
    names = list(opened.Root.StructTreeRoot.IDTree.Names)
    listed = [bytes(name) for name in names[::2]]
    assert listed == sorted(set(listed))
    assert [bytes(element.ID) for element in names[1::2]] == listed
    used = {bytes(name) for element, _ in elements(opened) if element.S == Name.TD for name in element.A.Headers}
    assert used <= set(listed)


def test_its_fonts_are_embedded_and_no_others_are_needed(opened):
    fonts = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get(Name.Type) == Name.Font]
    whole = [font for font in fonts if font.Subtype == Name.Type0]
    assert sorted(str(font.BaseFont).split("+")[1] for font in whole) == ["Public-Sans", "Public-Sans-Bold"]


def test_it_says_all_that_its_snapshot_says(sealed_receipt):
    said = text(sealed_receipt)
    for part in (
        "Receipt Received Nov 30, 2026, 11:59:58 p.m. ET CMS received the 2027 election for Northern Lakes & Sons",
        "Receipt code 74SX 0DQ0 AY2N 1BPJ",
        f"Fingerprint of what was submitted {'5a' * 32}",
        "Number 2, by Dana <Rivera>",
        "Made Dec 1, 2026, 10:00 a.m. ET.",
        "can check it without an account: https://elections.example/verify",
        "Representative Dana Rivera, dana@example.org, 555-0100 Alternate contact Lee Stone, 555-0101",
        "Agreement The formal written agreement between the practices was acknowledged.",
        "1. Lakeside Family Medicine TIN EIN, last 4 digits only: 4567",
        "Agreement signed (executed) Nov 10, 2026, by Sam Okafor, Managing partner Opt-in Accepted",
        "1558598797 O’Neill Zoë",
        "2. Ada Smith, MD TIN SSN, last 4 digits only: 8172 Agreement signed (executed) Not yet NPI",
        "2000000002 not listed not listed",
        "What the rules said about it These are the results at the time of submission. They do not change.",
        "Outcome What was found Paragraph of 42 CFR Met 2 clinicians under this TIN. 414.1315(a)(1)",
        "2 clinicians under this TIN. Contested by the representative: Dr. Moss left. 414.1315(a)(1)",
        "Cannot tell yet 2 clinicians under this TIN.",
        "414.1305, 414.1310(b)",
    ):
        assert part in said
    assert said.count("Opt-in") == 1


def test_what_was_not_said_is_not_made_up():
    nobody = {"name": "", "email": "", "phone": ""}
    said = text(
        render(make_receipt(alternate=nobody, representative=nobody, agreement_acknowledged=False), made_at=MADE_AT)
    )
    assert "Representative No name given Agreement Not acknowledged" in said
    assert "Alternate contact" not in said


def test_its_code_is_on_every_page(sealed_receipt):
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(sealed_receipt)).pages]
    assert [page for page in pages if "Receipt code 74SX 0DQ0 AY2N 1BPJ" not in page] == []
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(
        pages
    )


def test_its_seal_is_valid_for_any_reader_and_the_same_snapshot_gives_the_same_bytes(
    sealed_receipt, unsealed_receipt, receipt
):
    assert validated(sealed_receipt).bottom_line
    assert render(receipt, made_at=MADE_AT) == unsealed_receipt


def test_it_is_sealed_by_the_worker_and_genuine_with_the_time_it_confirms(agreement, person, receipt, db):
    asked = documents.request_document(agreement.pk, receipt, by=person, now=clock.now(), kind=DocumentKind.RECEIPT)
    assert documents.render_document(asked.pk, now=clock.now()) == "ready"
    asked.refresh_from_db()
    file = documents.open_pdf(asked)
    assert file.count(f"sha256:{fingerprint(receipt)}<".encode()) == 1
    verdict = verify(file)
    assert (verdict.result, verdict.document, verdict.fingerprint) == (SealCheck.GENUINE, asked, "5a" * 32)
    assert verdict.moment.isoformat() == "2026-11-30T23:59:58-05:00"
    assert verify(file + b" ").result == SealCheck.ALTERED
