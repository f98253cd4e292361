"""Every address as everyone: nobody is sent to sign in, strangers find nothing, the wrong role may not."""

from collections import Counter

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from .routes import AWAY, ROUTES, SECOND_FACTOR, SIGN_IN, STAFF_PAGES, Route, known, of
from .world import STAFF, WALKERS, Who, World, carry, session_cookie, signed_in

METHODS = ("get", "post")
NO_FIELD = {"sent": "yes"}  # what a form sends in which nothing was typed


@pytest.fixture(autouse=True)
def _second_factor_demanded(settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


def test_every_route_has_its_line_in_the_table():
    assert Counter(route.name for route in ROUTES) == Counter(known())


@pytest.mark.parametrize("who", WALKERS)
def test_who_gets_what(who: Who, world: World):
    client, cookie = Client(), session_cookie(signed_in(who, world))
    surprises = []
    for route in ROUTES:
        for method in METHODS:
            expected, answer = getattr(route, method)[who], ask(client, cookie, route, method, world)
            if answer != expected:
                surprises.append(f"{method} {route.name}: {answer}, not {expected}")
    assert surprises == [], "\n".join(surprises)


@pytest.mark.parametrize(
    "who", [who if who == Who.REVIEWER else pytest.param(who, marks=pytest.mark.proof) for who in STAFF]
)
def test_staff_without_a_second_factor_are_led_to_it(who: Who, world: World):
    client, cookie = Client(), session_cookie(signed_in(who, world, second_factor=False))
    answers = {
        (route.name, method): ask(client, cookie, route, method, world) for route in STAFF_PAGES for method in METHODS
    }
    assert answers == dict.fromkeys(answers, SECOND_FACTOR)


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("practice", {"member_id": lambda world: world.member(world.theirs)}),
        ("practice_remove", {"member_id": lambda world: world.member(world.theirs)}),
        ("document", {"document_id": lambda world: world.document(world.theirs)}),
        *((name, {"number": lambda world: 1}) for name in ("receipt", "receipt_pdf")),
    ],
)
def test_what_belongs_to_another_election_is_not_found_in_ones_own(name, kwargs, world: World):
    client = signed_in(Who.REPRESENTATIVE, world)
    route = Route(name, {}, {}, of("draft", **kwargs))
    assert client.get(route.address(world)).status_code == 404


def ask(client: Client, cookie: str, route: Route, method: str, world: World) -> int | str:
    """Return what one gets who sends nothing but the address and this session; what that changed is taken back."""
    carry(client, cookie)
    with transaction.atomic():
        answer = in_a_word(getattr(client, method)(route.address(world), NO_FIELD if method == "post" else None))
        transaction.set_rollback(True)
    return answer


def in_a_word(response: HttpResponse) -> int | str:
    if response.status_code != 302:
        return response.status_code
    there = response["Location"]
    for word, name in ((SIGN_IN, "account_login"), (SIGN_IN, "admin:login"), (SECOND_FACTOR, "staff_second_factor")):
        if there.startswith(reverse(name)):
            return word
    return AWAY
