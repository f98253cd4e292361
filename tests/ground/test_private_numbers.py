"""What looks like a Social Security number in any dress, and the numbers that only resemble one (design 6)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.private_numbers import has_nine_digit_run, looks_like_ssn, mask_private_numbers
from tests.factories.numbers import npi
from tests.planted.numbers import SHAPES

ALLOWED = (
    "1234567893",  # an NPI
    "1234567893 1558598797",
    "1234567893\n1558598797",
    "1,234,567,893",
    "1 234 567 893",
    "12345-6789",  # a ZIP+4
    "62701-1234 62702-1234",
    "(555) 123-4567",
    "555-123-4567",
    "555.123.4567",
    "+1 555 123 4567",
    "1-800-555-0100",
    "555-123-4567 ext. 12",
    "Suite 300, 555-123-4567",
    "555-0100",
    "555-0123 45",
    "10/11/2026",
    "2026-11-10",
    "2026-11-10 9:30",
    "1/2/2026 9:30 a.m.",
    "2026-11-10T10:30:00.123456-05:00",
    "12345 Main St, Springfield 67890",
    "12345\n6789",
    "123\n45\n6789",
    "127.0.0.1",
    "4.1, 4.2, 4.3, 4.4, 4.5",
    "12345678-1234-5678-9abc-123456789abc",
    "e3b0c44298fc1c149afbf4c8996fb92427ae123456789934ca495991b7852b855",
    "1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
    "1 2 3 4 5 6 7 8 9 10 11 12",
    "$3,234,567,890",
    "12,234,567,890.00",
    "The limits are $90,000, 200, 200.",
    "12.345, 200, 200",
    "10 20 30 400",
    "100, 200, 300, 400",
    "42 CFR 414.1315(c)(3), 414.1305",
    "",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123-45-6789", True),
        ("My number is 123-45-6789.", True),
        ("123\u201145\u20136789", True),
        ("123 \u2013 45 \u2013 6789", True),
        ("(123)(45)(6789)", True),
        ("123=45=6789", True),
        ("１２３．４５．６７８９", True),
        ("¹²³-⁴⁵-⁶⁷⁸⁹", True),
        ("123\u206645\u206a6789", True),  # a mark may stand where a hyphen would
        ("12\u20663-45-6789", True),  # or within a group
        ("123456789", False),
        ("12-3456789", False),
        ("961,234,567", False),
        ("1123-45-6789", False),
        ("123-45-67890", False),
        ("555-123-4567", False),
        ("10/11/2026", False),
        ("123\n45\n6789", False),
    ],
)
def test_the_shape_of_an_ssn(text: str, expected: bool):
    assert looks_like_ssn(text) is expected


BESIDE_OTHERS = (
    "1, 2, 3, 4, 5, 6, 7, 8, 9",
    "1 2 3 4 5 6 7 8 9 100",
    "4 5 7 5 5 5 4 6 2 10",
    "1, 2, 3, 4, 5, 6, 7, 8, 9, 10-7555462",
    "1,457-555-462",
    "1.457 555 462",
    "62701,457,555,462",
    "2026.457.555.462",
    "3,234,567,890-55-5462",
    "1 2 3 4 5 6 7 8 9 10 55 54 621",
    "4 5 7 5 5 5 4 6 2,000, 200, 200",
    "10 20 30 405",
    "10 20 30 400 457-55-5462",
    "10 20 120 30 4050",
    "10 20 30 400-55-5460",
    "200 200 200",
)


@pytest.mark.parametrize("text", [*SHAPES, *BESIDE_OTHERS])
def test_nine_digits_in_any_dress(text: str):
    assert has_nine_digit_run(text)
    assert not has_nine_digit_run(mask_private_numbers(text))


@pytest.mark.parametrize("text", ALLOWED)
def test_what_only_resembles_it(text: str):
    assert not has_nine_digit_run(text)
    assert mask_private_numbers(text) == text


def everyday_numbers() -> list[str]:
    """Return 240 phone numbers, ZIP+4 codes, dates and NPIs as offices write them."""
    written = []
    for number in range(20):
        area, line = f"{201 + 37 * number}", f"{1000 + 397 * number}"
        phones = ("({0}) 555-{1}", "{0}-555-{1}", "{0}.555.{1}", "+1 {0} 555 {1}", "1-{0}-555-{1} ext. 12", "555-{1}")
        written += [phone.format(area, line) for phone in phones]
        written += [f"Springfield, IL {10000 + 4111 * number}-{line}"]
        day = date(2026, 1, 1) + timedelta(days=17 * number)
        written += [f"{day:%m/%d/%Y}", f"{day}", f"{day:%B %d, %Y}", f"{day:%m-%d-%y} 9:30 to 10:45 a.m. ET"]
        written += [npi(number)]
    return written


def test_no_false_alarm():
    written = everyday_numbers()
    assert (len(written), [text for text in written if has_nine_digit_run(text)]) == (240, [])
    pairs = [f"{first}, {second}" for first, second in pairwise(written)]
    assert [text for text in (*pairs, "\n".join(written)) if has_nine_digit_run(text)] == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Dana Rivera (457-55-5462), Lakeside", "Dana Rivera (•••), Lakeside"),
        ("Café ４５７．５５．５４６２ 2026", "Café ••• 2026"),
        ("457\u206655\u20665462", "•••"),
        ("a 457555462 b 45-7555462\nc 555-123-4567", "a ••• b •••\nc 555-123-4567"),
    ],
)
def test_only_the_number_is_masked(text: str, masked: str):
    assert mask_private_numbers(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (link, link)
        for link in (
            "See https://www.ecfr.gov/current/title-42/section-414.1315#p-414.1315(c)(2).",
            "https://www.federalregister.gov/documents/2024/12/09/2024-25382/payment-policies",
            "https://www.govinfo.gov/content/pkg/FR-2024-12-09/pdf/2024-25382.pdf",
        )
    ]
    + [
        ("https://www.cms.gov/a/457-55-5462", "https://www.cms.gov/a/•••"),
        ("https://www.ecfr.gov/45-7555462", "https://www.ecfr.gov/•••"),
        ("https://www.cms.gov/?ssn=457555462", "https://www.cms.gov/?ssn=•••"),
        ("https://qpp.cms.gov/4.5.7.5.5.5.4.6.2", "https://qpp.cms.gov/•••"),
        ("https://www.cms.gov/a 457555462", "https://www.cms.gov/a •••"),
        ("http://www.cms.gov/457555462", "http://www.cms.gov/•••"),
        ("https://www.cms.gov.example.org/457555462", "https://www.cms.gov.example.org/•••"),
        ("https://www.cms.gov@example.org/457555462", "https://www.cms.gov@example.org/•••"),
        ("https://example.org/?to=457555462", "https://example.org/?to=•••"),
        ("https://example.org/?to=https://www.cms.gov/457555462", "https://example.org/?to=https://www.cms.gov/•••"),
    ],
)
def test_links_to_the_rules_and_to_cms_stay_whole(text: str, masked: str):
    assert mask_private_numbers(text) == masked


@given(st.text(st.sampled_from("457 -.\u2013\u200b\n⁵５é,x"), max_size=40))
def test_a_masked_text_holds_none(text: str):
    assert not has_nine_digit_run(mask_private_numbers(text))
