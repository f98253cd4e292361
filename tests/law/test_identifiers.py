"""TINs and NPIs as people type them, and the numbers that must never be kept (design 6)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from eligibility.law import identifiers


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12-3456789", "123456789"),
        (" 123 456 789\n", "123456789"),
        ("12\u20113456789\u00a0", "123456789"),
        ("12\u22123456\u200b789", "123456789"),
        ("12x", "12x"),
    ],
)
def test_normalise(typed: str, expected: str) -> None:
    assert identifiers.normalise(typed) == expected


def test_tins_are_shown_by_their_kind() -> None:
    assert identifiers.format_ein("961234567") == "96-1234567"
    kinds = json.loads('["EIN", "SSN"]')  # equal to ours and not the same objects, as all that are read
    assert [identifiers.mask_tin(kind, "4567") for kind in kinds] == ["••-•••4567", "•••-••-4567"]


NOT_NPIS = ("123-45-6789", "123456789", "12345678930", "9876543213", "1234567890")


def test_no_sentence_repeats_what_it_is_about() -> None:
    told = [identifiers.npi_problem(text) for text in NOT_NPIS]
    told += [
        identifiers.tin_problem(kind, text, ssn_digits=6) for kind, text in (("SSN", "123456789"), ("EIN", "00123"))
    ]
    assert told == [
        "An NPI has ten digits and nothing else.",
        "An NPI has ten digits; this has 9.",
        "An NPI has ten digits; this has 11.",
        "An NPI begins with 1 or 2.",
        "The last digit does not fit the others: one of them was mistyped, or two were swapped.",
        "Of a Social Security number, only the last 6 digits are asked for.",
        "An EIN has nine digits and nothing else.",
    ]


def test_a_tin_without_its_kind_is_not_called_an_ein() -> None:
    problem = identifiers.tin_problem(kind="", tin="961234567", ssn_digits=6)
    assert problem == "It is not said what kind of number the TIN is."


@given(st.integers(min_value=0, max_value=10**9 - 1))
def test_the_check_digit_is_luhns(number: int) -> None:
    npi = f"{1 + number % 2}{number:09}"[:10]
    assert identifiers.is_valid_npi(npi) is luhn.is_valid(f"80840{npi}")
