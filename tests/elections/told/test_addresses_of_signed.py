"""Who is told in a signer's place, of an election that was signed here and submitted."""

import pytest
from django.test import Client

from agreements.models import Signature
from elections.models import Election
from elections.signing.signing_emails import ask_again
from ground import clock
from tests.factories.elections import complete
from tests.factories.signing import acknowledge, alter, ask_another, link_to, sign_all, sign_and_submit, stands
from tests.factories.told import give_addresses, newly_told
from tests.pages import text

from .test_addresses import DANA, GWEN, SOL, SUE, give, resubmitting, shows, withdrawing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def signed_once(asked_to_sign: Election) -> Election:
    """An election signed here and submitted."""
    sign_and_submit(asked_to_sign)
    return asked_to_sign


@pytest.fixture
def signed(signed_once: Election, db: None) -> Election:
    """The same as it was submitted; what a test changes is taken back."""
    return Election.objects.get(pk=signed_once.pk)


def test_a_signer_who_signed_here_hears_on_where_the_practices_then_sign_elsewhere(signed, client):
    client.post(f"/elections/{signed.pk}/signing/end")
    give_addresses(signed, "", "")
    complete(signed)
    assert resubmitting(signed) == {DANA: ["submitted"], SOL: ["signer_revised"], GWEN: ["signer_revised"]}
    assert shows(SOL) == 200


def test_an_address_can_be_given_for_a_practice_that_signed_here_and_its_signature_stays(signed, client):
    before = stands(signed).sha256
    page = text(client.get(f"/elections/{signed.pk}/told"))
    assert "Change the address for Quiet Harbor Medicine" in page
    assert "The practice’s signature stays." in text(client.get(f"/elections/{signed.pk}/told/0"))
    typed = {"name": "Sue Harbor", "email": SUE, "submission": 1}
    with newly_told() as heard:
        said = text(client.post(f"/elections/{signed.pk}/told/0", typed, follow=True))
    assert "An email is on its way to sue@example.org." in said
    assert heard == {SUE: ["signer_submitted"], SOL: ["signer_replaced"]}
    assert stands(signed).sha256 == before
    assert (shows(SUE), shows(SOL)) == (200, 410)
    assert resubmitting(signed) == {DANA: ["submitted"], SUE: ["signer_revised"], GWEN: ["signer_revised"]}


def test_by_a_link_that_shows_what_was_submitted_nothing_is_signed(signed):
    give(signed)
    alter(signed, "text")
    link, before = link_to(SUE), Signature.objects.count()
    answer = Client().get(link)
    assert answer.status_code == 410
    assert "This link shows what was submitted for the practice. You can’t sign with it." in text(answer)
    with newly_told() as heard:
        ask_again(Election.objects.get(pk=signed.pk), by=None, now=clock.now())
    assert heard == {SOL: ["sign_again"], GWEN: ["sign_again"]}
    sign_all(signed)
    assert Signature.objects.count() == before + 2
    acknowledge(signed)
    assert resubmitting(signed)[SUE] == ["signer_revised"]


def test_who_is_asked_in_a_revised_draft_takes_the_place_at_once(signed, client):
    alter(signed, "text")
    with newly_told() as heard:
        ask_another(client, signed, "Sue Harbor", SUE)
    assert heard == {SUE: ["ask_to_sign"], SOL: ["signer_replaced"]}
    assert (shows(SUE), shows(SOL)) == (200, 410)
    assert withdrawing(signed) == {DANA: ["withdrawn"], SUE: ["signer_withdrawn"], GWEN: ["signer_withdrawn"]}
