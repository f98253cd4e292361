"""Full TINs on the page to review: for the representative who asks, for who typed them, and for no one else."""

import pytest

from tests.elections.steps import as_typed
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO
from tests.pages import text

pytestmark = pytest.mark.django_db

SHOW, HIDE = "Show full TINs", "Hide full TINs"
FULL = [f"{made.tin[:2]}-{made.tin[2:]}" for made in (SOLO, GROUP)]


def shown(answer) -> list[str]:
    """Return which full TINs a page has, in whichever shape."""
    return [tin for tin in (*FULL, SOLO.tin, GROUP.tin) if tin in answer.content.decode()]


def test_the_representative_asks_for_them_and_puts_them_away(election, client):
    review = f"/elections/{election.pk}/review"
    page = client.get(review)
    assert (SHOW in text(page), shown(page)) == (True, [])
    answer = client.post(f"{review}/full-tins")
    assert (answer.status_code, shown(answer)) == (200, FULL)
    assert (SHOW in text(answer), HIDE in text(answer)) == (False, True)
    assert {"no-store", "private"} <= set(answer["Cache-Control"].replace(" ", "").split(","))
    assert shown(client.get(review)) == []
    assert client.get(f"{review}/full-tins").url == review  # after signing in again


def test_one_can_submit_from_the_page_that_shows_them(election, client):
    answer = client.post(f"/elections/{election.pk}/review/full-tins")
    assert f'action="/elections/{election.pk}/review"' in answer.content.decode()
    fields = {"confirm": "CONFIRM", "fingerprint": answer.context["form"].initial["fingerprint"]}
    sent = client.post(f"/elections/{election.pk}/review", fields)
    assert sent.headers["Location"] == f"/elections/{election.pk}/receipt/1"
    assert shown(client.get(sent.headers["Location"])) == []


def test_of_a_social_security_number_there_are_the_last_six_digits(cms_data, client):
    election = ElectionFactory(practices=(SOLO, BY_SSN))
    said = text(client.post(f"/elections/{election.pk}/review/full-tins"))
    assert f"SSN last 6 digits: {BY_SSN.tin} ·" in said


def test_one_that_is_not_finished_is_shown_as_it_was_typed(election, client):
    client.post(f"/elections/{election.pk}/practices/add", as_typed(BY_SSN, tin_kind="", tin="", name="New"))
    assert "3. New no TIN yet ·" in text(client.post(f"/elections/{election.pk}/review/full-tins"))


def test_who_works_on_it_sees_those_they_typed_and_no_other(election, client):
    collaborator = ElectionRoleFactory(election=election, kind="collaborator").user
    browser = signed_in(collaborator)
    browser.post(f"/elections/{election.pk}/practices/add", as_typed(OTHER))
    review = f"/elections/{election.pk}/review"
    assert SHOW in text(browser.get(review))
    answer = browser.post(f"{review}/full-tins").content.decode()
    assert [tin in answer for tin in ("96-1000003", *FULL)] == [True, False, False]
    member = election.members.get(name=OTHER.name)
    client.post(f"/elections/{election.pk}/practices/{member.pk}", as_typed(OTHER, tin="974218350"))
    assert SHOW not in text(browser.get(review))
    assert browser.post(f"{review}/full-tins").status_code == 403


def test_the_representative_is_not_refused_before_there_are_tins(client, cms_data):
    review = f"/elections/{ElectionFactory(practices=()).pk}/review"
    assert client.post(f"{review}/full-tins").status_code == 200
    assert client.get(f"{review}/full-tins").url == review


def test_no_one_else_can_ask(election, visitor, reviewer):
    address = f"/elections/{election.pk}/review/full-tins"
    for kind in ("collaborator", "viewer"):
        browser = signed_in(ElectionRoleFactory(election=election, kind=kind).user)
        assert SHOW not in text(browser.get(f"/elections/{election.pk}/review"))
        answer = browser.post(address)
        assert (answer.status_code, shown(answer)) == (403, [])
    assert [signed_in(who).post(address).status_code for who in (UserFactory(), reviewer)] == [404, 404]
    assert visitor.post(address).headers["Location"].startswith("/accounts/login/")
