"""What is sent after the session ended stands there again after sign-in; and only for its owner."""

import uuid
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client

from elections.drafts import cookie_encryption, unsaved_pages
from elections.models import CookieRow, Election, MemberClinician
from ground import clock
from tests.factories.elections import ElectionRoleFactory
from tests.factories.people import BACKEND, PASSWORD, UserFactory, signed_in
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(monkeypatch):
    def pass_by(**time):
        real = clock.real_now
        monkeypatch.setattr(clock, "real_now", lambda: real() + timedelta(**time))

    return pass_by


def sign_in(browser):
    browser.post("/accounts/login/", {"login": "dana@example.org", "password": PASSWORD})


def test_what_was_typed_stands_there_after_sign_in(election, visitor, later):
    path = f"/elections/{election.pk}/representative"
    sign_in(visitor)
    visitor.get(path)
    later(minutes=16)
    typed = {"phone": "555-0177", "initial-phone": "555-0100"}  # a page that saves itself sends what changed
    answer = visitor.post(path, typed, headers={"Referer": f"http://testserver{path}"})
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (query["ended"], query["next"]) == (["idle"], [path])
    told = text(visitor.get(answer.headers["Location"]))
    assert "You were signed out after 15 minutes without activity. We kept what you typed. Sign in to continue." in told
    assert Election.objects.get().contact["phone"] == "555-0100"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM elections_sandbox")
        assert b"0177" not in bytes(cursor.fetchone()[0])

    sign_in(visitor)
    page = visitor.get(path)
    assert "What you typed is below, but it isn’t saved yet." in text(page)
    assert 'value="555-0177"' in page.content.decode()
    assert 'name="name" value="Dana Rivera"' in page.content.decode()
    assert 'name="initial-email" value="dana@example.org"' in page.content.decode()
    assert visitor.post(path, typed).status_code == 302
    assert Election.objects.get().contact["phone"] == "555-0177"
    assert CookieRow.objects.count() == 0
    assert "it isn’t saved yet" not in text(visitor.get(path))


def test_only_pages_of_an_election_that_there_is_are_kept(election, visitor):
    for number, pk in enumerate((uuid.uuid4(), election.pk)):
        answer = visitor.post(f"/elections/{pk}/virtual-group", {"name": "Typed"})
        assert answer["Location"].startswith("/accounts/login/?ended=out&")
        assert CookieRow.objects.count() == number
    assert "You were signed out. We kept what you typed." in text(visitor.get(answer["Location"]))


def test_what_saves_itself_is_kept_too(client, election, solo, representative, later):
    path = f"/elections/{election.pk}/practices/{solo.pk}"
    client.get(path)
    later(minutes=16)
    line = MemberClinician(npi="")
    cells = {f"line-{line.key}-npi": "1003001041", f"line-{line.key}-last_name": "Vale"}
    answer = client.post(path, cells | {"tin": "961000009"}, headers={"X-Autosave": "yes"})
    assert answer.status_code == 401
    assert answer.json()["sign_in"].startswith("/accounts/login/?ended=idle&next=%2Felections%2F")
    client.force_login(representative, backend=BACKEND)
    page = client.get(path)
    assert "We didn’t keep numbers with 9 digits. Type them again." in text(page)
    assert 'value="1003001041"' in page.content.decode()
    assert 'value="Vale"' in page.content.decode()
    assert solo.clinicians.count() == 1


def test_nobody_else_sees_it(client, election, representative, later):
    path = f"/elections/{election.pk}/virtual-group"
    other = ElectionRoleFactory(election=election, kind="collaborator").user
    client.get(path)
    later(minutes=16)
    client.post(path, {"name": "Of Dana alone"})
    for user, stands in ((other, False), (UserFactory(email="stranger@example.org"), False), (representative, True)):
        client.force_login(user, backend=BACKEND)
        assert ("Of Dana alone" in client.get(path).content.decode()) is stands
    assert "Of Dana alone" not in signed_in(representative).get(path).content.decode()


def test_no_ssn_nor_what_is_too_much_is_kept_and_a_day_later_nothing(election):
    path = f"/elections/{election.pk}/virtual-group"
    client = Client()
    answer = client.post(path, {"name": "Dana 517-44-9638", "x": "kept"})
    token = client.cookies[unsaved_pages.COOKIE].value
    assert answer.status_code == 302
    stored = unsaved_pages.read(token, path, user=1, now=clock.now())
    assert stored is not None
    assert (stored.typed, stored.left_out) == ({"x": "kept"}, ["name"])
    big = Client()
    big.post(path, {"name": "x" * unsaved_pages.MOST_CHARACTERS})
    assert unsaved_pages.COOKIE not in big.cookies
    tomorrow = clock.now() + timedelta(days=1, seconds=1)
    assert unsaved_pages.read(token, path, user=1, now=tomorrow) is None
    assert (cookie_encryption.forget_old(now=clock.now()), cookie_encryption.forget_old(now=tomorrow)) == (0, 1)
