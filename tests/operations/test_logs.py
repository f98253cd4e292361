"""Logs: what a secret looks like in them, whoever writes it and wherever it stands."""

import io
import json
import logging
from urllib.parse import quote

import pytest
import structlog
from django.db import IntegrityError

from config import logs
from notices.models import Notice
from tests.factories.notices import NoticeFactory
from tests.planted.numbers import SHAPES

SSN, EIN = "987-65-4321", "96-1234567"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (f"typed {SSN}", "typed [cut]"),
        ("typed 987654321.", "typed [cut]."),
        ("typed 987 65 4321 twice", "typed [cut] twice"),
        ("typed 9 8 7 6 5 4 3 2 1", "typed [cut]"),
        ("typed 987\u201365\u20134321", "typed [cut]"),
        ("typed 987\u00a065\u00a04321", "typed [cut]"),
        ("typed 987.65.4321", "typed [cut]"),
        (f"EIN {EIN}", "EIN [cut]"),
        ("a987654321b", "a[cut]b"),
        ("9876543210987", "[cut]"),
        ("/x/987%2D65%2d4321/", "/x/[cut]/"),
        ("/x/987%2065%204321/", "/x/[cut]/"),
        ("/x/987%E2%80%9365%e2%80%934321/", "/x/[cut]/"),
        ("typed 987 - 65 - 4321 twice", "typed [cut] twice"),
        ("eight 12345678", "eight 12345678"),
        ("NPI 1234567893", "NPI 1234567893"),
        ("on 2026-12-01 10:00:00,123 and 2026-12-01", "on 2026-12-01 10:00:00,123 and 2026-12-01"),
        ("from 192.168.100.200", "from 192.168.100.200"),
        ("id 12345678-1234-1234-1234-123456789012", "id 12345678-1234-1234-1234-123456789012"),
        ("GET /a/b/?q=secret&x=1 HTTP/1.1", "GET /a/b/?[cut] HTTP/1.1"),
        ("/accounts/confirm-email/MQ:1wXyZ2:abc-DEF_9/", "/accounts/confirm-email/[cut]/"),
        ("/accounts/password/reset/key/3-cz1abc-0123/", "/accounts/password/reset/key/[cut]/"),
        ("/links/Zm9vYmFyYmF6cXV4MTIzNDU2/", "/links/[cut]/"),
        ("/else/Zm9vYmFyYmF6cXV4MTIzNDU2/x", "/else/[cut]/x"),
        ("/elections/virtual-group-practices/2/", "/elections/virtual-group-practices/2/"),
        ("/e/0f8fad5b-d9cb-469f-a165-70867728950e/", "/e/0f8fad5b-d9cb-469f-a165-70867728950e/"),
        ("ERROR: no\nDETAIL:  Failing row contains (1, Dana,\nx).", "ERROR: no\nDETAIL: [cut]"),
    ],
)
def test_cut(text, written):
    assert logs.cut(text) == written


@pytest.mark.parametrize("shape", SHAPES)
def test_a_number_in_any_dress_however_a_library_escapes_it(shape):
    for escaped in (shape, repr(shape), repr(shape.encode()), json.dumps(shape), quote(shape), quote(quote(shape))):
        written = logs.cut(f"at /x/{escaped}, twice")
        assert "[cut]" in written
        assert not set(written) & set("4４⁴₄④❹٤४𝟒")


@pytest.mark.parametrize(
    ("event", "written"),
    [
        ({"tin": "1", "password": "x", "body": "y", "token": "z"}, dict.fromkeys(("tin", "password", "body", "token"))),
        (
            {"a": 987654321, "b": 12, "c": 1.5, "d": None, "e": True, "f": 987654321.0},
            {"a": None, "b": 12, "c": 1.5, "d": None, "e": True, "f": None},
        ),
        ({"a": {SSN: [SSN, ("x", {"y": SSN})]}}, {"a": {"[cut]": ["[cut]", ["x", {"y": "[cut]"}]]}}),
        ({"error": ValueError(SSN)}, {"error": "ValueError('[cut]')"}),
        ({"sent": "987\u201365\u20134321".encode()}, {"sent": "[cut]"}),
        ({"timestamp": "2026-12-01T15:00:00.123456Z"}, {"timestamp": "2026-12-01T15:00:00.123456Z"}),
    ],
)
def test_cut_secrets(event, written):
    expected = {
        name: logs.CUT if value is None and event[name] is not None else value for name, value in written.items()
    }
    assert logs.cut_secrets(None, "", event) == expected


@pytest.fixture(params=["json", "plain"])
def written(request, settings):
    """Log to a string in each format; call it for what was written so far."""
    logs.configure({"format": request.param, "level": "INFO"})
    [handler] = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    stream = io.StringIO()
    handler.setStream(stream)
    yield stream.getvalue
    logs.configure(settings.LOGGING)


def test_our_events_and_those_of_libraries(written):
    structlog.get_logger("ours").warning("tin_refused", typed=SSN)
    logging.getLogger("theirs").warning("Refused %s at %s", SSN, "/x?tin=961234567")
    logging.getLogger("gunicorn.access").info('"%(r)s" %(s)s', {"r": f"GET /a?tin={EIN} HTTP/1.1", "s": "200"})
    text = written()
    assert ("tin_refused" in text, "Refused [cut] at /x?[cut]" in text) == (True, True)
    assert "GET /a?[cut] HTTP/1.1" in text
    assert_clean(text)


def test_exceptions_and_what_caused_them(written):
    def fail():
        try:
            raise ValueError(f"bad TIN {EIN}")
        except ValueError as error:
            raise RuntimeError(f"bad SSN {SSN}") from error

    for logger in (structlog.get_logger("ours"), logging.getLogger("theirs")):
        try:
            fail()
        except RuntimeError:
            logger.exception("failed")
    text = written()
    assert text.count("RuntimeError: bad SSN [cut]") == 2
    assert text.count("ValueError: bad TIN [cut]") == 2
    assert_clean(text)


@pytest.mark.django_db(transaction=True)
def test_errors_of_the_database(written):
    NoticeFactory(body="Planted words")
    try:
        Notice.objects.update(state="lost", server_answer=SSN)
    except IntegrityError:
        logging.getLogger("theirs").exception("failed")
    text = written()
    assert "violates check constraint" in text
    assert "DETAIL: [cut]" in text
    assert "Planted words" not in text
    assert_clean(text)


@pytest.mark.django_db
def test_requests(written, client):
    client.get(f"/nothing/{SSN}/?tin=961234567", HTTP_USER_AGENT=f"me {SSN}")
    client.get("/accounts/confirm-email/MQ:1wXyZ2:abc-DEF_9/", HTTP_HOST=f"{SSN}.example.org")
    text = written()
    assert "GET /nothing/[cut]/?[cut]" in text
    assert "MQ:1wXyZ2" not in text
    assert_clean(text)


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_json_is_one_object_a_line(written):
    structlog.get_logger("ours").info("one", number=5)
    logging.getLogger("theirs").info("two\nlines")
    lines = [json.loads(line) for line in written().splitlines()]
    assert [(line["event"], line["logger"], line["level"]) for line in lines] == [
        ("one", "ours", "info"),
        ("two\nlines", "theirs", "info"),
    ]
    assert lines[0]["number"] == 5


def assert_clean(text):
    assert [planted for planted in (SSN, EIN, "987654321", "961234567") if planted in text] == []
