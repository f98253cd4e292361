"""Photos and scans of signature pages: what of a file is kept, and what is refused."""

import zlib

import pytest
from pikepdf import Encryption
from PIL import Image

from agreements.papers import picture_copy, signature_pages
from agreements.papers.signature_pages import SENTENCES, check
from agreements.text import apart, own

from ..made_pdfs import SCRIPT, bare, saved, written
from ..made_pictures import RED, SECRET, WHITE, encoded, opened, photo, picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_of_a_photo_the_pixels_alone_are_kept_and_they_are_upright(kind):
    sent = photo(kind)
    assert sent.count(SECRET.encode()) >= 3
    kept = check(sent, eins=())
    copy = opened(kept.content)
    assert (kept.kind, kept.pages, kept.problem) == ("jpeg", 1, "")
    assert (copy.format, copy.mode, copy.size) == ("JPEG", "RGB", (20, 40))
    assert (copy.getpixel((10, 5)), copy.getpixel((10, 35))) == (RED, WHITE)
    assert SECRET.encode() not in kept.content
    assert not copy.getexif()
    assert set(copy.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert kept.content.endswith(b"\xff\xd9")


GRAY = (156, 156, 156)
SHOWN = {
    "black and white": (lambda: encoded(picture(mode="1")), WHITE),
    "gray": (lambda: encoded(picture(mode="L")), WHITE),
    "16 bits of gray": (lambda: encoded(Image.new("I;16", (40, 20), GRAY[0] << 8)), GRAY),
    "a palette": (lambda: encoded(picture(mode="P")), WHITE),
    "see-through": (lambda: encoded(Image.new("RGBA", (40, 20))), WHITE),
    "see-through gray": (lambda: encoded(Image.new("LA", (40, 20))), WHITE),
    "a color that is see-through": (lambda: encoded(Image.new("RGB", (40, 20)), transparency=(0, 0, 0)), WHITE),
    "four inks": (lambda: encoded(picture(mode="CMYK"), "JPEG"), WHITE),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_each_kind_of_picture_is_shown_as_it_is_on_white(kind):
    made, shown = SHOWN[kind]
    assert opened(picture_copy.answer(made())).convert("RGB").getpixel((35, 10)) == shown


def test_a_large_photo_becomes_no_larger_than_a_page_needs():
    assert opened(picture_copy.answer(encoded(picture(6600, 3000), "JPEG"))).size == (3300, 1500)


def bomb():
    """Return a PNG of a few bytes that says it has 100,000 times 100,000 pixels."""
    sent = bytearray(encoded(picture()))
    sent[16:24] = (100_000).to_bytes(4, "big") * 2
    sent[29:33] = zlib.crc32(sent[12:29]).to_bytes(4, "big")
    return bytes(sent)


REFUSED = {
    "nothing": (lambda: b"", "other_kind"),
    "a workbook": (lambda: b"PK\x03\x04 a workbook", "other_kind"),
    "a page of the web": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "other_kind"),
    "a GIF": (lambda: encoded(picture(), "GIF"), "other_kind"),
    "a photo behind something else": (lambda: b"MZ" + photo(), "other_kind"),
    "the beginning of a photo": (lambda: encoded(picture(400, 400), "JPEG")[:400], "damaged"),
    "the beginning of a PNG": (lambda: encoded(picture())[:60], "damaged"),
    "a beginning alone": (lambda: b"\xff\xd8\xff<script>", "damaged"),
    "more pixels than anyone unpacks": (bomb, "too_many_pixels"),
    "a few pixels too many": (lambda: encoded(Image.new("1", (8000, 7501))), "too_many_pixels"),
    "more pages": (lambda: bare(pages=21), "too_many_pages"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_another_file_is_refused_with_the_sentence_that_says_what_to_do(what):
    made, problem = REFUSED[what]
    kept = check(made(), eins=())
    assert (kept.problem, kept.content) == (SENTENCES[problem], b"")


PDFS = {
    "encrypted": (lambda: saved(encryption=Encryption(user="", owner="o")), "protected"),
    "a script": (lambda: bare(lambda pdf: pdf.Root.__setitem__("/OpenAction", SCRIPT())), "javascript"),
    "a file inside": (lambda: bare(lambda pdf: pdf.attachments.__setitem__("a.txt", b"hello")), "attachment"),
}


@pytest.mark.parametrize("what", PDFS)
def test_a_pdf_is_looked_through_as_the_groups_own_agreement_is(what):
    made, problem = PDFS[what]
    assert check(made(), eins=()).problem == own.SENTENCES[problem]


def test_a_pdf_is_kept_as_it_was_sent_without_anyones_number():
    sent = bare(pages=20)
    kept = check(sent, eins=())
    assert (kept.content, kept.kind, kept.pages) == (sent, "pdf", 20)
    assert check(written("457-55-5462"), eins=()).problem.startswith("Page 1 has 9 digits")
    assert check(written("96-1000001"), eins=["961000001"]).problem == ""


def test_a_file_that_is_too_large_is_not_looked_at():
    assert check(photo() + bytes(signature_pages.MOST_BYTES), eins=()).problem == SENTENCES["too_large"]


def test_a_picture_that_ends_its_program_is_refused(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 0.001)
    assert check(photo(), eins=()).problem == SENTENCES["too_much"]
