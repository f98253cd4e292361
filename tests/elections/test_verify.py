"""A receipt can be checked by anybody who holds it, and tells nothing more than it says itself."""

import pytest
from django.test import Client
from django.urls import reverse

from elections import codes

from . import make

ADDRESS = "/verify"


@pytest.fixture
def submission(cms_data, representative, set_clock):
    set_clock("2026-12-01T10:04:31-05:00")
    return make.submit(make.draft(representative), representative)


def ask(code: str, *, client: Client | None = None):
    return (client or Client()).post(ADDRESS, {"code": code})


def test_a_genuine_code_tells_when_and_the_fingerprint_and_nothing_more(submission):
    for typed in (
        submission.receipt_code,
        codes.grouped(submission.receipt_code).lower(),
        "-".join(submission.receipt_code).replace("0", "O").replace("1", "l"),
    ):
        answer = ask(typed)
        assert answer.status_code == 200
        said = make.text(answer)
        assert "This receipt is genuine" in said
        assert "received Dec 1, 2026, 10:04:31 a.m. ET" in said
        assert submission.snapshot_sha256 in said
        for told in ("Harbor Group", make.SOLO.name, make.GROUP.name, "Dana Rivera", str(submission.election_id)):
            assert told not in said


def test_an_unknown_code_is_said_to_be_unknown(submission):
    other = submission.receipt_code[::-1]
    said = make.text(ask(other))
    assert "We know no receipt with this code" in said
    assert submission.snapshot_sha256 not in said
    assert f'value="{other}"' in ask(other).content.decode()


@pytest.mark.parametrize(
    ("typed", "what_is_wrong"),
    [
        ("", "Type the receipt code."),
        ("ABCD EFGH", "A receipt code has 16 letters and digits."),
        ("ABCD EFGH JKMN PQRU", "A receipt code has 16 letters and digits."),  # no U
        ("123-45-6789", "Nine digits in a row may be somebody’s Social Security number"),
    ],
)
def test_what_is_no_code_is_said_so(db, typed, what_is_wrong):
    answer = ask(typed)
    assert answer.status_code == 200
    assert what_is_wrong in make.text(answer)
    assert "We know no receipt" not in make.text(answer)
    assert "123-45-6789" not in answer.content.decode()


def test_trying_codes_has_a_limit(submission, settings):
    settings.ACCOUNT_RATE_LIMITS = {"verify_receipt": "2/m/ip"}
    assert [ask(submission.receipt_code).status_code for _ in range(3)] == [200, 200, 429]
    assert Client().get(ADDRESS).status_code == 200


def test_the_receipt_and_every_page_lead_there(submission, representative):
    receipt = reverse("receipt", args=[submission.election_id, 1])
    assert make.signed_in(representative).get(receipt).content.decode().count(f'href="{ADDRESS}"') == 2
    assert Client().get("/").content.decode().count(f'href="{ADDRESS}"') == 1
