"""What no browser sends."""

from collections.abc import Iterator

import pytest
from django.test import Client

from .routes import STAFF_PAGES, Route
from .world import Who, World, signed_in

METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS")
NOT_BEHIND_THE_DOOR = ("admin:login", "admin:logout", "admin:None")


@pytest.fixture(autouse=True)
def _second_factor_demanded(settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


def readers(world: World) -> Iterator[tuple[Client, Route]]:
    """Yield every staff page with the browser of someone who may open or send it."""
    clients: dict[Who, Client] = {}
    for route in STAFF_PAGES:
        if route.name in NOT_BEHIND_THE_DOOR:
            continue
        who = next((who for who in Who if 200 in (route.get[who], route.post[who])), Who.LEAD)
        clients.setdefault(who, signed_in(who, world))
        yield clients[who], route


def test_staff_pages_take_no_other_method(world: World):
    answers = {
        (route.name, method): client.generic(method, route.address(world)).status_code
        for client, route in readers(world)
        for method in METHODS
    }
    assert len(answers) > 250
    assert answers == dict.fromkeys(answers, 405)
