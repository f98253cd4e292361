"""The group's own agreement: what a PDF from outside may not have in it, and how it is kept."""

import hashlib
import re
import zlib
from collections import Counter
from io import BytesIO

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.db import ProgrammingError, transaction
from pikepdf import Array, Dictionary, Name, Pdf, String

from agreements.models import Agreement, OwnAgreement
from agreements.papers.rendering import render
from agreements.text import own, pdf_search
from agreements.text.document_text import build_names
from agreements.text.own import SENTENCES
from agreements.text.provisions import PROVISIONS
from agreements.text.reading import shown
from ground.vault import CannotDecrypt, encrypt_bytes
from tests.factories.agreements import HARBOR, LAKESIDE, MADE_AT, MARKS, OF_FILE, AgreementFactory, OwnAgreementFactory
from tests.factories.people import DanaFactory
from tests.planted.numbers import SHAPES, SSN

from ..made_pdfs import SCRIPT, annotated, bare, saved, written
from ..papers.pdf_text import elements, text_of

NAMES = build_names("Northern Lakes Virtual Group", "Dana Rivera", "dana@example.org")


def with_root(**held):
    return bare(lambda pdf: put(pdf.Root, held))


def put(target, held):
    for key, value in held.items():
        target[f"/{key}"] = value


def link(**action):
    return annotated(Subtype=Name.Link, A=Dictionary(**action))


def embedding():
    def embed(pdf):
        pdf.attachments["a.txt"] = b"hello"

    return bare(embed)


def inflating():
    """Return a small PDF with an object stream that inflates to 800 megabytes, packed twice."""
    packer = zlib.compressobj(1)
    once = bytearray(packer.compress(b"2 0 <</Type/Catalog/Pages<</Type/Pages/Kids[]/Count 0>>>>"))
    for _ in range(48):
        once += packer.compress(bytes(16 * 1024 * 1024))
    once += packer.flush()
    return by_hand(zlib.compress(bytes(once), 9))


def by_hand(stream):
    """Return a PDF whose only object stream is this, packed twice."""
    parts = [b"%PDF-1.5\n"]
    head = f"1 0 obj\n<</Type/ObjStm/N 1/First 4/Length {len(stream)}/Filter[/FlateDecode/FlateDecode]>>stream\n"
    at_stream = len(parts[0])
    parts.append(head.encode() + stream + b"\nendstream\nendobj\n")
    at_xref = sum(map(len, parts))
    rows = b"".join(
        kind.to_bytes(1, "big") + one.to_bytes(4, "big") + two.to_bytes(2, "big")
        for kind, one, two in ((0, 0, 65535), (1, at_stream, 0), (2, 1, 0), (1, at_xref, 0))
    )
    xref = f"3 0 obj\n<</Type/XRef/Size 4/W[1 4 2]/Root 2 0 R/Length {len(rows)}>>stream\n".encode()
    parts.append(xref + rows + b"\nendstream\nendobj\n" + f"startxref\n{at_xref}\n%%EOF\n".encode())
    return b"".join(parts)


def orphaned():
    """Return a PDF with a script that stands in it, and to which nothing refers any more."""
    made = bare(lambda pdf: put(pdf.Root, {"Odd": pdf.make_indirect(SCRIPT())}))
    [reference] = re.findall(rb"/Odd \d 0 R", made)
    return made.replace(reference, b"/Odd null ")


def in_circles():
    """Return a PDF with more values than anybody looks through."""
    return bare(lambda pdf: put(pdf.Root, {"Much": Array([Array([Array()] * 800)] * 800)}))


REFUSED = {
    "no PDF": (lambda: b"PK\x03\x04 a workbook", "no_pdf"),
    "nothing": (lambda: b"", "no_pdf"),
    "a PDF behind something else": (lambda: b"MZ" + bare(), "no_pdf"),
    "its beginning alone": (lambda: bare()[:200], "damaged"),
    "its beginning and its end": (lambda: bare()[:60] + bare()[-60:], "damaged"),
    "a header alone": (lambda: b"%PDF-1.7\n", "damaged"),
    "a password to open": (lambda: saved(encryption=pikepdf.Encryption(user="u", owner="o")), "protected"),
    "a password to change": (lambda: saved(encryption=pikepdf.Encryption(user="", owner="o")), "protected"),
    "no pages": (lambda: saved(Pdf.new()), "no_pages"),
    "JavaScript when opened": (lambda: with_root(OpenAction=SCRIPT()), "javascript"),
    "JavaScript by name": (
        lambda: with_root(Names=Dictionary(JavaScript=Dictionary(Names=Array([String("a"), SCRIPT()])))),
        "javascript",
    ),
    "JavaScript when closed": (lambda: with_root(AA=Dictionary(WC=SCRIPT())), "javascript"),
    "JavaScript of a page": (lambda: bare(lambda pdf: put(pdf.pages[0], {"AA": Dictionary(O=SCRIPT())})), "javascript"),
    "JavaScript of a field": (
        lambda: annotated(Subtype=Name.Widget, FT=Name.Tx, AA=Dictionary(K=SCRIPT())),
        "javascript",
    ),
    "JavaScript of a note": (lambda: annotated(Subtype=Name.Link, A=SCRIPT()), "javascript"),
    "JavaScript afterwards": (
        lambda: link(S=Name.URI, URI=String("https://example.org"), Next=Array([SCRIPT()])),
        "javascript",
    ),
    "JavaScript where nobody looks": (lambda: with_root(Odd=Array([Dictionary(Odder=SCRIPT())])), "javascript"),
    "JavaScript by another spelling": (
        lambda: with_root(Odd=Dictionary(S=Name.JavaScriptXX)).replace(b"/JavaScriptXX", b"/J#61vaScript"),
        "javascript",
    ),
    "a script by itself": (lambda: with_root(Odd=Dictionary(JS=String("app.alert(1)"))), "javascript"),
    "JavaScript that nothing leads to": (orphaned, "javascript"),
    "a program": (lambda: link(S=Name.Launch, F=String("calc.exe")), "action"),
    "a program when opened": (lambda: with_root(OpenAction=Dictionary(S=Name.Launch, F=String("a"))), "action"),
    "another file": (lambda: link(S=Name.GoToR, F=String("b.pdf"), D=Array([0, Name.Fit])), "action"),
    "a file within": (lambda: link(S=Name.GoToE, D=Array([0, Name.Fit])), "action"),
    "data taken in": (lambda: link(S=Name.ImportData, F=String("a.fdf")), "action"),
    "data sent": (lambda: link(S=Name.SubmitForm, F=String("https://example.org")), "action"),
    "a film": (lambda: link(S=Name.Rendition, OP=0), "action"),
    "what nobody knows": (lambda: link(S=Name.Surprise), "action"),
    "an address of a file": (lambda: link(S=Name.URI, URI=String("file:///etc/passwd")), "action"),
    "an address of a share": (lambda: link(S=Name.URI, URI=String("\\\\server\\share")), "action"),
    "a script for an address": (lambda: link(S=Name.URI, URI=String("javascript:alert(1)")), "action"),
    "addresses that begin in a file": (lambda: with_root(URI=Dictionary(Base=String("file:///"))), "action"),
    "a page of another file": (lambda: with_root(Odd=Dictionary(Ref=Dictionary(F=String("b.pdf"), Page=0))), "action"),
    "a picture of another file": (lambda: with_root(Odd=Dictionary(OPI=Dictionary(F=String("b.tif")))), "action"),
    "an address as a stream": (
        lambda: bare(lambda pdf: put(pdf.Root, {"Odd": Dictionary(S=Name.URI, URI=pdf.make_stream(b"file:///"))})),
        "action",
    ),
    "events in a list": (lambda: with_root(AA=Array([SCRIPT()])), "action"),
    "a portfolio": (lambda: with_root(Collection=Dictionary(Type=Name.Collection)), "attachment"),
    "a file inside": (embedding, "attachment"),
    "a file that goes along": (lambda: with_root(AF=Array([Dictionary(Type=Name.Filespec)])), "attachment"),
    "a file as a note": (lambda: annotated(Subtype=Name.FileAttachment), "attachment"),
    "rich media": (lambda: annotated(Subtype=Name.RichMedia), "attachment"),
    "an XFA form": (lambda: with_root(AcroForm=Dictionary(Fields=Array(), XFA=String("<xdp/>"))), "xfa"),
    "more than is looked through": (in_circles, "too_much"),
    "what inflates without end": (inflating, "damaged"),
}


TAKES_LONG = ("more than is looked through", "what inflates without end")


def check_here(pdf, *, eins=()):
    """Check a file as the program does that is started for each, without starting one."""
    return own.judge(pdf_search.answer(pdf), eins=eins)


@pytest.mark.parametrize("made", [made for made in REFUSED if made not in TAKES_LONG])
def test_what_may_not_be_kept_is_said_in_a_sentence(made):
    make, word = REFUSED[made]
    assert check_here(make()).problem == SENTENCES[word]


@pytest.mark.parametrize(
    "made",
    [
        made if made in ("no PDF", "JavaScript when opened") else pytest.param(made, marks=pytest.mark.proof)
        for made in REFUSED
    ],
)
def test_the_program_says_the_same(made):
    make, word = REFUSED[made]
    assert own.check(make(), eins=()).problem == SENTENCES[word]


def test_one_byte_too_many_is_too_large():
    assert own.check(bare() + bytes(own.MOST_BYTES), eins=()).problem == SENTENCES["too_large"]


@pytest.mark.parametrize(
    "made",
    [
        bare,
        lambda: saved(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        lambda: saved(linearize=True),
        lambda: link(S=Name.URI, URI=String("https://example.org/law")),
        lambda: link(S=Name.URI, URI=String("mailto:dana@example.org")),
        lambda: link(S=Name.GoTo, D=Array([0, Name.Fit])),
        lambda: annotated(Subtype=Name.Widget, FT=Name.Tx, T=String("name")),
        lambda: with_root(OpenAction=Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]))),
    ],
    ids=["bare", "packed", "for the web", "web link", "mail link", "link inside", "a field", "opens at its first page"],
)
def test_plain_pdfs_are_kept(made):
    assert check_here(made()) == own.Checked("", 2)


def test_what_we_make_ourselves_may_be_kept(pdf):
    assert own.check(pdf, eins=(LAKESIDE.tin, HARBOR.tin)).problem == ""


HIDDEN = "Something that might not show"
NUMBER_IN = {
    "in a row": (lambda: written("Dana Rivera", f"SSN {SSN}"), "Page 2"),
    "3-2-4, called an EIN": (lambda: written("457-55-5462"), "Page 1"),
    "with commas": (lambda: written("Dana Rivera, 457,55,5462"), "Page 1"),
    "another EIN": (lambda: written("Lakeside, 96-1234568"), "Page 1"),
    "of a note": (lambda: annotated(Subtype=Name.Text, Contents=String("457 55 5462")), HIDDEN),
    "of a field": (lambda: annotated(Subtype=Name.Widget, FT=Name.Tx, V=String("457·55·5462")), HIDDEN),
    "of a choice": (lambda: annotated(Subtype=Name.Widget, Opt=Array([String(SSN), String("a")])), HIDDEN),
    "of the title": (lambda: bare(lambda pdf: put(pdf.docinfo, {"Title": String("Dana, 457.55.5462")})), HIDDEN),
    "of the metadata": (lambda: bare(put_metadata), HIDDEN),
}


def put_metadata(pdf):
    with pdf.open_metadata(update_docinfo=False) as metadata:
        metadata["dc:title"] = "457:55:5462"


@pytest.mark.parametrize("made", NUMBER_IN)
def test_a_pdf_with_what_may_be_an_ssn_is_refused_wherever_it_stands(made):
    make, place = NUMBER_IN[made]
    problem = check_here(make(), eins=(LAKESIDE.tin, SSN) if "EIN" in made else (LAKESIDE.tin,)).problem
    assert problem.startswith(place)
    assert "9 digits that aren’t the EIN of a practice listed here" in problem


@pytest.mark.proof
@pytest.mark.parametrize("shape", SHAPES)
def test_a_pdf_with_an_ssn_in_any_dress_is_refused(shape):
    assert own.check(written(f"Agreement of May 1, 2026: {shape}"), eins=()).problem.startswith("Page 1 has 9 digits")


def test_numbers_that_an_agreement_has_are_kept():
    digits = "f" * 30 + "123456789"  # a fingerprint's, and those of a document's id
    lines = (
        "Lakeside, TIN 96-1234567, NPIs 1234567893, 1558598797; Harbor, 391234567",
        "12 Main St, Springfield, IL 62701-1234, (555) 123-4567, 42 CFR 414.1315(c)(3), January 1, 2027",
        f"SHA-256 {digits} Envelope 12345678-1234-5678-9ABC-123456789abc",
    )
    assert own.check(written(*lines), eins=(LAKESIDE.tin, HARBOR.tin)) == own.Checked("", 3)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Our agreement.pdf", "Our agreement.pdf"),
        ("AGREEMENT.PDF", "AGREEMENT.pdf"),
        ("agreement", "agreement.pdf"),
        ("safe\u202efdp.exe", "safefdp.exe.pdf"),
        ("a\r\nX: y.pdf", "aX: y.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        (".pdf", "agreement.pdf"),
    ],
)
def test_a_name_is_kept_on_one_line_and_ends_in_pdf(sent, kept):
    assert own.plain_name(sent) == kept


@pytest.fixture
def kept(db):
    return OwnAgreementFactory()


def test_the_file_is_encrypted_for_its_place_alone(db, media):
    pdf = bare()
    kept = OwnAgreementFactory(pdf=pdf)
    [path] = [path for path in media.rglob("*") if path.is_file()]
    assert b"%PDF" not in path.read_bytes()
    assert "agreement" not in path.name
    assert own.open_pdf(kept) == pdf
    said = (hashlib.sha256(pdf).hexdigest(), len(pdf), 2, DanaFactory())
    assert (kept.sha256, kept.size, kept.pages, kept.uploaded_by) == said
    default_storage.delete(str(kept.file.name))
    default_storage.save(str(kept.file.name), BytesIO(encrypt_bytes(pdf, "another place")))
    with pytest.raises(CannotDecrypt):
        own.open_pdf(kept)


def test_another_file_is_another_row_and_the_marks_stay(kept):
    OwnAgreement.objects.filter(pk=kept.pk).update(marks=MARKS)
    second = OwnAgreementFactory(agreement=Agreement.objects.get(), pdf=b"%PDF-2")
    assert Agreement.objects.get().own == second
    assert second.marks == MARKS
    assert [own.open_pdf(each) for each in (kept, second)] == [b"%PDF-", b"%PDF-2"]


def test_what_was_kept_is_neither_changed_nor_deleted(kept):
    kept.agreement.own = None
    kept.agreement.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        kept.delete()
    for field, value in {"sha256": "0" * 64, "file": "x", "pages": 9}.items():
        with pytest.raises(ProgrammingError), transaction.atomic():
            OwnAgreement.objects.filter(pk=kept.pk).update(**{field: value})


def test_a_copy_has_the_same_file_and_marks_of_its_own(kept):
    target = AgreementFactory(performance_year=2028)
    own.carry_over(Agreement.objects.get(pk=kept.agreement_id), target)
    target.save()
    copied = Agreement.objects.get(pk=target.pk).own
    assert copied is not None
    assert (copied.agreement, copied.sha256, str(copied.name)) == (target, kept.sha256, "Our agreement.pdf")
    assert own.open_pdf(copied) == b"%PDF-"


def test_the_text_that_is_signed_is_file_marks_and_term(kept):
    agreement = kept.agreement
    kept.marks = MARKS | {"ii": ""}
    kept.save()
    agreement.last_year, agreement.quality = 2028, "Not said: the group's own file says it."
    agreement.freeze_text(NAMES)
    frozen = agreement.standing_text
    assert frozen == {
        "own": {"sha256": kept.sha256, "name": "Our agreement.pdf", "pages": 2, "marks": MARKS},
        "term": {"from": "2027-01-01", "to": "2028-12-31"},
    }
    before = agreement.text_sha256
    kept.marks = MARKS | {"ii": "page 2"}
    agreement.freeze_text(NAMES)
    assert agreement.text_sha256 != before
    agreement.own = None
    agreement.freeze_text(NAMES)
    assert "own" not in agreement.standing_text


def test_the_record_shows_file_marks_and_parties_and_no_clause_of_ours(record_snapshot, record):
    read = shown(record_snapshot, MADE_AT)
    assert read["articles"] == []
    assert [(provision.item, where) for provision, where in read["own_file"]["marks"]] == [
        (provision.item, MARKS.get(provision.item, "")) for provision in PROVISIONS
    ]
    assert render(record_snapshot, made_at=MADE_AT) == record
    said = text_of(record)
    for words in (
        "Virtual group agreement: signature record",
        "Our agreement.pdf, 3 pages",
        OF_FILE["sha256"],
        "42 CFR 414.1315(c)(3)(i) The parties page 1, section 2",
        "42 CFR 414.1315(c)(3)(ii) How long it lasts not marked",
        "42 CFR 414.1315(c)(3)(ix) Signing page 3",
        "Party list",
        "EIN 96-1234567",
        "Schedule 1: Lakeside Family Medicine",
        "Signed somewhere else on Nov 10, 2026",
    ):
        assert words in said or words in said.replace(" ", ""), words
    for part in (part for provision in PROVISIONS for part in provision.parts):
        assert part.clause[:40] not in said
    assert "Where each requirement is met" not in said


def test_the_record_has_headings_in_steps_and_columns_with_scope(record):
    with pikepdf.open(BytesIO(record)) as opened:
        kinds = Counter(str(element.S) for element, _ in elements(opened))
        rows = [element for element, above in elements(opened) if element.S == Name.TH and "/THead" in above]
        assert {str(element.A.Scope) for element in rows} == {"/Column"}
    assert {kind: kinds[kind] for kind in ("/H1", "/H2", "/H3")} == {"/H1": 1, "/H2": 4, "/H3": 3 + 3}
