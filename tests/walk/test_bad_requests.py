"""What no browser sends: other methods, and NUL, line breaks and bytes of no text in cookies, fields and addresses."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from .routes import STAFF_PAGES, Route
from .world import Who, World, signed_in

METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS")
HOSTILE = {
    **dict.fromkeys(("q", "submission_number", "reviewer", "text", "reason", "reasons", "outcome", "once"), "a\x00b"),
    **dict.fromkeys(("picked", "identifier", "mail_seen", "place", "due_on", "practice", "role", "n\x00me"), "a\x00b"),
    "request-0-place": "a\0b",
}
QUEUES = ("status=%00", "status=a%0d%0ab", "year=%ff&reviewer=\0", 'status="\n"', "year=" + "9" * 40, "reviewer=%D9%A3")
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


def test_a_session_with_a_nul_is_none(world: World):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "12345678\0"
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
    sent = client.generic("POST", note, body, f"multipart/form-data; boundary=x; charset={charset}")
    assert sent.status_code == 400
