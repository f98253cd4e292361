"""A receipt conforms to PDF/A-2a and PDF/UA-1 as an agreement does, and says what its snapshot says."""

from collections import Counter
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Name

from agreements.models import DocumentKind
from agreements.papers import documents
from agreements.papers.rendering import render
from agreements.papers.sealing import seal
from agreements.papers.verification import SealCheck, verify
from agreements.text.document_text import fingerprint
from tests.factories.agreements import MADE_AT, DocumentFactory
from tests.factories.receipts import FindingFactory, ReceiptFactory

from .pdf_text import elements, pages_of, text_of, words
from .test_sealing import validated

FIRST_PAGE = f"""
Receipt Received Nov 30, 2026, 11:59:58 p.m. ET CMS received the 2027 election for Northern Lakes & Sons to be a virtual
group in the Merit- based Incentive Payment System (MIPS).
Receipt code 74SX 0DQ0 AY2N 1BPJ Virtual group Northern Lakes & Sons Performance year 2027
Representative Dana Rivera, dana@example.org, 555-0100 Submission Number 2, by Dana <Rivera>
Fingerprint of what was submitted {"5a" * 32} Check this receipt https://elections.example/verify
2 practices with 2 clinicians Practice TIN Clinicians
Lakeside Family Medicine EIN ending in 4567 1 Ada Smith, MD SSN ending in 8172 1
What happens next A CMS reviewer reads the election. The Virtual Group Elections website emails CMS’s decision to the
representative and the collaborators. Until Thursday, December 31, 2026, 11:59 p.m. ET, the representative can change
the election and submit it again, or withdraw it. After it is approved, the representative must report any changes at
least once before Jan 3, 2028.
Made Dec 1, 2026, 10:00 a.m. ET. The fingerprint is a code (SHA-256) made from everything that was submitted. Anyone who
has this PDF, or its receipt code, can check it at the address above without an account.
"""
LONG = "Family Medicine and Sports of the Northern Lakes, PLLC, {0} " * 3
OPEN = (
    "One question is still open. CMS will check whether every practice’s TIN is free to take part in this virtual group"
)
TO_CHECK = [{"name": "", "findings": [FindingFactory(rule="one-virtual-group", outcome="Cannot tell yet")]}]


@pytest.fixture
def opened(sealed_receipt):
    with pikepdf.open(BytesIO(sealed_receipt)) as one:
        yield one


def test_names_in_other_scripts_are_read_out_in_the_order_of_the_sentence():
    practice = ReceiptFactory()["practices"][0] | {"signer_name": "שירה לוי", "signer_title": "רופאה"}
    ledger = [
        {"name": "王小明診所", "findings": [FindingFactory(message="王小明 is listed.", contest="अनिता is not.")]}
    ]
    made = render(ReceiptFactory(submitted_by="شيرين", practices=[practice], ledger=ledger), made_at=MADE_AT)
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


def test_its_structure_has_headings_in_steps_and_header_cells_with_scope(opened):
    kinds = Counter(str(element.S) for element, _ in elements(opened))
    assert {kind: kinds[kind] for kind in ("/H1", "/H2", "/H3", "/Form")} == {
        "/H1": 1,
        "/H2": 4,
        "/H3": 2 + 3,
        "/Form": 1,
    }
    scopes = Counter(str(element.A.Scope) for element, _ in elements(opened) if element.S == Name.TH)
    assert scopes == {
        "/Row": 7 + 2 + 2 + 3 + 2,  # first page, its practices, contact and agreement, practices, of which one opted in
        "/Column": 3 + 2 * 3 + 3 * 3,  # list of practices, two of clinicians, three of findings
    }


def test_it_says_all_that_its_snapshot_says(sealed_receipt):
    said = text_of(sealed_receipt)
    for part in (
        "Receipt Received Nov 30, 2026, 11:59:58 p.m. ET CMS received the 2027 election for Northern Lakes & Sons",
        "Receipt code 74SX 0DQ0 AY2N 1BPJ",
        f"Fingerprint of what was submitted {'5a' * 32}",
        "Number 2, by Dana <Rivera>",
        "Made Dec 1, 2026, 10:00 a.m. ET.",
        "What was submitted Alternate contact Lee Stone, 555-0101 Agreement "
        "The formal written agreement between the practices was acknowledged.",
        "1. Lakeside Family Medicine TIN EIN, last 4 digits only: 4567",
        "Agreement signed (executed) Nov 10, 2026, by Sam Okafor, Managing partner Opt-in Accepted",
        "1558598797 O’Neill Zoë",
        "2. Ada Smith, MD TIN SSN, last 4 digits only: 8172 Agreement signed (executed) Not yet NPI",
        "2000000002 no name in NPPES no name in NPPES",
        "What the rules said about it These are the results at the time of submission. They do not change.",
        "Outcome What was found Paragraph of 42 CFR Met 2 clinicians under this TIN. 414.1315(a)(1)",
        "2 clinicians under this TIN. Contested by the representative: Dr. Moss left. 414.1315(a)(1)",
        "Cannot tell yet 2 clinicians under this TIN.",
        "414.1305, 414.1310(b)",
    ):
        assert part in said
    assert said.count("Opt-in") == 1


def test_its_first_page_is_all_that_anyone_needs(sealed_receipt):
    first, second, *_ = pages_of(sealed_receipt)
    assert first.partition(" 1. 2. 3. ")[0] == " ".join(FIRST_PAGE.split())
    assert second.startswith("What was submitted ")


def named(count, name="Practice {} of many"):
    """Return as many practices of one clinician each."""
    [practice, _] = ReceiptFactory()["practices"]
    return [practice | {"name": name.format(at), "tin_last4": f"{at:04}"} for at in range(1, count + 1)]


@pytest.mark.proof
@pytest.mark.parametrize(
    ("changes", "shown", "more"),
    [
        ({"practices": named(10)}, 10, ""),
        ({"practices": named(11)}, 9, "And 2 more. All are listed from page 2 on."),
        ({"practices": named(50)}, 9, "And 41 more. All are listed from page 2 on."),
        ({"practices": named(11), "ledger": TO_CHECK}, 7, OPEN),
        ({"practices": named(5, LONG), "virtual_group": LONG, "submitted_by": LONG}, 1, "And 4 more. All are listed"),
    ],
    ids=["as many as fit", "one more", "many", "a TIN that CMS checks", "long names"],
)
def test_of_many_practices_the_first_page_names_as_many_as_it_has_room_for(changes, shown, more):
    first, second, *_ = pages_of(render(ReceiptFactory(**changes), made_at=MADE_AT))
    assert first.count("EIN ending in ") == shown
    assert f"EIN ending in {shown:04} 1" in first
    assert more in first
    assert "without an account." in first
    assert second.startswith(("What was submitted ", "Family Medicine"))
    assert ("is still open" in first) == (more == OPEN)


def test_one_from_before_or_received_late_says_no_day_that_it_does_not_know():
    said = ReceiptFactory()
    for name in ("changes_until", "report_before"):
        del said[name]
    late = ReceiptFactory(changes_until=None)
    for snapshot, steps in ((said, 1), (late, 2)):
        first = pages_of(render(snapshot, made_at=MADE_AT))[0]
        assert ("Until" in first, "report any changes" in first) == (False, steps == 2)
        assert "the collaborators." in first


def test_what_was_not_said_is_not_made_up():
    nobody = {"name": "", "email": "", "phone": ""}
    said = text_of(
        render(ReceiptFactory(alternate=nobody, representative=nobody, agreement_acknowledged=False), made_at=MADE_AT)
    )
    assert "Representative No name given Submission" in said
    assert "What was submitted Agreement Not acknowledged" in said
    assert "Alternate contact" not in said


def test_its_code_is_on_every_page(sealed_receipt):
    pages = pages_of(sealed_receipt)
    assert [page for page in pages if "Receipt code 74SX 0DQ0 AY2N 1BPJ" not in page] == []
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(
        pages
    )


def test_its_seal_is_valid_for_any_reader_and_the_same_snapshot_gives_the_same_bytes(sealed_receipt, receipt):
    assert validated(sealed_receipt).bottom_line
    assert seal(render(receipt, made_at=MADE_AT), at=MADE_AT) == sealed_receipt


def test_it_is_sealed_by_the_worker_and_genuine_with_the_time_it_confirms(receipt, db):
    asked = DocumentFactory(snapshot=receipt, kind=DocumentKind.RECEIPT, state="ready")
    file = documents.open_pdf(asked)
    assert file.count(f"sha256:{fingerprint(receipt)}<".encode()) == 1
    verdict = verify(file)
    assert (verdict.result, verdict.document, verdict.fingerprint) == (SealCheck.GENUINE, asked, "5a" * 32)
    assert verdict.moment.isoformat() == "2026-11-30T23:59:58-05:00"
    assert verify(file + b" ").result == SealCheck.ALTERED
