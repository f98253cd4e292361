"""An invited person without an account: the link proves the address it went to, once, and no other."""

import re
import threading
from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import AddressPeriod, User
from accounts.proved_addresses import has_account
from elections.models import Election, ElectionRole, Invitation
from elections.people import actions
from ground import clock
from ground.ssn_guard import NINE_DIGITS
from notices.models import Notice
from tests.factories.elections import ElectionFactory
from tests.factories.people import PASSWORD, UserFactory, signed_in
from tests.pages import text
from tests.threads import at_once

pytestmark = pytest.mark.django_db
ROBIN = "robin@example.org"


@pytest.fixture
def link(election, representative):
    """What went to Robin Vale alone."""
    return invite(election, representative)


def invite(election, by, kind="collaborator", email=ROBIN):
    actions.invite(election.pk, email=email, kind=kind, by=by, now=clock.now())
    [found] = re.findall(r"/elections/invitations/\S+", Notice.objects.filter(to=email).latest("pk").body)
    return str(found)


def create(browser, link, **fields):
    return browser.post(f"{link}/account", {"name": "Robin Vale", "password1": PASSWORD} | fields, follow=True)


def test_who_was_invited_chooses_a_password_and_is_in_the_election(election, link, visitor):
    page = visitor.get(link)
    assert "this link shows that the email address is yours" in text(page)
    assert f'href="{link}/account"' in page.content.decode()
    assert f"You sign in with {ROBIN} . It is verified" in text(visitor.get(f"{link}/account"))
    assert not User.objects.filter(email=ROBIN).exists(), "opening the pages does nothing"

    answer = create(visitor, link)

    assert answer.redirect_chain[-1][0] == f"/elections/{election.pk}/"
    assert "You accepted. This is the election." in text(answer)
    robin = User.objects.get(email=ROBIN)
    assert (robin.name, robin.verified_addresses, robin.check_password(PASSWORD)) == ("Robin Vale", [ROBIN], True)
    assert ElectionRole.objects.get(user=robin).kind == "collaborator"
    assert AddressPeriod.objects.filter(user=robin, address=ROBIN, ended_at=None).count() == 1
    mails = list(Notice.objects.filter(to=ROBIN).order_by("pk").values_list("reason", flat=True))
    assert mails == ["election invited", "account_account_created"], "no address is verified twice"
    assert "Then choose a new password here" in Notice.objects.latest("pk").body


def test_who_is_to_represent_the_group_does_as_soon_as_the_account_is_there(election, representative, visitor):
    answer = create(visitor, invite(election, representative, "representative"))
    assert "The representative’s phone is still “555-0100”." in text(answer)
    assert Election.objects.get().contact["email"] == ROBIN


def test_a_link_makes_one_account_and_then_nothing(link, visitor, representative):
    create(visitor, link)
    again = create(Client(), link, name="Mallory")
    assert "This invitation was already answered." in text(again)
    EmailAddress.objects.filter(email=ROBIN).delete()
    User.objects.filter(email=ROBIN).update(email="robin@new.example")
    create(Client(), link, name="Mallory")
    assert not User.objects.filter(name="Mallory").exists(), "nor once the address is free again"


@pytest.mark.django_db(transaction=True)
def test_two_invitations_opened_at_one_moment_make_one_account(election, representative, monkeypatch):
    other = ElectionFactory(by=representative, name="Other Group")
    links = [invite(election, representative), invite(other, representative)]
    both = threading.Barrier(2)

    def look_together(email):
        found = has_account(email)
        both.wait(30)
        return found

    monkeypatch.setattr(actions, "has_account", look_together)
    said = [text(answer) for answer in at_once(*(partial(create, Client(), link) for link in links))]
    refused = f"An account for {ROBIN} was created at the same moment. Try again."
    assert sorted((refused in page, "You accepted." in page) for page in said) == [(False, True), (True, False)]
    assert User.objects.filter(email=ROBIN).count() == ElectionRole.objects.filter(user__email=ROBIN).count() == 1
    assert Invitation.objects.filter(answered_at=None).count() == 1


def test_it_proves_no_other_address(link, visitor):
    create(visitor, link, email="owner@example.org", login="owner@example.org")
    assert not User.objects.filter(email="owner@example.org").exists()
    assert not EmailAddress.objects.filter(email="owner@example.org").exists()


@pytest.mark.parametrize("closed", ["revoked", "expired", "replaced", "guessed", "declined"])
def test_a_link_that_is_closed_makes_no_account(election, link, representative, visitor, set_clock, closed):
    invitation = Invitation.objects.get()
    if closed == "revoked":
        actions.revoke(election.pk, invitation.pk, by=representative, now=clock.now())
    elif closed == "expired":
        set_clock((invitation.expires_at + timedelta(seconds=1)).isoformat())
    elif closed == "replaced":
        invite(election, representative)
    elif closed == "declined":
        visitor.post(link, {"decline": "yes"})
    else:
        link = "/elections/invitations/guessed"
    visitor.get(f"{link}/account")
    answer = create(visitor, link)
    assert answer.status_code == (404 if closed == "guessed" else 410)
    assert not User.objects.filter(email=ROBIN).exists()


def test_an_address_that_has_an_account_signs_in(link, visitor):
    UserFactory(email=ROBIN, name="Robin Vale")
    page = visitor.get(link)
    assert "Sign in to accept" in text(page)
    assert f"{link}/account" not in page.content.decode()
    create(visitor, link, password1="another long password")
    assert not User.objects.get(email=ROBIN).check_password("another long password")
    answer = visitor.post(link, {"accept": "yes"})
    assert answer.headers["Location"].startswith("/accounts/login/?next=%2Felections%2Finvitations%2F")


def test_one_who_is_signed_in_gets_no_second_address_by_a_link(link):
    other = UserFactory(email="mallory@example.org")
    create(signed_in(other), link)
    assert other.verified_addresses == ["mallory@example.org"]
    assert not User.objects.filter(email=ROBIN).exists()


def test_an_account_that_took_the_address_and_never_proved_it_gives_way(link, visitor):
    Client().post("/accounts/signup/", {"email": ROBIN, "name": "Mallory", "password1": "a squatter's password"})
    create(visitor, link)
    [robin] = User.objects.filter(email=ROBIN)
    assert (robin.name, robin.check_password("a squatter's password")) == ("Robin Vale", False)


def test_an_address_that_another_account_only_added_stays_unproved_there(link, visitor):
    other = UserFactory(email="mallory@example.org")
    EmailAddress.objects.create(user=other, email=ROBIN, verified=False)
    create(visitor, link)
    assert User.objects.get(email=ROBIN).verified_addresses == [ROBIN]
    assert User.objects.get(pk=other.pk).verified_addresses == ["mallory@example.org"]


def test_an_account_is_not_made_where_accepting_is_refused(election, representative, visitor):
    link = invite(election, representative, "representative")
    Election.objects.update(representative_email="kim@example.org")
    answer = create(visitor, link)
    assert "no longer represents this virtual group" in text(answer)
    assert not User.objects.filter(email=ROBIN).exists()


def test_a_common_password_and_nine_digits_are_refused(link, visitor):
    refused = create(visitor, link, password1="password1234")
    assert refused.context["form"].errors == {"password1": ["This password is too common."]}
    assert 'value="Robin Vale"' in refused.content.decode()
    refused = create(visitor, link, name="123-45 6789")
    assert refused.context["form"].errors == {"name": [NINE_DIGITS]}
    assert "6789" not in refused.content.decode()
    assert not User.objects.filter(email=ROBIN).exists()
