"""The call sheet: who has not signed, what to say, where they find the email; no link and no TIN."""

import pytest

from agreements.models import SigningRequest
from elections.models import Election
from elections.signing.rooms import MOST_REFUSED
from notices.models import Notice, NoticeState
from tests.factories.elections import ElectionRoleFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.signing import Signer, ask_another, link_to, sign_all, to_be_signed
from tests.pages import text

pytestmark = pytest.mark.django_db


def sheet(election, client):
    return text(client.get(f"/elections/{election.pk}/signing/calls"))


def test_it_says_who_what_and_where_for_those_who_have_not_signed(election, sol, client):
    Notice.objects.filter(to="gwen@example.org").update(state=NoticeState.SENT, sent_at="2026-12-01T15:05:00Z")
    assert "Call sheet to print" in text(client.get(f"/elections/{election.pk}/signing"))
    sol.sign()
    said = sheet(election, client)
    assert "1 practice has not signed." in said
    assert "Gwen Lake , gwen@example.org" in said
    found = (
        "“Please sign for Lakeside Family Practice: Harbor Group”, from Virtual Group Elections <no-reply@localhost>"
    )
    assert f"{found}, Dec 1, 2026, 10:05 a.m. ET: sent" in said
    assert "Can you open the link in it, and sign or say what is wrong?" in said
    assert SOLO.name not in said
    sign_all(election)
    assert "There is no one to call." in sheet(election, client)
    assert "Call sheet to print" not in text(client.get(f"/elections/{election.pk}/signing"))


def test_no_link_and_no_tin_stand_on_it_and_a_viewer_may_print_it(election):
    viewer, stranger = UserFactory(email="vic@example.org"), UserFactory(email="sam@example.org")
    ElectionRoleFactory(election=election, user=viewer)
    address = f"/elections/{election.pk}/signing/calls"
    page = signed_in(viewer).get(address).content.decode()
    assert "Sol Harbor" in page
    tokens = [link_to(email).removeprefix("/sign/") for email in ("sol@example.org", "gwen@example.org")]
    assert [secret for secret in (*tokens, "/sign/", SOLO.tin, GROUP.tin) if secret in page] == []
    assert signed_in(stranger).get(address).status_code == 404


def test_what_to_say_follows_what_happened(election, client, sol):
    sol.post("decline", {"reason": "We joined another group."})
    Signer("gwen@example.org").post("correction", {"text": "Dr. Moss left."})
    said = sheet(election, client)
    assert "“You declined to sign for Quiet Harbor Medicine." in said
    assert "Their reason: We joined another group." in said
    assert "They wrote: Dr. Moss left." in said
    Notice.objects.filter(to="gwen@example.org").update(state=NoticeState.BOUNCED)
    said = sheet(election, client)
    assert "a.m. ET: did not arrive" in said
    assert "“Our email to gwen@example.org did not arrive. Which email address of your own should we use?”" in said


def test_it_suggests_to_forward_only_what_is_not_refused(election, client, sol):
    def suggested():
        said = sheet(election, client)
        return said.count("forward the request there"), said.count("decline there and say who does")

    assert suggested() == (2, 0)
    sol.post("forward", {"name": "Sue Harbor", "email": "sue@example.org"})
    assert suggested() == (1, 1)
    SigningRequest.objects.filter(email="gwen@example.org").update(refused_forwards=MOST_REFUSED)
    assert suggested() == (0, 2)


def test_it_takes_addresses_of_any_length(election, client):
    address = f"{'s' * 200}@example.org"
    ask_another(client, election, "Sol Harbor", address)
    said = sheet(election, client)
    assert f"Sol Harbor , {address}" in said
    assert "“Please sign for Quiet Harbor Medicine: Harbor Group”" in said
    Notice.objects.filter(to=address).update(key="0" * 64)  # as one of before
    assert f"Sol Harbor , {address}" in sheet(election, client)


def test_it_has_the_number_of_the_representative_and_room_for_others(election, client):
    Election.objects.filter(pk=election.pk).update(representative_phone="555-0100")
    assert "555-0100" not in sheet(election, client)
    ask_another(client, election, "Dana Rivera", election.representative_email)
    assert sheet(election, client).count("Phone 555-0100") == 1


@pytest.mark.parametrize("practices", [(SOLO,), (SOLO, GROUP, OTHER)], ids=["1", "3"])
def test_it_takes_the_same_queries_for_one_and_three(client, cms_data, practices, django_assert_num_queries):
    address = f"/elections/{to_be_signed(practices=practices).pk}/signing/calls"
    client.get(address)
    with django_assert_num_queries(11):
        client.get(address)
