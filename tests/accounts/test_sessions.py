"""A session ends after 15 idle minutes and after 12 hours, by the server's clock."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.people import DanaFactory

from .conftest import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, machine_time) -> Client:
    DanaFactory()
    sign_in(client)
    return client


def status(client: Client):
    return client.get("/accounts/session/").json()


def test_a_session_lasts_while_somebody_acts_and_ends_after_15_idle_minutes(signed_in, machine_time):
    for _ in range(4):
        machine_time.shift(timedelta(minutes=14, seconds=59))
        assert signed_in.get("/accounts/").status_code == 200
    machine_time.shift(timedelta(minutes=15))
    answer = signed_in.get("/accounts/email/?from=mail")
    assert answer["Location"] == "/accounts/login/?ended=idle&next=%2Faccounts%2Femail%2F%3Ffrom%3Dmail"
    assert not Session.objects.exists()
    page = signed_in.get(answer["Location"]).content.decode()
    assert "You were signed out after 15 minutes without activity. Sign in to continue." in page
    assert sign_in(signed_in, next="/accounts/email/?from=mail")["Location"] == "/accounts/email/?from=mail"


def test_a_session_ends_after_12_hours_however_busy(signed_in, machine_time):
    for _ in range(12 * 6 - 1):
        machine_time.shift(timedelta(minutes=10))
        assert signed_in.get("/accounts/").status_code == 200
    assert status(signed_in) == {"seconds_left": 600, "limit": "absolute"}
    machine_time.shift(timedelta(minutes=10))
    answer = signed_in.get("/accounts/")
    assert answer["Location"] == "/accounts/login/?ended=absolute&next=%2Faccounts%2F"
    page = signed_in.get(answer["Location"]).content.decode()
    assert "You were signed out 12 hours after you signed in. Sign in to continue." in page


def test_asking_how_long_is_left_keeps_nothing_alive_and_writes_nothing(
    signed_in, machine_time, django_assert_num_queries
):
    machine_time.shift(timedelta(minutes=14))
    with django_assert_num_queries(2):  # the session and the person
        assert status(signed_in) == {"seconds_left": 60, "limit": "idle"}
    machine_time.shift(timedelta(seconds=30))
    assert signed_in.get("/accounts/", headers={"X-Background": "yes"}).status_code == 200
    assert status(signed_in) == {"seconds_left": 30, "limit": "idle"}
    machine_time.shift(timedelta(seconds=30))
    assert status(signed_in) == {"seconds_left": 0, "limit": "idle"}
    assert signed_in.get("/accounts/").status_code == 302


def test_the_answer_to_the_warning_extends_the_session(signed_in, machine_time):
    machine_time.shift(timedelta(minutes=14))
    assert signed_in.get("/accounts/session/extend/").status_code == 405
    assert signed_in.post("/accounts/session/extend/").json() == {"seconds_left": 900, "limit": "idle"}
    machine_time.shift(timedelta(minutes=14, seconds=59))
    assert signed_in.get("/accounts/").status_code == 200


def test_an_answer_that_comes_too_late_extends_nothing(signed_in, machine_time):
    machine_time.shift(timedelta(minutes=15))
    assert signed_in.post("/accounts/session/extend/").json() == {"seconds_left": 0, "limit": "idle"}
    assert signed_in.get("/accounts/").status_code == 302


def test_requests_in_a_row_write_the_session_once(signed_in, machine_time):
    signed_in.get("/accounts/password/change/")
    machine_time.shift(timedelta(seconds=29))
    asked = []
    for seconds in (0, 1):
        machine_time.shift(timedelta(seconds=seconds))
        with CaptureQueriesContext(connection) as queries:
            signed_in.get("/accounts/password/change/")
        asked.append(len(queries))
    assert asked == [2, 5]  # the session, the person with their roles; then the session's row between its savepoints


def test_a_form_sent_too_late_leads_back_to_the_page_it_was_on(signed_in, machine_time):
    machine_time.shift(timedelta(minutes=16))
    answer = signed_in.post(
        "/accounts/email/",
        {"email": "x@example.org", "action_add": ""},
        headers={"Referer": "http://testserver/accounts/email/?a=1"},
    )
    assert answer["Location"] == "/accounts/login/?ended=idle&next=%2Faccounts%2Femail%2F%3Fa%3D1"


def test_a_part_of_a_page_asked_for_too_late_sends_the_whole_page_to_sign_in(signed_in, machine_time):
    machine_time.shift(timedelta(minutes=16))
    answer = signed_in.get(
        "/accounts/email/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts/"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/accounts/login/?ended=idle&next=%2Faccounts%2F")


def test_a_page_of_another_site_is_not_what_one_returns_to(signed_in, machine_time):
    machine_time.shift(timedelta(minutes=16))
    answer = signed_in.post("/accounts/", {"name": "x"}, headers={"Referer": "https://evil.example/"})
    assert "evil" not in answer["Location"]


def test_a_public_page_stays_open_when_the_session_has_ended(signed_in, machine_time):
    machine_time.shift(timedelta(hours=1))
    key = signed_in.session.session_key
    answer = signed_in.get("/accounts/signup/")
    assert answer.status_code == 200
    assert not Session.objects.filter(pk=key).exists()


def test_no_page_of_a_person_is_kept_by_browsers_and_proxies(signed_in):
    assert signed_in.get("/accounts/")["Cache-Control"] == "private, no-store"
    assert "no-store" in signed_in.get("/accounts/password/change/")["Cache-Control"]
    assert "Cache-Control" not in Client().get("/")
