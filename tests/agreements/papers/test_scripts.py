"""Names in any script: each letter has its glyph, each name can be read out as text, and none runs out of the page."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from agreements.papers import rendering
from agreements.papers.conformance import MissingGlyphs
from agreements.text.document_text import PartyClinician
from tests.factories.agreements import HARBOR, LAKESIDE, MADE_AT, SOLO, ExecutedFactory, SnapshotFactory, signed

from .pdf_text import elements, words

pytestmark = pytest.mark.proof

RIGHT_EDGE = (215.9 - 22) / 25.4 * 72  # of the text on a letter page, in points
NAMES = {
    "Vietnamese": "Nguyễn Thị Phượng",
    "Chinese": "王小明 陳麗華",
    "Hindi": "अनिता क्षत्रिय निति",
    "Arabic": "شيرين الأحمد بن ثابت",
    "Hebrew": "שירה ז'בוטינסקי",
    "Russian": "Анна Чехова",
    "Korean": "김민수",
    "Thai": "สมชาย ใจดี",
    "Burmese": "အောင်မြတ်",
}


def made(**changes):
    return pikepdf.open(BytesIO(rendering.render(ExecutedFactory(**changes), made_at=MADE_AT)))


def of_signer(name, title="Owner"):
    return [signed(LAKESIDE, name=name, title=title), signed(SOLO), signed(HARBOR)]


@pytest.fixture(scope="module")
def opened():
    """An agreement whose third party has a clinician of each name, and a signer of all of them."""
    clinicians = [PartyClinician(f"20000000{at:02}", name) for at, name in enumerate(NAMES.values())]
    third = signed(replace(HARBOR, clinicians=clinicians), name=", ".join(NAMES.values()))
    with made(parties=[signed(LAKESIDE), signed(SOLO), third]) as one:
        yield one


@pytest.fixture(scope="module")
def said(opened):
    return list(words(opened))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_read_out_as_it_was_written(said, name):
    assert sum(name in one.text for one in said) == 2


def test_every_letter_has_its_glyph_in_a_font_that_is_embedded(opened, said):
    lacking = [(font.name, glyph) for one in said for font, glyph in one.glyphs if not 0 < glyph < font.count]
    assert lacking == []
    assert {font.name.split("-")[0] for one in said for font, _ in one.glyphs} == {"Public", "noto", "vazirmatn"}
    assert opened.check_pdf_syntax() == []


def test_every_glyph_stands_for_a_character(said):
    """Of several that make one letter, too: an empty text is none."""
    texts = {text for one in said for font, _ in one.glyphs for text in font.texts.values()}
    assert "" not in texts
    assert "\u200b" in texts


def test_what_words_are_told_to_say_leaves_no_figure_behind(opened):
    assert [element for element, _ in elements(opened) if str(element.S) == "/Figure"] == []


def test_names_of_two_directions_stand_in_the_order_of_the_sentence():
    """Two in Hebrew with a comma between would else change places."""
    parties = [replace(LAKESIDE, name="שלום"), SOLO, HARBOR]
    with made(parties=[signed(party) for party in parties], representative_name="שירה") as opened:
        said = [one.text for one in words(opened)]
    at = said.index("שירה")
    assert said[at + 1] == ", dana@example.org"
    assert said[said.index("Schedule 1: ") + 1] == "שלום"


@pytest.mark.parametrize(
    ("letter", "lines"),
    [("W", 7), ("नि", 3), *(pytest.param(*of, marks=pytest.mark.proof) for of in [("王", 7), ("ש", 5)])],
)
def test_a_name_of_200_letters_without_a_space_is_broken(letter, lines):
    """In headings, tables and running heads; a table does not take the place of its narrow columns."""
    name = (letter * 200)[:200]
    parties = [
        replace(party, name=name, clinicians=[PartyClinician("1999999992", name, name)]) for party in (LAKESIDE, SOLO)
    ]
    snapshot = SnapshotFactory(
        virtual_group=name,
        representative_name=name,
        parties=[signed(party, name=name, title=name) for party in parties],
    )
    with pikepdf.open(BytesIO(rendering.render(snapshot, made_at=MADE_AT))) as opened:
        said = list(words(opened))
    assert max(one.right for one in said) < RIGHT_EDGE + 1
    texts = [one.text for one in said]
    assert texts[0] == "Virtual group agreement"
    front = texts[
        1 : texts.index(next(text for text in texts if text.startswith("This is the formal written agreement")))
    ]
    assert ("".join(front), len(front)) == (name, lines)
    assert {
        "Virtual group",
        "Parties",
        "Fingerprint",
        "Last name",
        "First name",
        "SSN, last 6 digits only: 908172",
    } <= {*texts}, "the columns beside it are not narrower"


def test_marks_that_no_one_sees_do_not_turn_a_name_around():
    with made(parties=of_signer("Dana\u202e areviR\u202c\ufeff")) as opened:
        assert "Dana areviR" in [one.text for one in words(opened)]


def test_what_no_font_has_is_not_made_and_said():
    with pytest.raises(MissingGlyphs, match=r"^U\+1F600 U\+1F9D1$"):
        made(parties=of_signer("Ann 😀", title="🧑 😀"))
