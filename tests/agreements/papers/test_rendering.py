"""The file conforms to PDF/A-2a and PDF/UA-1 in what can be asserted, and says what the snapshot says."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf import Name

from agreements.papers import rendering
from agreements.text.document_text import fingerprint
from agreements.text.provisions import PROVISIONS
from ground import fonts
from tests.factories.agreements import LAKESIDE, MADE_AT, SOLO, RecordFactory, SnapshotFactory, many, signed

from .pdf_text import elements, lines_of, pages_of, text_of

PAINTING = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Tj", "TJ", "'", '"', "Do", "sh", "INLINE IMAGE"}
TITLES = [f"{number}. {provision.heading}" for number, provision in enumerate(PROVISIONS, start=1)]
TITLES += ["Party list", "Schedules of clinicians", "Signatures", "Where each requirement is met"]
AGREEMENT = "Virtual group agreement"
TITLE = f"{AGREEMENT}: Northern Lakes Virtual Group, performance year 2027"
DOCUMENTS = {  # all that we make: what each says, its title, and the heading it begins with
    "pdf": ("snapshot", TITLE, AGREEMENT),
    "sealed": ("executed_snapshot", TITLE, AGREEMENT),
    "record": ("record_snapshot", TITLE, f"{AGREEMENT}: signature record"),
    "sealed_receipt": ("receipt", "Receipt: Northern Lakes & Sons, performance year 2027, submission 2", "Receipt"),
}


@pytest.fixture
def opened(pdf):
    with pikepdf.open(BytesIO(pdf)) as one:
        yield one


@pytest.fixture(params=DOCUMENTS)
def document(request):
    return request.param


@pytest.fixture
def each(document, request):
    """Every document in turn."""
    with pikepdf.open(BytesIO(request.getfixturevalue(document))) as one:
        yield one


@pytest.fixture(scope="module")
def text(pdf):
    return text_of(pdf)


def test_it_is_tagged_titled_and_in_a_language(document, each):
    _, title, heading = DOCUMENTS[document]
    assert each.Root.MarkInfo.Marked is True
    assert str(each.Root.Lang) == "en-US"
    assert str(each.docinfo.Title) == title
    assert each.Root.ViewerPreferences.DisplayDocTitle is True
    assert str(each.Root.StructTreeRoot.K[0].S) == "/Document"
    assert all(page.obj.Tabs == Name.S for page in each.pages)
    assert [str(item.title) for item in each.open_outline().root] == [heading]


def test_its_metadata_names_both_standards_and_describes_the_one_that_pdf_a_does_not_know(document, each, request):
    packet = ElementTree.fromstring(each.Root.Metadata.read_bytes())
    values = {element.tag: (element.text or "").strip() for element in packet.iter()}
    assert values["{http://www.aiim.org/pdfa/ns/id/}part"] == "2"
    assert values["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A"
    assert values["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert values["{http://www.aiim.org/pdfa/ns/schema#}namespaceURI"] == "http://www.aiim.org/pdfua/ns/id/"
    assert values["{http://www.aiim.org/pdfa/ns/property#}name"] == "part"
    assert values["{http://ns.adobe.com/xap/1.0/}CreateDate"] == "2026-12-01T15:00:00Z"
    said = fingerprint(request.getfixturevalue(DOCUMENTS[document][0]))
    assert values["{http://purl.org/dc/elements/1.1/}identifier"] == f"sha256:{said}"
    assert str(each.docinfo.CreationDate) == "D:20261201150000Z"
    assert values["{http://ns.adobe.com/pdf/1.3/}Producer"] == str(each.docinfo.Producer)
    assert [str(intent.S) for intent in each.Root.OutputIntents] == ["/GTS_PDFA1"]
    assert Name.Filter not in each.Root.Metadata


def test_every_font_is_embedded_with_its_text(each):
    fonts = [one for one in each.objects if isinstance(one, pikepdf.Dictionary) and one.get(Name.Type) == Name.Font]
    whole = [font for font in fonts if font.Subtype == Name.Type0]
    assert sorted(str(font.BaseFont).split("+")[1] for font in whole) == ["Public-Sans", "Public-Sans-Bold"]
    for font in whole:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert Name.FontFile2 in descriptor or Name.FontFile3 in descriptor
        assert Name.ToUnicode in font


def test_nothing_is_painted_outside_tags_and_artifacts(document, each):
    linked = {
        (element.Pg.objgen, int(kid))
        for element, _ in elements(each)
        for kid in element.get(Name.K, [])
        if isinstance(kid, int)
    }
    seen: Counter[bool] = Counter()
    for page in each.pages:
        inside: list[str] = []
        for one in pikepdf.parse_content_stream(page):
            operands, operator = one.operands, one.operator
            if str(operator) in ("BDC", "BMC"):
                assert inside == [], "marked content does not stand in other marked content"
                inside.append(str(operands[0]))
                if operands[0] != Name.Artifact:
                    assert (page.obj.objgen, int(operands[1].MCID)) in linked
            elif str(operator) == "EMC":
                inside.pop()
            elif str(operator) in PAINTING:
                assert inside, f"{operator} outside"
                seen[inside[0] == "/Artifact"] += 1
        assert inside == []
    assert seen[True] > len(each.pages)
    assert seen[False] > (70 if document == "sealed_receipt" else 100)


def test_running_heads_and_feet_are_artifacts_on_every_page(opened):
    for page in opened.pages:
        running = [
            one.operands[1]
            for one in pikepdf.parse_content_stream(page)
            if str(one.operator) == "BDC" and one.operands[0] == Name.Artifact
        ]
        assert len(running) == (2 if page.index == 0 else 3)
        assert all(properties.Type == Name.Pagination for properties in running)


def test_every_header_cell_has_its_scope(opened):
    scopes = Counter(
        (str(element.A.Scope), "/THead" in above) for element, above in elements(opened) if element.S == Name.TH
    )
    assert scopes == {
        ("/Column", True): 4 + 3 * 3 + 3,  # party list, three schedules, where the regulation is met
        ("/Row", False): 7 + 3 + 3 * 4 + 9,  # front, party list, three signatures, nine paragraphs
    }


def test_data_cells_refer_to_header_cells_by_names_that_are_listed(each):
    names = list(each.Root.StructTreeRoot.IDTree.Names)
    listed = [bytes(name) for name in names[::2]]
    assert listed == sorted(set(listed))
    assert [bytes(element.ID) for element in names[1::2]] == listed
    used = {bytes(name) for element, _ in elements(each) if element.S == Name.TD for name in element.A.Headers}
    assert used <= set(listed)
    assert len(used) > 20


def test_headings_go_down_one_level_at_a_time(opened):
    kinds = [str(element.S) for element, _ in elements(opened)]
    counted = Counter(kind for kind in kinds if re.fullmatch(r"/H\d", kind))
    assert counted == {"/H1": 1, "/H2": 6, "/H3": 9 + 3 + 3}


@pytest.mark.parametrize("document", ["pdf", "sealed"])
def test_its_contents_name_the_page_of_each_part_and_lead_to_it(document, each, request):
    """In the structure of a table of contents, its links as PDF/UA asks for them."""
    links = [(element, above[-3:]) for element, above in elements(each) if str(element.S) == "/Link"]
    assert Counter(above for _, above in links) == {("/TOC", "/TOCI", "/Reference"): 13}
    found = {
        int(annotation.StructParent): (element, annotation)
        for element, _ in links
        for annotation in [kid.Obj for kid in element.K if not isinstance(kid, int)]
    }
    assert sorted(found) == list(range(len(each.pages), len(each.pages) + 13))
    [leaf, *_] = each.Root.StructTreeRoot.ParentTree.Kids
    names = iter(each.Root.Names.Dests.Names)
    at = {str(name): next(names)[0].objgen for name in names}
    numbers = {page.obj.objgen: number for number, page in enumerate(each.pages, start=1)}
    pages = pages_of(request.getfixturevalue(document))
    entries = []
    for title, (key, (element, annotation)) in zip(TITLES, sorted(found.items()), strict=True):
        assert leaf.Nums[2 * key + 1].objgen == element.objgen
        assert str(annotation.Contents) == str(annotation.Dest).replace("-", " ")
        assert int(annotation.F) == 4, "it is printed"
        entries.append(f"{title} {numbers[at[str(annotation.Dest)]]}")
        assert title in pages[numbers[at[str(annotation.Dest)]] - 1]
    assert pages[0].partition(" Contents ")[2].startswith(" ".join(entries))


def test_contents_that_have_no_room_on_the_first_page_stand_whole_on_the_next():
    name = "Northern Lakes Family Medicine, PLLC, and Partners " * 4
    parties = [signed(party) for party in many(3)]
    snapshot = SnapshotFactory(virtual_group=name, representative_name=name, parties=parties)
    first, second, third, *_ = lines_of(rendering.render(snapshot, made_at=MADE_AT))
    assert "Contents" not in first
    assert [line.rpartition(" ")[0] for line in second[:14]] == ["", *TITLES]
    assert third[0] == "What the parties agree to"


@pytest.mark.parametrize("document", ["record", "sealed_receipt"])
def test_what_is_short_or_begins_with_a_summary_has_no_contents(each):
    assert {"/Link", "/TOC"}.isdisjoint(str(element.S) for element, _ in elements(each))


@pytest.mark.parametrize("count", [4, 5])
def test_a_record_has_contents_once_it_is_long(count):
    pages = pages_of(rendering.render(RecordFactory(parties=many(count)), made_at=MADE_AT))
    assert len(pages) >= 5
    assert (
        "Contents Where the group’s own agreement covers the 9 required items 2 Party list 3 Schedules of clinicians 3 "
        f"Signatures {len(pages) - 1} Fingerprint"
    ) in pages[0]


def test_it_says_large_on_the_first_page_that_all_have_signed(sealed, pdf):
    said = (
        "for performance year 2027. Executed Signed by all 3 practices. The last one signed Nov 30, 2026, 4:05 p.m. ET."
        " Virtual group Northern Lakes Virtual Group"
    )
    first, *others = pages_of(sealed)
    assert said in first
    assert not any("Executed" in page for page in [*others, *pages_of(pdf)]), "one that lacks signatures is not"
    with pikepdf.open(BytesIO(sealed)) as opened:
        sizes = [
            float(one.operands[1]) for one in pikepdf.parse_content_stream(opened.pages[0]) if str(one.operator) == "Tf"
        ]
    assert sorted({*sizes}, reverse=True)[1] == 32  # pixels, 24 points: after the title, nothing is as large


@pytest.mark.parametrize(
    ("parties", "said"),
    [
        (
            [LAKESIDE, replace(SOLO, executed_on=date(2026, 11, 12))],
            "all 2 practices. {}, the last one on Nov 12, 2026.",
        ),
        ([LAKESIDE], "its only practice. {}, the last one on Nov 10, 2026."),
        ([signed(LAKESIDE), replace(SOLO, executed_on=date(2026, 11, 12))], None),
        ([LAKESIDE, SOLO], None),
    ],
    ids=["elsewhere", "one", "one here and one elsewhere", "not yet"],
)
def test_of_signatures_somewhere_else_it_says_who_recorded_them(parties, said):
    first = pages_of(rendering.render(RecordFactory(parties=parties), made_at=MADE_AT))[0]
    elsewhere = "The representative recorded that they signed somewhere else"
    assert ("Executed" in first) == bool(said)
    assert said is None or f"Executed Signed by {said.format(elsewhere)} Virtual group" in first


SIZES = [3, *(pytest.param(size, marks=pytest.mark.proof) for size in [2, *range(5, 12), *range(12, 61, 6)])]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("made", [SnapshotFactory, RecordFactory])
def test_no_page_has_but_a_few_lines(made, size):
    """Of agreements of as many practices with 1 to 10 clinicians each."""
    parties = [
        replace(party, clinicians=[*party.clinicians, *party.clinicians][: 1 + at * 7 % 10])
        for at, party in enumerate(many(size))
    ]
    pages = lines_of(rendering.render(made(parties=parties), made_at=MADE_AT))
    assert [(number, page) for number, page in enumerate(pages, start=1) if len(page) < 8] == []


def test_its_syntax_is_right(each):
    assert each.check_pdf_syntax() == []


def test_nothing_is_attached_and_nothing_runs(each):
    assert each.attachments == {}
    keys = {str(key) for one in each.objects if isinstance(one, pikepdf.Dictionary) for key in one}
    assert keys.isdisjoint({"/EmbeddedFiles", "/JavaScript", "/JS", "/Launch", "/AA", "/OpenAction", "/Encrypt"})


def test_every_party_and_npi_is_in_it(text):
    for said in (
        "Lakeside Family Medicine",
        "EIN 96-1234567",
        "Ada Smith, MD",
        "Harbor <Orthopedics> & Sports",
        "EIN 39-1234567",
        "1234567893 Rivera Dana",
        "1558598797 O’Neill Zoë",
        "1999999992 Smith Ada",
        "2000000002 no name in NPPES no name in NPPES",
        "Signed somewhere else on Nov 10, 2026",
        "Name Dana Rivera Title Owner Date Nov 10, 2026",
        "Made Dec 1, 2026, 10:00 a.m. ET",
        "Jan 1, 2027 through Dec 31, 2027",
        f"Page 1 of {len(re.findall('Page [0-9]+ of', text))}",
    ):
        assert said in text


def test_an_ssn_is_shown_by_its_last_six_and_marked_so(text):
    assert text.count("908172") == text.count("SSN, last 6 digits only: 908172") == 3
    assert "EIN 90" not in text


def test_the_fingerprint_is_on_every_page_and_whole_on_the_first(pdf, snapshot):
    whole = fingerprint(snapshot)
    pages = pages_of(pdf)
    assert whole in pages[0]
    assert all(f"Fingerprint {whole[:16]}" in page for page in pages)


@pytest.mark.proof
def test_the_same_snapshot_gives_the_same_bytes_in_another_process(pdf, snapshot, tmp_path):
    code = (
        "import django, json, sys; django.setup()\n"
        "from datetime import datetime\n"
        "from agreements.papers.rendering import render\n"
        "made = render(json.load(sys.stdin), made_at=datetime.fromisoformat(sys.argv[1]))\n"
        "sys.stdout.buffer.write(made)\n"
    )
    again = subprocess.run(
        [sys.executable, "-c", code, MADE_AT.isoformat()],
        input=json.dumps(snapshot).encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "TZ": "Asia/Tokyo", "LOG_LEVEL": "ERROR"},
    )
    assert again.stdout[:8] == pdf[:8]
    assert again.stdout == pdf


@pytest.mark.proof
def test_a_long_table_repeats_its_head_and_is_tagged_on_every_page():
    with pikepdf.open(BytesIO(rendering.render(SnapshotFactory(parties=many(40)), made_at=MADE_AT))) as opened:
        headed = [element for element, _ in elements(opened) if str(element.S) == "/THead"]
        assert len(headed) == 2 + 40 + 1  # the party list runs over two pages
        assert all(
            element.A.Scope in (Name.Column, Name.Row) for element, _ in elements(opened) if element.S == Name.TH
        )


def test_a_missing_font_is_said(monkeypatch):
    monkeypatch.setattr(fonts, "PUBLIC_SANS", ("Nowhere.woff2",))
    with pytest.raises(fonts.FontMissing, match=r"^Nowhere.woff2 is missing: run make setup, which installs"):
        rendering.render(SnapshotFactory(), made_at=MADE_AT)
