"""Who signs for a practice is named on its own page, as soon as it is listed, and until that person is asked."""

import pytest

from agreements.models import Agreement, Party, SigningRequest
from elections.models import Event
from notices.models import Notice
from tests.elections.steps import as_typed
from tests.factories.elections import ElectionFactory
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.signing import ask_to_sign, named
from tests.pages import text

pytestmark = pytest.mark.django_db
NOBODY = {"executed_on": None, "signer_name": "", "signer_title": "", "signer_email": ""}
MARIA = {"signer_name": "Maria Lopez", "signer_email": "Maria@Lakeside.example"}
AS_KEPT = ("Maria Lopez", "maria@lakeside.example")


@pytest.fixture
def election(cms_data):
    """Return a draft of two practices; nobody was named to sign."""
    election = ElectionFactory()
    Party.objects.update(**NOBODY)
    Agreement.objects.update(acknowledged=False, acknowledged_at=None)
    return election


@pytest.fixture
def lakeside(election):
    return election.members.get(name=GROUP.name)


@pytest.fixture
def address(election, lakeside):
    return f"/elections/{election.pk}/practices/{lakeside.pk}"


def signer(member):
    return Party.objects.values_list("signer_name", "signer_email").get(member=member)


def typed(**more):
    return {"name": GROUP.name, "tin_kind": "EIN", "tin": GROUP.tin} | more


def test_who_is_named_with_the_practice_is_there_when_the_links_are_sent(election, lakeside, address, client):
    page = client.get(address).content.decode()
    assert "Who will sign for the practice (optional for now)" in page
    assert client.post(address, typed(**MARIA)).headers["Location"].endswith(f"practice={lakeside.pk}")
    assert (signer(lakeside), signer(election.members.get(name=SOLO.name))) == (AS_KEPT, ("", ""))
    context = client.get(f"/elections/{election.pk}/").context
    assert [task.state for task in context["tasks"] if task.page == "agreement"] == ["not started"]
    assert (Notice.objects.count(), Event.objects.filter(election=election).exclude(verb="start").count()) == (0, 0)
    client.post(f"/elections/{election.pk}/signing/begin")
    board = client.get(f"/elections/{election.pk}/signing")
    assert 'value="maria@lakeside.example"' in board.content.decode()
    assert 'value="Maria Lopez"' in board.content.decode()


def test_who_signs_is_named_while_the_practice_is_added(election, client):
    added = as_typed(OTHER) | MARIA
    answer = client.post(f"/elections/{election.pk}/practices/add", added | {"another": "yes"})
    assert answer.headers["Location"] == f"/elections/{election.pk}/practices/add"
    assert "Saved. Old Mill Clinic: nothing to fix." in text(client.get(answer.headers["Location"]))
    assert signer(election.members.get(name=OTHER.name)) == AS_KEPT


def test_a_bad_address_is_said_and_the_practice_is_there_once(election, client):
    path = f"/elections/{election.pk}/practices/add"
    key = {"key": "11111111-1111-4111-8111-111111111111"}
    page = text(client.post(path, as_typed(OTHER) | MARIA | key | {"signer_email": "maria@"}))
    assert "Error: Enter an email address like name@example.org." in page
    assert "Saved, except for what is marked below." in page
    client.post(path, as_typed(OTHER) | MARIA | key)
    assert signer(election.members.get(name=OTHER.name)) == AS_KEPT


def test_who_signs_is_kept_though_somebody_else_changed_the_practice_meanwhile(election, client):
    path, key = f"/elections/{election.pk}/practices/add", {"key": "11111111-1111-4111-8111-111111111111"}
    client.post(path, as_typed(OTHER) | key)
    members = election.members.filter(key=key["key"])
    members.update(name="Old Mill, renamed")
    answer = client.post(path, as_typed(OTHER) | key | MARIA | {"name": "Old Mill East", "initial-name": OTHER.name})
    assert "saved “Old Mill, renamed” here" in text(answer)
    assert (members.get().name, signer(members.get())) == ("Old Mill, renamed", AS_KEPT)


def test_the_page_saves_them_by_itself_and_never_over_what_somebody_else_saved(lakeside, address, client):
    auto = {"headers": {"X-Autosave": "yes"}}
    told = client.post(address, {"signer_name": "Maria Lopez", "initial-signer_name": ""}, **auto).json()
    assert (told["errors"], told["refused"], signer(lakeside)) == ({}, [], ("Maria Lopez", ""))
    told = client.post(address, {"signer_name": "Mo Lake", "initial-signer_name": ""}, **auto).json()
    assert (told["overtaken"], signer(lakeside)) == ({"signer_name": "Maria Lopez"}, ("Maria Lopez", ""))


def test_what_is_no_address_is_said_and_the_rest_is_saved(lakeside, address, client):
    answer = client.post(address, typed(name="Lakeside East", signer_name="Maria Lopez", signer_email="maria"))
    assert "Enter an email address like name@example.org." in text(answer)
    assert 'value="maria"' in answer.content.decode()
    lakeside.refresh_from_db()
    assert (lakeside.name, signer(lakeside)) == ("Lakeside East", ("Maria Lopez", ""))


def test_who_was_asked_is_not_changed_by_a_page_left_open(election, lakeside, address, client):
    ask_to_sign(election)
    asked = tuple(named(election)[f"practice-{lakeside.pk}-signer_{field}"] for field in ("name", "email"))
    assert "optional for now" not in text(client.get(address))
    answer = client.post(address, typed(name="Lakeside East", **MARIA))
    assert "This signer was not saved. A link to sign was sent for this practice" in text(answer)
    assert ('value="Maria Lopez"' in answer.content.decode(), signer(lakeside)) == (True, asked)
    told = client.post(address, {"signer_name": "Maria"}, headers={"X-Autosave": "yes"}).json()
    assert (list(told["errors"]), signer(lakeside)) == (["signer_name"], asked)
    lakeside.refresh_from_db()
    assert lakeside.name == "Lakeside East"
    left = {"signer_name": "", "initial-signer_name": "", "signer_email": "", "initial-signer_email": ""}
    assert client.post(address, typed(**left)).headers["Location"].endswith(f"practice={lakeside.pk}")
    assert SigningRequest.objects.filter(party=lakeside.party, revoked_at=None).get().email == asked[1]


def test_who_signed_on_paper_is_changed_on_the_page_of_paper_alone(lakeside, address, client):
    Party.objects.filter(pk=lakeside.party_id).update(executed_on="2026-11-10", signer_name="Sam Okafor")
    assert "optional for now" not in text(client.get(address))
    assert "This signer was not saved. The date that this practice signed" in text(client.post(address, typed(**MARIA)))
    assert signer(lakeside) == ("Sam Okafor", "")


def test_a_full_ssn_is_not_kept_as_who_signs(lakeside, address, client):
    answer = client.post(address, typed(signer_name="Maria 123-45-6789", signer_email=MARIA["signer_email"]))
    assert "123-45-6789" not in answer.content.decode()
    assert signer(lakeside)[0] == ""
