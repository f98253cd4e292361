"""Texts that someone wrote to keep the site busy: eight times as long, and read in about eight times as long."""

import time

import pytest

from config import logs
from ground import private_numbers

pytestmark = [pytest.mark.proof, pytest.mark.alone]  # what runs beside it empties the processor's caches

LONG = 100_000
MEASURED = 0.02  # seconds: in less, another process on the same core would be measured with it
REPEATED = (
    *("1", "1-", "1 ", "1, ", "12,", "123-", "123 45 ", "１", "1\u200b", "\u2066", "10 ", "100, ", "1234567893 "),
    *("(", " ", "-", "1" + " " * 50, "12345678" + " " * 50, "1 2 3 4 5 6 7 8 9 10 ", "90,000, "),
    *("a1", "f", "0123456789abcdef-", "12345678-1234-", "2026-11-10 ", "1.", "999."),
    *("%31", "%2531", "\\x31", "\\u0031", "/sign/", "/sign/x", "/a?", "/", "/a1", "/:=~-", "DETAIL:", "DETAIL: 1\n\n"),
)
READERS = (
    private_numbers.looks_like_ssn,
    private_numbers.has_nine_digit_run,
    private_numbers.mask_private_numbers,
    private_numbers.stands_in_address,
    logs.cut,
)


def repeated(unit: str, length: int) -> str:
    """Return a text that goes on alike, and ends otherwise: a shape that would reach to its end is tried in vain."""
    return unit * (length // len(unit)) + "5z"


def seconds(reader, text: str) -> float:
    """Return the processor's time for a text, the best of three; of more where it takes next to nothing."""
    taken: list[float] = []
    while len(taken) < 3 or sum(taken) < MEASURED:
        began = time.process_time()
        reader(text)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("unit", REPEATED, ids=ascii)
def test_a_long_text_takes_no_longer_than_its_length(reader, unit):
    ratio = seconds(reader, repeated(unit, LONG)) / seconds(reader, repeated(unit, LONG // 8))
    assert ratio < 24  # 8 where each character is read as often in both, 64 where each is read with each
