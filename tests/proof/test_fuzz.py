"""Every form, address and upload given what nobody would type: no answer of 500, and no load half done."""

import gzip
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from eligibility.loads import jobs
from eligibility.loads.files import BLOCK
from eligibility.models import DeterminationPractice, LoadRun, NppesRecord
from tests.factories.load_files import NPPES, clinician, practice
from tests.planted.planting import CSRF, Forms
from tests.walk.conftest import _made, world
from tests.walk.routes import ROUTES, Route
from tests.walk.world import Who, World, carry, session_cookie, signed_in

__all__ = ["_made", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.proof]

TRIES, QUERIES, FILES = 12, 6, 300
ODD = [
    *("", " ", "\0", "0", "-1", "1e309", "NaN", "9" * 400, "٣٣٣", "½", "2027-02-30", "0000-00-00", "25:61", "on"),
    *("99999999999999999999", "1234567893\n1234567893", "\u202e\ufeff\u200b", "𝕏" * 300, "é" * 70_000, "%00", "%s%n"),
    *("<script>alert(1)</script>", "'; DROP TABLE x; --", "{{ 7|add:7 }}", "../../etc/passwd", "\r\nSet-Cookie: a=b"),
    *(
        "a@b",
        "a@" + "b" * 300 + ".org",
        '"@"@example.org',
        "dana@example.org\nBcc: x@example.org",
        "xn--80ak6aa92e.com",
    ),
    *("00000000-0000-0000-0000-000000000000", "[]", '{"a": 1}', "true", "None", "\ud7ff", "\x1b[2J", "\x85\u2028"),
]
BODIES = [
    (b"", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    (b'--x\r\nContent-Disposition: form-data; name="a"; filename="../\0b"\r\n\r\nc', "multipart/form-data; boundary=x"),
    (b"no boundary", "multipart/form-data"),
    (b"\xff\xfe=%zz&&==&" * 50, "application/x-www-form-urlencoded; charset=utf-16"),
    (b"a=1", "application/x-www-form-urlencoded; charset=none-such"),
    (b'{"a": [', "application/json"),
    (b"a" * 6_000_000, "application/x-www-form-urlencoded"),
    (b"&".join(b"a%d=1" % n for n in range(20_100)), "application/x-www-form-urlencoded"),
]


@pytest.fixture(autouse=True)
def media() -> None:
    """Leave the files where the world put them, in place of the folder that each other proof has of its own."""


@pytest.fixture
def client_of(world: World, settings):
    """Return a client in which somebody is signed in, whatever was done with the session before."""
    settings.STAFF_SECOND_FACTOR = False
    settings.ACCOUNT_RATE_LIMITS = {}

    def client_of(who: Who) -> Client:
        client = Client(raise_request_exception=False)
        carry(client, session_cookie(signed_in(who, world)))
        return client

    return client_of


def readers(route: Route) -> list[Who]:
    """Everyone who passes the route's door by POST, or gets a page there; at most two of them."""
    return [who for who in Who if route.post[who] in (200, 302, "elsewhere") or route.get[who] == 200][:2]


def fields_of(page: str) -> dict[str, str]:
    """The fields of all forms of a page, with what stands in them."""
    fields = {name: value for form in Forms(page).forms for name, value in form.fields.items()}
    return {name: value for name, value in fields.items() if name != CSRF}


def typed(chance: random.Random, fields: dict[str, str]) -> dict[str, list[str]]:
    """What somebody might send who means no good: some fields odd, some gone, some twice, some that are none."""
    sent = {}
    for name, value in fields.items():
        how = chance.random()
        if how < 0.1:
            continue
        if how < 0.4:
            sent[name] = [value]
        elif how < 0.9:
            sent[name] = [chance.choice(ODD)]
        else:
            sent[name] = [chance.choice(ODD), value, value]
    if chance.random() < 0.3:
        sent[chance.choice(["form-TOTAL_FORMS", "id", "pk", "next", "_save", "action", "__proto__"])] = [
            chance.choice(ODD)
        ]
    return sent


def requests_to(address: str, client: Client, chance: random.Random) -> Iterator[tuple[str, Callable[[], int]]]:
    """Yield each thing to send in a word, and what sends it and returns the status."""
    fields = fields_of(client.get(address).content.decode(errors="replace"))
    for _ in range(TRIES if fields else 3):
        sent, htmx = typed(chance, fields), {"HX-Request": "true"} if chance.random() < 0.2 else {}
        yield f"POST {sent}", partial(status_of_form, client, address, sent, htmx)
    for body, kind in BODIES:
        yield f"POST {body[:40]!r} as {kind}", partial(status_of, client, "POST", address, body, kind)
    for _ in range(QUERIES):
        name = chance.choice(["q", "p", "o", "e", "next", "performance_year", "status__exact", "_popup", "all", "page"])
        query = urlencode({name: chance.choice(ODD)}, errors="replace")
        yield f"GET ?{query[:60]}", partial(status_of, client, "GET", f"{address.partition('?')[0]}?{query}")
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"):
        yield method, partial(status_of, client, method, address)


def status_of_form(client: Client, address: str, sent: dict[str, list[str]], headers: dict[str, str]) -> int:
    return client.post(address, sent, headers=headers).status_code


def status_of(client: Client, method: str, address: str, body: bytes = b"", kind: str = "text/plain") -> int:
    return client.generic(method, address, body, kind).status_code


def test_no_form_and_no_address_fails(world: World, client_of, say):
    chance, wrong = random.Random(414_1315), []
    answers: Counter[int] = Counter()
    for route in ROUTES:
        for who in readers(route):
            cache.clear()
            client = client_of(who)
            for sent, send in requests_to(route.address(world), client, chance):
                with transaction.atomic():
                    status = send()
                    transaction.set_rollback(True)
                answers[status] += 1
                if status >= 500:
                    wrong.append(f"{route.name} as {who}: {sent[:400]}")
    say(f"{answers.total():,} requests to {len(ROUTES)} addresses, by status: {dict(sorted(answers.items()))}")
    assert wrong == [], "\n".join(wrong[:20])


def rows(columns: dict[str, str], chance: random.Random) -> bytes:
    """A file that is right in parts."""
    header, row = ",".join(columns).encode(), ",".join(columns.values()).encode()
    lines = [header, *([row] * chance.choice([0, 1, 1, 1, 1, 3]))]
    for _ in range(chance.choice([0, 0, 0, 0, 1, 2, 5])):
        place = chance.randrange(len(lines))
        line = bytearray(lines[place] or b",")
        match chance.randrange(6):
            case 0:
                line[chance.randrange(len(line))] = chance.randrange(256)
            case 1:
                del line[chance.randrange(len(line)) :]
            case 2:
                line += chance.choice(ODD).encode(errors="replace")
            case 3:
                cells = bytes(line).split(b",")
                cells[chance.randrange(len(cells))] = chance.choice(ODD).encode(errors="replace")
                line = bytearray(b",".join(cells))
            case 4:
                line = bytearray(b",".join(chance.sample(line.split(b","), len(line.split(b",")))))
            case 5:
                line *= chance.choice([0, 2, 300])
        lines[place] = bytes(line)
    between, at_end = [b"\n", b"\n", b"\r\n", b"\r", b"\n\n"], [b"", b"\n", b"\n", b"\0", b"\x1a"]
    return chance.choice(between).join(lines) + chance.choice(at_end)


def packed(body: bytes, name: str, chance: random.Random) -> SimpleUploadedFile:
    """The file, now and then packed, cut off or broken."""
    how = chance.randrange(8)
    if how == 0:
        body, name = gzip.compress(body), f"{name}.gz"
    elif how == 1:
        body, name = gzip.compress(body)[: chance.randrange(60)], f"{name}.gz"
    elif how == 2:
        name = chance.choice([f"{name}.gz", f"{name}.zip", "457-55-5462.csv", "a" * 200, "\u202e.csv"])
    elif how == 3:
        body = gzip.compress(body + b"," * BLOCK) * 2
        name = f"{name}.gz"
    return SimpleUploadedFile(name, body)


def test_no_upload_fails_and_none_is_half_done(world: World, client_of, settings, tmp_path, say):
    chance, sent = random.Random(1315), 0
    ended: Counter[str] = Counter()
    client = client_of(Who.STEWARD)
    before = (DeterminationPractice.objects.count(), NppesRecord.objects.count())
    for _ in range(FILES):
        with transaction.atomic():
            kind = chance.choice(["determinations", "nppes"])
            columns = (
                {"practices": practice(), "clinicians": clinician()} if kind == "determinations" else {"nppes": NPPES}
            )
            files = {name: packed(rows(each, chance), name, chance) for name, each in columns.items()}
            answer = client.post(f"/staff/eligibility/loadrun/upload/{kind}/", files)
            assert answer.status_code in (200, 302), (kind, {name: file.name for name, file in files.items()})
            sent += 1
            if answer.status_code == 200:
                assert answer.context["form"].errors, "it was refused without a word"
                ended["refused at once"] += 1
            else:
                run = LoadRun.objects.latest("pk")
                jobs.carry_out(run.pk, now=run.started_at)
                run.refresh_from_db()
                assert run.status in ("staged", "active", "failed", "superseded")
                assert (run.status == "failed") == bool(run.errors), "a load is refused with its reasons, or is whole"
                ended[run.status] += 1
            transaction.set_rollback(True)
    say(f"{sent} uploads: {dict(sorted(ended.items()))}")
    assert {"refused at once", "failed"} <= set(ended)
    assert set(ended) & {"staged", "active"}, "some must be right, or the rest proves little"
    assert (DeterminationPractice.objects.count(), NppesRecord.objects.count()) == before
