"""A Social Security number typed into every field, address and header of every page is kept and shown nowhere."""

import html
import json
from collections.abc import Callable, Iterator, Sequence
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.forms import BaseForm
from django.test import Client

from elections.sandbox.store import COOKIE
from ground.ssn_guard import Guarded
from tests.walk.routes import ACCOUNTS, ELECTIONS, ROUTES, SIGNING, SITE, STAFF_PAGES, Route
from tests.walk.world import Who, World

from . import places
from .numbers import SHAPES, WHOLE_EIN, WHOLE_SSN, found
from .planting import Send, Sessions, is_open, plant_every_shape, plant_in_address, plant_in_all_fields, plant_in_fields

PARTS = {"site": SITE, "accounts": ACCOUNTS, "elections": ELECTIONS, "signing": SIGNING, "staff": STAFF_PAGES}
Plant = Callable[[Route, World, Send], Iterator[tuple[str, str]]]


@pytest.fixture
def send(world: World) -> Send:
    """Return what sends a request as somebody."""
    sessions = Sessions(world)

    def send(who: Who, method: str, address: str, fields: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        client = Client(headers=headers, raise_request_exception=False)
        cookies = {"other": "457-55-5462", COOKIE: world.sandbox_cookie}
        client.cookies = SimpleCookie(cookies | {settings.SESSION_COOKIE_NAME: sessions.cookie_of(who)})
        answer = client.generic(method, address, urlencode(fields), "application/x-www-form-urlencoded")
        said = "\n".join(f"{name}: {value}" for name, value in answer.items())
        return answer.status_code, f"{said}\n{answer.content.decode(errors='replace')}"

    return send


def assert_no_leaks(plant: Plant, world: World, send: Send, routes: Sequence[Route] = ROUTES) -> None:
    """Plant at every route in turn; fail where the number was shown or kept. What was changed is taken back."""
    there = []
    for route in routes:
        cache.clear()
        with transaction.atomic():
            assert is_open(route, world, send), route.name
            there += [f"{what}: {hit}" for what, said in plant(route, world, send) for hit in found(WHOLE_SSN, said)]
            held = places.kept().items()
            there += [f"{route.name}, {place}: {hit}" for place, text in held for hit in found(WHOLE_SSN, text)]
            transaction.set_rollback(True)
    assert there == [], "\n".join(there)


ONE_OF_EACH_KIND = ("verify", "virtual_group", "sign_correction", "admin:elections_election_reveal")
ELSEWHERE = {  # forms that no page of the walk posts: into these a code, a password or a file goes, or choices
    "AuthenticateForm",
    "AuthenticateWebAuthnForm",
    "MFAReauthenticateForm",
    "ReauthenticateWebAuthnForm",
    "ResetPasswordKeyForm",
    "SetPasswordForm",
    "KindsForm",
    "WhoseForm",
    "NppesForm",
    "GroupsForm",
    "RosterDayForm",  # sent by GET: tests/elections/desk/test_exports.py
}
FILES_ALONE = {"DeterminationsForm", "NppesForm"}


def forms_of_ours(kind: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    """Yield the forms of this project that no other of its forms is made from."""
    below = [form for each in kind.__subclasses__() for form in forms_of_ours(each)]
    is_ours = (settings.BASE_DIR / kind.__module__.split(".")[0]).is_dir() and not kind.__module__.startswith("tests")
    yield from below or ([kind] if is_ours else [])


@pytest.mark.proof
def test_every_form_is_a_door_of_the_walk_and_keeps_nothing(world: World, send: Send, monkeypatch: pytest.MonkeyPatch):
    met: set[type] = set()
    full_clean = BaseForm.full_clean

    def note(form: BaseForm) -> None:
        met.update(type(form).__mro__)  # the admin makes forms of ours into others
        full_clean(form)

    monkeypatch.setattr(BaseForm, "full_clean", note)
    assert_no_leaks(plant_in_all_fields, world, send)
    ours = set(forms_of_ours())
    assert {form.__name__ for form in ours - met} == ELSEWHERE
    assert {form.__name__ for form in ours if not issubclass(form, Guarded)} == FILES_ALONE


@pytest.mark.proof  # the recognizer knows every shape in each run, and every form refuses one
def test_one_form_of_each_kind_refuses_every_shape(world: World, send: Send):
    routes = [route for route in ROUTES if route.name in ONE_OF_EACH_KIND]
    assert len(routes) == len(ONE_OF_EACH_KIND)
    assert_no_leaks(plant_every_shape, world, send, routes)


@pytest.mark.proof
@pytest.mark.parametrize("part", PARTS)
def test_no_field_of_a_form_keeps_or_shows_any_shape_of_it(world: World, send: Send, part: str):
    assert_no_leaks(plant_every_shape, world, send, PARTS[part])


@pytest.mark.proof
def test_no_field_of_a_form_keeps_or_shows_it(world: World, send: Send):
    assert_no_leaks(plant_in_fields, world, send)


@pytest.mark.proof
def test_no_address_or_header_is_kept_or_said_again(world: World, send: Send):
    assert_no_leaks(plant_in_address, world, send)


@pytest.mark.proof
def test_whole_tins_are_shown_in_their_owners_field_alone(world: World, send: Send):
    """Members read them in the agreement's party list, as all parties do (414.1315(c)(3)(i)), on paper and on screen.

    All else that may show them is no page: the export; and a reveal, which is a POST.
    """
    shown = set()
    for route in ROUTES:
        for who in (Who.REPRESENTATIVE, Who.VIEWER, Who.REVIEWER, Who.STEWARD):
            if route.get[who] == 200:
                said = send(who, "GET", route.address(world), {}, {})[1]
                shown |= {(route.name, who) for _ in found(WHOLE_EIN, said)}
    in_the_agreement = {("agreement_text", who) for who in (Who.REPRESENTATIVE, Who.VIEWER)}
    assert shown == {("practice", Who.REPRESENTATIVE)} | in_the_agreement


@pytest.mark.parametrize("shape", SHAPES)
def test_the_search_would_find_it(shape: str):
    for written in (f"vic@example.org\t{shape}\n", repr(shape), quote(shape), html.escape(shape), json.dumps(shape)):
        assert found(WHOLE_SSN, written)


def test_the_search_looks_into_the_database(world: World):
    world.people[Who.VIEWER].name = "457-55 5462"
    world.people[Who.VIEWER].save()
    assert any("vic@example.org 457-55 5462" in hit for hit in found(WHOLE_SSN, places.tables()))
