"""Creating an account, proving an address, signing in, and choosing a new password."""

import re
import threading
from datetime import datetime, timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.forms import SignupForm
from accounts.models import User
from ground.ssn_guard import NINE_DIGITS
from notices.models import Notice
from tests.factories.people import PASSWORD, DanaFactory, UserFactory
from tests.pages import text
from tests.threads import at_once

from .conftest import prove, sign_in

pytestmark = pytest.mark.django_db


def link_in(notice: Notice):
    found = re.findall(rf"{settings.SITE_URL}(/\S+)", notice.body)
    assert len(found) == 1
    return found[0]


def test_a_person_signs_up_proves_the_address_and_signs_in(client: Client):
    answer = client.post(
        "/accounts/signup/", {"email": "Dana@Example.org", "name": "Dana Rivera", "password1": PASSWORD}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    user = User.objects.get()
    assert (user.email, user.name) == ("dana@example.org", "Dana Rivera")

    notice = Notice.objects.get()
    assert (notice.reason, notice.to, notice.subject, notice.user, notice.created_at) == (
        "account_email_confirmation_signup",
        "dana@example.org",
        "Verify your email address",
        user,
        datetime.fromisoformat("2026-12-01T10:00:00-05:00"),
    )
    link = link_in(notice)

    refused = sign_in(client)
    assert refused["Location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/").status_code == 302

    assert "Is this your email address? dana@example.org" in text(client.get(link))
    assert not EmailAddress.objects.get().verified, "opening the link alone proves nothing: mail scanners open links"
    assert Client().post(link)["Location"] == "/accounts/login/", "another browser is not signed in"
    assert EmailAddress.objects.get().verified

    assert sign_in(client, next="/accounts/email/")["Location"] == "/accounts/email/"
    assert client.get("/accounts/").status_code == 200


def test_the_browser_that_created_the_account_is_signed_in_and_led_to_where_it_was_going(client: Client):
    fields = {"email": "dana@example.org", "password1": PASSWORD, "next": "/check/keep"}
    client.post("/accounts/signup/", fields)
    assert client.post(link_in(Notice.objects.get()))["Location"] == "/check/keep"
    assert client.get("/accounts/").status_code == 200


def test_where_one_was_going_outlasts_the_wait_for_the_mail(client: Client, machine_time):
    fields = {"email": "dana@example.org", "password1": PASSWORD, "next": "/check/keep"}
    assert "/accounts/signup/?next=%2Fcheck%2Fkeep" in client.get("/accounts/login/?next=/check/keep").content.decode()
    sent = client.post("/accounts/signup/", fields, follow=True)
    assert 'href="/accounts/login/?next=/check/keep"' in sent.content.decode()
    machine_time.shift(timedelta(hours=1))
    sign_in_page = "/accounts/login/?next=%2Fcheck%2Fkeep"
    assert client.post(link_in(Notice.objects.get()))["Location"] == sign_in_page
    assert sign_in(client, next="/check/keep")["Location"] == "/check/keep"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/"])
def test_nobody_is_led_elsewhere_after_the_mail(client: Client, machine_time, wanted: str):
    client.post("/accounts/signup/", {"email": "dana@example.org", "password1": PASSWORD, "next": wanted})
    machine_time.shift(timedelta(hours=1))
    assert client.post(link_in(Notice.objects.get()))["Location"] == "/accounts/login/"


def test_a_link_that_was_used_says_that_it_did_its_work(client: Client):
    fields = {"email": "dana@example.org", "password1": PASSWORD, "next": "/check/keep"}
    client.post("/accounts/signup/", fields)
    link = link_in(Notice.objects.get())
    Client().post(link)
    for answer in (Client().get(link), Client().post(link)):
        assert answer.status_code == 200
        assert "Already verified dana@example.org is verified." in text(answer)
    assert 'href="/accounts/login/?next=%2Fcheck%2Fkeep"' in client.get(link).content.decode()
    sign_in(client)
    assert "Go to your elections" in text(client.get(link))
    EmailAddress.objects.update(verified=False)
    assert "Already verified" not in text(client.get(link))


def test_a_link_that_is_too_old_or_not_ours_verifies_nothing_and_says_so(client: Client, machine_time):
    client.post("/accounts/signup/", {"email": "dana@example.org", "password1": PASSWORD})
    link = link_in(Notice.objects.get())
    Client().post(link)
    assert "This link doesn’t work" in text(client.get(f"{link[:-2]}x/"))
    machine_time.shift(timedelta(days=3, minutes=1))
    assert "This link doesn’t work" in text(client.get(link))


def test_an_address_that_has_an_account_is_told_by_mail_alone(client: Client):
    DanaFactory()
    known = client.post("/accounts/signup/", {"email": "dana@example.org", "password1": PASSWORD})
    unknown = Client().post("/accounts/signup/", {"email": "lee@example.org", "password1": PASSWORD})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert list(Notice.objects.order_by("pk").values_list("to", "subject")) == [
        ("dana@example.org", "You already have an account"),
        ("lee@example.org", "Verify your email address"),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ups_at_one_moment_one_makes_the_account_and_both_are_answered_alike(monkeypatch):
    both, save = threading.Barrier(2), SignupForm.save

    def save_together(form, request):
        both.wait(30)  # each has seen by now that no one has the address
        return save(form, request)

    monkeypatch.setattr(SignupForm, "save", save_together)
    browsers = [Client(), Client()]
    fields = {"email": "dana@example.org", "password1": PASSWORD}
    answers = at_once(*(partial(browser.post, "/accounts/signup/", fields) for browser in browsers))
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/accounts/confirm-email/")] * 2
    first, second = (text(browser.get("/accounts/confirm-email/")) for browser in browsers)
    assert "We emailed a link to dana@example.org." in first
    assert first == second
    assert (User.objects.get().email, EmailAddress.objects.get().verified) == ("dana@example.org", False)
    assert [notice.subject for notice in Notice.objects.all()] == ["Verify your email address"], "the link, once"


def test_a_name_that_may_be_a_social_security_number_is_refused_and_forgotten(client: Client):
    answer = client.post("/accounts/signup/", {"email": "a@example.org", "name": "123-45 6789", "password1": PASSWORD})
    assert answer.status_code == 200
    assert answer.context["form"].errors == {"name": [NINE_DIGITS]}
    assert "123-45 6789" not in answer.content.decode()
    assert 'value="a@example.org"' in answer.content.decode()
    assert not User.objects.exists()


def test_a_short_password_is_refused_and_the_rest_is_kept(client: Client):
    answer = client.post("/accounts/signup/", {"email": "a@example.org", "name": "Ada", "password1": "short"})
    assert answer.context["form"].errors == {
        "password1": ["This password is too short. It must contain at least 12 characters."]
    }
    assert 'value="Ada"' in answer.content.decode()
    assert not User.objects.exists()


def test_wrong_password_says_the_same_for_every_address(client: Client):
    DanaFactory()
    for email in ("dana@example.org", "nobody@example.org"):
        answer = sign_in(client, email, "wrong password")
        assert answer.context["form"].non_field_errors() == [
            "The email address or the password isn’t right. Check both and try again."
        ]


def test_ten_wrong_passwords_close_the_door_for_a_while(client: Client):
    DanaFactory()
    for _ in range(10):
        sign_in(client, password="wrong password")
    answer = sign_in(client)
    assert answer.context["form"].non_field_errors() == ["Too many failed attempts. Wait 5 minutes, then try again."]


def test_a_forgotten_password_is_chosen_anew_through_a_link_that_works_once(client: Client):
    DanaFactory()
    assert client.post("/accounts/password/reset/", {"email": "dana@example.org"})["Location"] == (
        "/accounts/password/reset/done/"
    )
    link = link_in(Notice.objects.get(reason="account_password_reset_key"))
    form = client.get(link)
    assert form["Location"].endswith("-set-password/"), "the token does not stay in the address"
    chosen = {"password1": "a new long password", "password2": "a new long password"}
    assert client.post(form["Location"], chosen)["Location"] == "/accounts/password/reset/key/done/"
    assert "This link doesn’t work" in text(Client().get(link))
    assert sign_in(client, password=PASSWORD).status_code == 200
    assert sign_in(client, password="a new long password").status_code == 302
    assert list(Notice.objects.order_by("pk").values_list("subject", flat=True)) == [
        "Choose a new password",
        "Your password was changed with a link",
    ]


def test_an_unknown_address_gets_the_same_page_and_a_mail_that_says_so(client: Client):
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert answer["Location"] == "/accounts/password/reset/done/"
    assert Notice.objects.get().subject == "No account with this email address"


def test_an_address_is_added_verified_made_the_main_one_and_the_old_one_removed(client: Client):
    user = DanaFactory()
    sign_in(client)
    held = client.post("/accounts/email/", {"email": "office@example.org", "action_add": ""})
    assert held["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
    assert not Notice.objects.exists()
    client.post(held["Location"], {"password": PASSWORD, "next": "/accounts/email/"})
    client.post(link_in(Notice.objects.get(to="office@example.org")))
    client.post("/accounts/email/", {"email": "office@example.org", "action_primary": ""})
    client.post("/accounts/email/", {"email": "dana@example.org", "action_remove": ""})
    user.refresh_from_db()
    assert user.email == "office@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("office@example.org", True, True)
    ]


def test_an_account_that_took_an_address_and_never_proved_it_gives_way(client: Client, machine_time):
    DanaFactory()
    Client().post("/accounts/signup/", {"email": "office@example.org", "password1": PASSWORD})
    machine_time.shift(timedelta(minutes=4))  # one link to an address in three minutes
    sign_in(client)
    prove(client)
    client.post("/accounts/email/", {"email": "office@example.org", "action_add": ""})
    client.post(link_in(Notice.objects.filter(to="office@example.org").latest("pk")))
    client.post("/accounts/email/", {"email": "office@example.org", "action_primary": ""})
    assert list(User.objects.values_list("email", flat=True)) == ["office@example.org"]


def test_a_name_is_changed_on_the_account_page(client: Client):
    user = DanaFactory()
    sign_in(client)
    assert client.post("/accounts/", {"name": "Dana Rivera"})["Location"] == "/accounts/"
    user.refresh_from_db()
    assert user.name == "Dana Rivera"
    answer = client.post("/accounts/", {"name": "987654321"})
    assert "987654321" not in answer.content.decode()
    user.refresh_from_db()
    assert user.name == "Dana Rivera"


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/email/", "/accounts/2fa/", "/accounts/password/change/"])
def test_opening_a_page_writes_nothing(client: Client, path: str):
    DanaFactory()
    sign_in(client)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")] == []


PUBLIC = {
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/confirm-email/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
}


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_public_pages_open_to_nobody(client: Client, path: str):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/staff/",
        "/accounts/reauthenticate/",
    ],
)
def test_other_pages_send_nobody_to_sign_in_and_back(client: Client, path: str):
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_nobody_is_talked_into_giving_their_address_to_a_strangers_account(client: Client):
    UserFactory(email="stranger@example.org")
    stranger = Client()
    sign_in(stranger, "stranger@example.org")
    prove(stranger)
    stranger.post("/accounts/email/", {"email": "owner@example.org", "action_add": ""})
    link = link_in(Notice.objects.get(to="owner@example.org"))

    assert "If someone else did, that person could act here as you." in text(client.get(link))
    answer = client.post(link, follow=True)

    assert "Sign in to the account where you added owner@example.org." in text(answer)
    assert not EmailAddress.objects.get(email="owner@example.org").verified
    stranger.post(link)
    assert EmailAddress.objects.get(email="owner@example.org").verified
