"""Which texts our documents can show, and what is said of those they cannot."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from ground import fonts

SAID = "The agreement and the receipt are PDFs that can’t show this: {}. Leave it out, or spell it with other letters."


@pytest.mark.parametrize(
    "text",
    [
        "Zoë O’Neill, “Sam” — Ångström",
        "Nguyễn Thị Phượng",
        "Ελένη Παπαδοπούλου",
        "Анна Чехова",
        "王小明 陳麗華 髙橋",
        "김민수",
        "さくら サクラ",
        "अनिता शर्मा",
        "গৌতম সেন",
        "ਹਰਪ੍ਰੀਤ ਸਿੰਘ",
        "પ્રિયા પટેલ",
        "தமிழ்செல்வி",
        "లక్ష్మి",
        "ಲಕ್ಷ್ಮಿ",
        "ലക്ഷ്മി",
        "නිමල්",
        "شیرین گلناز ڈاکٹر",
        "שירה לוי",
        "สมชาย",
        "ສົມຊາຍ",
        "សុខា",
        "အောင်",
        "ሀብታሙ",
        "Հայկ",
        "ნინო",
        "two\nlines\tand a tab",
    ],
)
def test_names_of_the_world_can_be_shown(text):
    fonts.validate_printable(text)
    fonts.validate_printable(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ann 😀", "“😀”"),
        ("☺️ and ☺", "“☺”"),
        ("\x01Ann", "a hidden character or a symbol (U+0001)"),
        ("Ann \ue000", "a hidden character or a symbol (U+E000)"),
        ("😀😁😂😃😄😅", "“😀”, “😁”, “😂”, “😃”, “😄”"),
    ],
)
def test_what_no_font_has_is_named(text, said):
    with pytest.raises(ValidationError) as refused:
        fonts.validate_printable(text)
    pasted = " Often it came with text that was pasted: delete that text and type it yourself." if "U+" in said else ""
    assert refused.value.messages == [SAID.format(said) + pasted]


def test_accents_are_joined_and_marks_that_no_one_sees_are_dropped():
    assert fonts.as_printed("Nguye\u0302\u0303n\u200f \u202eda\u202c\ufeff") == "Nguyễn da"
    assert fonts.as_printed("Ann\u2003Lee\u2028Owner\u202f2") == "Ann Lee Owner 2"
    assert fonts.as_printed("शर्\u200dमा") == "शर्\u200dमा", "a joiner shapes the letters"


def test_an_ordinary_text_opens_no_font(monkeypatch):
    monkeypatch.setattr(fonts, "PUBLIC_SANS", ("Nowhere.woff2",))
    fonts.validate_printable("Lakeside Family Practice, 4th floor")
