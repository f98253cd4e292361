"""Every address as everyone: nobody is sent to sign in, strangers find nothing, the wrong role may not.

And what no browser sends to staff pages: other methods, and NUL, line breaks and bytes of no text.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from .routes import AWAY, ROUTES, SECOND_FACTOR, SIGN_IN, STAFF_PAGES, Route, known, of
from .world import STAFF, WALKERS, Who, World, carry, session_cookie, signed_in

METHODS = ("get", "post")
NO_FIELD = {"sent": "yes"}  # what a form sends in which nothing was typed
OTHER_METHODS = ("PATCH", "DELETE", "OPTIONS")
NOT_BEHIND_THE_DOOR = ("admin:login", "admin:logout", "admin:None")
HOSTILE = {
    **dict.fromkeys(("q", "submission_number", "reviewer", "text", "reason", "reasons", "outcome", "once"), "a\x00b"),
    **dict.fromkeys(("picked", "identifier", "mail_seen", "place", "due_on", "practice", "role", "n\x00me"), "a\x00b"),
    "request-0-place": "a\0b",
}
QUEUES = ("status=%00", "status=a%0d%0ab", "year=%ff&reviewer=\0", 'status="\n"', "year=" + "9" * 40, "reviewer=%D9%A3")


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
        ("signature_page", {"member_id": lambda world: world.member(world.theirs)}),
        ("document", {"document_id": lambda world: world.document(world.theirs)}),
        *((name, {"number": lambda world: 1}) for name in ("receipt", "receipt_pdf")),
    ],
)
def test_what_belongs_to_another_election_is_not_found_in_ones_own(name, kwargs, world: World):
    client = signed_in(Who.REPRESENTATIVE, world)
    route = Route(name, {}, {}, of("draft", **kwargs))
    assert client.get(route.address(world)).status_code == 404


def test_staff_pages_take_no_other_method(world: World):
    answers = {
        (route.name, method): client.generic(method, route.address(world)).status_code
        for at, (client, route) in enumerate(readers(world))
        for method in ("PUT", OTHER_METHODS[at % len(OTHER_METHODS)])
    }
    assert len(answers) > 130
    assert answers == dict.fromkeys(answers, 405)


@pytest.mark.proof
def test_nothing_that_is_sent_to_a_staff_page_makes_it_fail(world: World):
    answers = {}
    for at, (client, route) in enumerate(readers(world)):
        client.cookies["queue"] = QUEUES[at % len(QUEUES)]
        address = route.address(world)
        with transaction.atomic():
            answers[route.name] = {
                client.get(address).status_code,
                client.post(address, HOSTILE).status_code,
                client.post(address, HOSTILE, headers={"X-Autosave": "yes"}).status_code,
                client.get(f"{address}{'&' if '?' in address else '?'}q=%00&p=%ff").status_code,
            }
            transaction.set_rollback(True)
    assert {name: seen for name, seen in answers.items() if max(seen) >= 500} == {}


@pytest.mark.parametrize("queue", QUEUES)
def test_the_packet_and_the_queue_read_any_cookie(queue: str, world: World):
    client = signed_in(Who.REVIEWER, world)
    client.cookies["queue"] = queue
    assert client.get(f"/staff/elections/election/{world.in_review.pk}/").status_code == 200
    assert client.get("/staff/elections/election/", follow=True).status_code == 200


def test_what_saves_itself_has_no_nul_in_a_field_s_name(world: World):
    note = f"/staff/elections/election/{world.in_review.pk}/note/"
    answer = signed_in(Who.REVIEWER, world).post(note, HOSTILE, headers={"X-Autosave": "yes"})
    assert answer.json()["saved"] == "at 10:00 a.m. ET"


def test_a_session_with_a_nul_is_none(world: World):
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = "12345678\0"
    assert client.get("/staff/").headers["Location"] == "/staff/login/?next=/staff/"


def test_a_year_that_no_day_is_after_is_not_understood(world: World):
    client = signed_in(Who.AUDITOR, world)
    for year in ("9999", "1", "9" * 20, " 9_999"):
        listed = client.get("/staff/elections/event/", {"at__year": year, "at__month": "12"}, follow=True)
        assert "We didn’t understand the filters in this address" in listed.content.decode()
        file = client.get("/staff/elections/event/csv/", {"at__year": year})
        assert file.headers["Location"] == "/staff/elections/event/"


@pytest.mark.parametrize("charset", ["unicode_escape", "hex", "utf-16"])
def test_another_encoding_than_ours_is_refused(charset: str, world: World):
    client = signed_in(Who.REVIEWER, world)
    note = f"/staff/elections/election/{world.in_review.pk}/note/"
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\\ud800\r\n--x--\r\n'
    assert client.generic("POST", note, body, f"multipart/form-data; boundary=x; charset={charset}").status_code == 400


def readers(world: World) -> Iterator[tuple[Client, Route]]:
    """Yield every staff page behind the door with the browser of someone who may open it or send something to it."""
    clients: dict[Who, Client] = {}
    for route in STAFF_PAGES:
        if route.name in NOT_BEHIND_THE_DOOR:
            continue
        who = next((who for who in Who if 200 in (route.get[who], route.post[who])), Who.LEAD)
        clients.setdefault(who, signed_in(who, world))
        yield clients[who], route


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
