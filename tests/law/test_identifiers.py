"""TINs and NPIs as people type them, and the numbers that must never be kept (design 6)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from eligibility.law import identifiers

TINS = {
    "12-3456789": "123456789",
    " 123 456 789\n": "123456789",
    "12\u20113456789\u00a0": "123456789",
    "12\u22123456\u200b789": "123456789",
    '="961234567"': "961234567",
    "'961234567": "961234567",
    "961234567.0": "961234567",
    "961,234,567": "961234567",
    "EIN: 96-1234567": "961234567",
    "EIN# 96-1234567": "961234567",
    "(96-1234567)": "961234567",
    "Tax ID No. 961234567": "961234567",
    "\uff19\uff16-\uff11\uff12\uff13\uff14\uff15\uff16\uff17": "961234567",
    "12x": "12x",
    "961234567 pending": "961234567 pending",
    "EIN": "",
    "": "",
}
NPIS = {
    "1230001004": ["1230001004"],
    "NPI 1230001004": ["1230001004"],
    "1,230,001,004": ["1230001004"],
    "123 000-1004.0": ["1230001004"],
    "1230001004\u202c": ["1230001004"],
    "1230001004, 1230001012/1230001020;1230001038\n1230001046 and 1230001053": [
        *("1230001004", "1230001012", "1230001020", "1230001038", "1230001046", "1230001053")
    ],
    "1230 001 004 1230001012": ["1230001004", "1230001012"],
    "1. 1230001004\n2. 1230001012": ["1230001004", "1230001012"],
    "NPI 1: 1230001004, NPI 2: 1230001012": ["1230001004", "1230001012"],
    "12300010 1230001012": ["12300010", "1230001012"],
    "1 230001004": ["1", "230001004"],  # nine digits are never joined to anything: they may be an SSN
    "12300010041230001012": ["1230001004", "1230001012"],
    "123000100412300010121230001020": ["1230001004", "1230001012", "1230001020"],
    "NPI1230001004NPI1230001012and1230001020": ["1230001004", "1230001012", "1230001020"],
    "\uff11230001004|1230001012_1230001020": ["1230001004", "1230001012", "1230001020"],
    "12300010041230001013": ["12300010041230001013"],  # the second one's check digit is another's
    "123000100412300010121": ["123000100412300010121"],
    "1230001004x1230001012": ["1230001004x1230001012"],
    "1230001004517449638": ["1230001004517449638"],
    "Ann Adams 1230001004": ["Ann Adams", "1230001004"],
    "l23000l004": ["l23000l004"],
    "": [],
}


@pytest.mark.parametrize("typed", TINS)
def test_a_tin_is_read_as_people_type_it(typed: str) -> None:
    assert identifiers.typed_tin(typed) == TINS[typed]


@pytest.mark.parametrize("typed", NPIS)
def test_npis_are_read_as_people_type_them(typed: str) -> None:
    assert identifiers.typed_npis(typed) == NPIS[typed]


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
        "An NPI has 10 digits and nothing else.",
        "An NPI has 10 digits. This one has 9.",
        "An NPI has 10 digits. This one has 11.",
        "An NPI begins with 1 or 2.",
        "The last digit does not match the others. One digit might be mistyped, or two might be swapped.",
        "For a Social Security number, we need exactly the last 6 digits.",
        "An EIN has 9 digits and nothing else.",
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12300010041230001013", "If these are 2 NPIs, number 2 is not valid."),
        ("123000100412300010121230001021", "If these are 3 NPIs, number 3 is not valid."),
        ("123000100412300010121", "If these are several NPIs, type each on its own line."),
        ("12300010041230001012", "If these are several NPIs, type each on its own line."),  # as a command may give it
    ],
)
def test_of_too_many_digits_it_is_said_which_npi_is_wrong(typed: str, sentence: str) -> None:
    problem = identifiers.npi_problem(typed)
    assert problem
    assert sentence in problem


def test_a_tin_without_its_kind_is_not_called_an_ein() -> None:
    problem = identifiers.tin_problem(kind="", tin="961234567", ssn_digits=6)
    assert problem == "We don’t know yet whether this TIN is an EIN or a Social Security number."


@given(st.integers(min_value=0, max_value=10**9 - 1))
def test_the_check_digit_is_luhns(number: int) -> None:
    npi = f"{1 + number % 2}{number:09}"[:10]
    assert identifiers.is_valid_npi(npi) is luhn.is_valid(f"80840{npi}")


def test_one_slip_from_a_number_is_a_digit_or_two_neighbors() -> None:
    left_out, exchanged, changed = (
        {"2", "1"},
        {"21"},
        {f"{one}2" for one in "0123456789"} | {f"1{one}" for one in "0123456789"},
    )
    put_in = {text for one in "0123456789" for text in (f"{one}12", f"1{one}2", f"12{one}")}
    assert identifiers.one_slip_from("12") == {"12"} | left_out | exchanged | changed | put_in
