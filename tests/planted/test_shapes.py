"""Every shape of a Social Security number at the doors that are no form of a page's own: lists, addresses, errors."""

import io
import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import DataError, connection, transaction
from django.test import Client

from config import logs
from elections.drafts import unsaved_pages
from elections.roster.import_forms import decrypt_field
from ground import clock
from tests.walk.world import Who, World, signed_in

from . import places
from .numbers import OF_THREE_GROUPS, SHAPES, WHOLE_SSN, found

TOKENS = ("x457555462x",)  # in an address a token of letters and digits may hold nine digits
HEADER = "practice\ttin\tnpi\tlast name\tfirst name"


def lines(column: int) -> str:
    """Return a list in which each shape stands in a line of its own, in this column; the kinds are to be asked."""
    rows = []
    for number, shape in enumerate(shape for shape in SHAPES if "\t" not in shape):
        cells = [f"Practice {number}", f"96{number:07}", "1234567893", "Rivera", "Dana"]
        cells[column] = shape
        rows.append("\t".join(cells))
    return "\n".join([HEADER, *rows])


def imported(world: World, text: str) -> tuple[str, Any]:
    """Return the page that asks what kinds of numbers stand in a list, and what is sealed in it."""
    client, person = signed_in(Who.REPRESENTATIVE, world), world.people[Who.REPRESENTATIVE].pk
    asked = client.post(f"/elections/{world.draft.pk}/roster/import", {"text": text})
    sealed = asked.context["form"]["sealed"].value()
    read = decrypt_field(sealed, election_id=world.draft.pk, user=person, now=clock.now())
    assert read is not None
    return asked.content.decode(), read


@pytest.mark.parametrize("column", [0, 2, 3, 4])
def test_no_cell_of_a_list_is_kept_shown_or_sealed(world: World, column: int):
    page, read = imported(world, lines(column))
    assert found(WHOLE_SSN, f"{read} {page} {places.tables()}") == []
    assert len(read[0].practices) >= len(SHAPES) - 1


def test_no_tin_of_three_groups_is_sealed(world: World):
    """Nine digits in a row are, until it is said what they are: the browser keeps them, we do not."""
    text = "\n".join([HEADER, *(f"P{n}\t{shape}\t1234567893\t\t" for n, shape in enumerate(OF_THREE_GROUPS))])
    text += "\nLakeside\t961000002\t1234567893"
    page, read = imported(world, text.replace("457\t55\t5462", "x"))
    assert found(WHOLE_SSN, f"{read} {page}") == []


def test_nothing_of_it_waits_for_the_next_sign_in(world: World):
    path = f"/elections/{world.draft.pk}/representative"
    client = signed_in(Who.REPRESENTATIVE, world)
    session = client.session
    session["session_seen"] = 0.0
    session.save()
    fields = {f"field{number}": shape for number, shape in enumerate(SHAPES)} | dict.fromkeys(SHAPES, "a name")
    assert client.post(path, fields | {"phone": "555-0177"}).status_code == HTTPStatus.FOUND
    token = client.cookies[unsaved_pages.COOKIE].value
    kept = unsaved_pages.read(token, path, user=world.people[Who.REPRESENTATIVE].pk, now=clock.now())
    assert kept is not None
    assert kept.typed == {"phone": "555-0177"}
    assert sorted(kept.left_out) == sorted(f"field{number}" for number in range(len(SHAPES)))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/help?q={}", "/{}/", "/accounts/login/?next=/elections/%3Fq={}"])
def test_no_address_with_it_is_answered(address: str):
    answers = [Client().get(address.format(quote(shape, safe=""))) for shape in SHAPES if shape not in TOKENS]
    assert {answer.status_code for answer in answers} <= {HTTPStatus.BAD_REQUEST}
    assert [answer for answer in answers if found(WHOLE_SSN, answer.content.decode())] == []


@pytest.mark.django_db
@pytest.mark.parametrize("format_", ["json", "plain"])
def test_no_report_of_an_error_quotes_it(format_: str):
    logs.configure({"format": format_, "level": "INFO"})
    [handler] = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    handler.setStream(stream := io.StringIO())
    for shape in SHAPES:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT %s::uuid", [shape])
        except DataError:
            logging.getLogger("theirs").exception("failed with %r of %s", shape, {shape: [shape.encode()]})
        try:
            dict[str, str]()[shape]
        except KeyError:
            logging.getLogger("theirs").exception("failed")
    logs.configure(settings.LOGGING)
    assert stream.getvalue().count("KeyError") >= len(SHAPES)
    assert stream.getvalue().count("invalid input syntax for type uuid") >= len(SHAPES)
    assert found(WHOLE_SSN, stream.getvalue()) == []
