"""A person signs in the script of their name: the sealed agreement shows it; what it cannot show is refused at once."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Name

from agreements.models import Document, DocumentKind, Signature
from agreements.papers import documents
from ground import clock
from tests.agreements.papers.pdf_text import words
from tests.agreements.papers.test_sealing import validated
from tests.factories.signing import sign_all
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

NAMES = {
    "Chinese": ("王小明", "院長"),
    "Hindi": ("अनिता शर्मा", "निदेशक"),
    "Arabic": ("شيرين الأحمد", "طبيبة"),
    "Hebrew": ("שירה לוי", "רופאה"),
    "Vietnamese": ("Nguyễn Thị Phượng", "Bác sĩ"),
}
CANNOT = (
    "The agreement and the receipt are PDFs that can’t show this: “{}”. Leave it out, or spell it with other letters."
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


QUICK = "Arabic"  # the hardest: from right to left, joined letters; the others are signed in the proof


@pytest.mark.parametrize(
    ("name", "title"),
    [pytest.param(*of, id=each, marks=[] if each == QUICK else pytest.mark.proof) for each, of in NAMES.items()],
)
def test_the_sealed_agreement_shows_the_name_and_says_it(election, sol, name, title):
    assert "You have signed for" in text(sol.sign(name=name, title=title))
    sign_all(election)
    executed = Document.objects.get(kind=DocumentKind.EXECUTED)
    assert documents.render_document(executed.pk, now=clock.now() + timedelta(seconds=1)) == "ready"
    pdf = sol.get("agreement").content
    assert validated(pdf).bottom_line
    with pikepdf.open(BytesIO(pdf)) as sealed:
        said = list(words(sealed))
        assert [one.text for one in said if one.text in (name, title)] == [name, title]
        assert [glyph for one in said for font, glyph in one.glyphs if not 0 < glyph < font.count] == []
        assert bool(sealed.Root.MarkInfo.Marked)
        assert str(sealed.Root.StructTreeRoot.K[0].S) == "/Document"
        assert str(sealed.docinfo.Title) == "Virtual group agreement: Harbor Group, performance year 2027"
        assert b"<pdfuaid:part>1</pdfuaid:part>" in sealed.Root.Metadata.read_bytes()
        whole = [font for font in sealed.pages[0].Resources.Font.values() if font.Subtype == Name.Type0]
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in whole]
        assert [Name.FontFile2 in one or Name.FontFile3 in one for one in descriptors] == [True] * len(whole)


@pytest.mark.parametrize(("field", "other"), [("name", "title"), ("title", "name")])
def test_what_no_font_has_is_refused_with_the_reason_and_stays_typed(sol, field, other):
    answer = sol.sign(**{field: "王 Ann 😀", other: "Zoë"})
    assert CANNOT.format("😀") in text(answer)
    assert 'value="王 Ann 😀"' in answer.content.decode()
    assert 'value="Zoë"' in answer.content.decode()
    assert not Signature.objects.exists()


def test_what_was_signed_before_it_was_refused_is_not_sealed_and_staff_are_told(election):
    """A signature that was taken over from before: nothing of it is lost, and nothing wrong is sealed."""
    sign_all(election)
    executed = Document.objects.get(kind=DocumentKind.EXECUTED)
    Document.objects.filter(pk=executed.pk).update(snapshot=executed.snapshot.replace("Sol Harbor", "Sol 😀"))
    assert documents.render_document(executed.pk, now=clock.now()) == "failed"
    executed.refresh_from_db()
    assert (executed.file.name, executed.attempts, executed.next_attempt_at) == ("", 1, None)
    assert executed.failure == (
        "The document has characters that we can’t print: “😀”. Find them in the names or the text that were typed, "
        "use ordinary letters, then request the PDF again."
    )
    assert "Sol 😀" in executed.snapshot
