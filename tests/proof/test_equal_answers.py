"""Who names no NPI of a TIN is answered alike whether CMS data hold the TIN or not: bytes, queries and time."""

import re
import statistics
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from elections.models import Election
from eligibility.models import Probe
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import SOLO

pytestmark = [pytest.mark.proof, pytest.mark.alone, pytest.mark.django_db]

KNOWN, UNKNOWN = SOLO.tin, "969990001"  # the same last four digits: what was typed is no difference
STRANGER = "1922002005"  # bills under neither
TRIES = 200
LITERAL = re.compile(r"'[^']*'|\b\d+\b|\([^()]*\)")

Asked = Callable[[str], Callable[[], bytes]]


def fields(tin: str) -> dict[str, str]:
    return {"name": "Some Practice", "tin_kind": "EIN", "tin": tin, "npis": STRANGER}


def in_the_sandbox(tin: str) -> Callable[[], bytes]:
    """Return what asks the sandbox about a TIN."""
    client = Client()
    assert client.post("/check/practice", fields(tin)).status_code == 302
    return lambda: client.get("/check/").content


def in_a_draft(tin: str) -> Callable[[], bytes]:
    """Return what asks a draft about a TIN."""
    person = UserFactory(email=f"asks-{tin}@example.org")
    client = signed_in(person)
    client.post("/elections/start")
    election = Election.objects.get(started_by=person)
    assert client.post(f"/elections/{election.pk}/practices/add", fields(tin)).status_code == 302
    member = election.members.get()
    return lambda: (
        client.get(f"/elections/{election.pk}/practices/{member.pk}")
        .content.replace(str(election.pk).encode(), b"ELECTION")
        .replace(f"/practices/{member.pk}".encode(), b"/practices/N")
        .replace(f"?practice={member.pk}".encode(), b"?practice=N")
    )


@pytest.fixture(params=[in_the_sandbox, in_a_draft])
def asks(request, cms_data) -> tuple[Callable[[], bytes], Callable[[], bytes]]:
    return request.param(KNOWN), request.param(UNKNOWN)


def typed_alike(page: bytes) -> str:
    """Return a page without what was typed and the tokens of its forms."""
    text = page.decode()
    for typed in (KNOWN, UNKNOWN, f"{KNOWN[:2]}-{KNOWN[2:]}", f"{UNKNOWN[:2]}-{UNKNOWN[2:]}"):
        text = text.replace(typed, "TIN")
    text = re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "LINE", text)  # keys of the roster's lines, drawn
    text = re.sub(r'(?<=-of" value=")\d+', "N", text)
    text = re.sub(r"asks-\w+@example\.org", "SOMEBODY", text)
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce|X-CSRFToken)(=?[": ]+)[\w-]+', r"\1\2TOKEN", text)


def queries(ask: Callable[[], bytes]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [LITERAL.sub("?", query["sql"]) for query in captured.captured_queries]


def test_the_bytes_are_equal(asks):
    known, unknown = (typed_alike(ask()) for ask in asks)
    assert known == unknown
    assert "CMS has not published 2027 data for this TIN." in known


def test_the_queries_are_equal(asks):
    for ask in asks:
        ask()
    known, unknown = (queries(ask) for ask in asks)
    assert known == unknown
    assert len(known) > 7


def test_the_time_is_equal(asks, say):
    taken: tuple[list[float], list[float]] = ([], [])
    for ask in asks:
        ask()
    for _ in range(TRIES):
        for ask, times in zip(asks, taken, strict=True):
            begun = time.perf_counter()
            ask()
            times.append(time.perf_counter() - begun)
    known, unknown = map(statistics.median, taken)
    say(f"medians of {TRIES}: {1000 * known:.2f} ms where CMS data hold the TIN, {1000 * unknown:.2f} ms elsewhere")
    assert abs(known - unknown) <= 0.1 * min(known, unknown)


def test_one_who_names_an_npi_is_answered_otherwise(cms_data):
    """The pages above would not be equal if the NPI did bill under the TIN."""
    client = Client()
    client.post("/check/practice", fields(KNOWN) | {"npis": SOLO.npis[0]})
    assert "CMS has not published 2027 data for this TIN." not in client.get("/check/").content.decode()
    assert Probe.objects.filter(billed=True).count() == 1
