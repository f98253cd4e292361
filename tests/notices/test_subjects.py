"""Subjects of at most 60 characters, which end at a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.subjects import LONGEST, cut

FAMILY = "👩‍👩‍👧‍👦"  # seven code points
WAVES = "👋🏽"  # with a skin tone
FLAG = "🇺🇸"


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("Received: 2027 election for Harbor Group", "Received: 2027 election for Harbor Group"),
        ("x" * 60, "x" * 60),
        ("Received:\n 2027  election", "Received: 2027 election"),
        (
            "Please sign for Quiet Harbor Medicine: The Virtual Group of the Eastern Shore",
            "Please sign for Quiet Harbor Medicine: The Virtual Group of…",
        ),
        (
            "Please sign for Quiet Harbor Medicine: Harbor Group, Incorporated for Good",
            "Please sign for Quiet Harbor Medicine: Harbor Group…",
        ),
        ("Received: " + "x" * 90, "Received: " + "x" * 49 + "…"),
        ("x" * 58 + FAMILY, "x" * 58 + "…"),
        ("x" * 53 + FAMILY + "x", "x" * 53 + "…"),
        ("x" * 58 + WAVES + "x", "x" * 58 + "…"),
        (FLAG * 40, FLAG * 29 + "…"),
        ("x" + FLAG * 40, "x" + FLAG * 29 + "…"),
        ("e\u0301" * 40, "e\u0301" * 29 + "…"),
    ],
)
def test_a_subject_is_cut_where_no_reader_stumbles(subject, shown):
    assert cut(subject) == shown


@given(st.text(max_size=200))
def test_a_subject_is_one_line_of_60_characters_and_is_cut_once(subject):
    shown = cut(subject)
    assert len(shown) <= LONGEST
    assert len(shown.splitlines()) <= 1
    assert cut(shown) == shown
    assert " ".join(subject.split()).startswith(shown.removesuffix("…").rstrip())
