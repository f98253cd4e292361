"""A practice gets another practice's TIN: its signer stays as typed, and hears nothing until someone says who signs."""

import pytest

from agreements.models import Agreement, Party
from elections.models import Election, Event
from elections.practices.other_tins import is_another
from elections.signing.asking import ask, begin, replace
from elections.verbs import Refused
from ground import clock
from tests.factories.elections import ElectionFactory, submit
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.told import give_addresses, newly_told
from tests.pages import text

pytestmark = pytest.mark.django_db

SOL, GWEN = "sol@example.org", "gwen@example.org"
NEW_TIN = "974218350"
QUESTION = "Is the signer still the same?"
TO_FIX = (
    "You changed the TIN of Lakeside Family Practice. Say whether Maria Lopez, gwen@example.org still signs for it."
)
YES = "Yes, the same signer"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("961000002", "961000002", False),
        ("961000002", "961000003", False),
        ("961000002", "961000020", False),
        ("961000002", "96100002", False),
        ("96100002", "961000002", False),
        ("961000002", "9610000002", False),
        ("", "961000002", False),
        ("961000002", "", True),
        ("961000002", "961000033", True),
        ("961000002", "691000003", True),
        ("961000002", NEW_TIN, True),
        ("9", "", False),
    ],
)
def test_one_slip_that_is_mended_leaves_the_practice_the_same(before, after, expected):
    assert is_another(before, after) is expected


@pytest.fixture
def election(cms_data) -> Election:
    """A draft that lacks nothing; its practices signed on paper, and both signers have an address."""
    election = ElectionFactory(practices=(SOLO, GROUP))
    give_addresses(election, SOL, GWEN)
    Party.objects.filter(signer_email=GWEN).update(signer_name="Maria Lopez")
    return election


@pytest.fixture
def lakeside(election):
    return election.members.get(name=GROUP.name)


@pytest.fixture
def address(election, lakeside):
    return f"/elections/{election.pk}/practices/{lakeside.pk}"


def change(client, address, tin, **more):
    """Type another TIN on a practice's page, as a person or as the page that saves itself."""
    return client.post(address, {"name": GROUP.name, "tin_kind": "EIN", "tin": tin}, **more)


def signer(lakeside):
    return Party.objects.values_list("signer_name", "signer_email").get(member=lakeside)


def test_the_page_asks_and_keeps_what_was_typed(election, lakeside, address, client):
    assert client.get(address).context["is_asked"] is False
    said = change(client, address, NEW_TIN, follow=True)
    assert said.context["is_asked"] is True
    assert QUESTION in text(said)
    assert signer(lakeside) == ("Maria Lopez", GWEN)
    assert TO_FIX in text(client.get(f"/elections/{election.pk}/practices"))
    assert TO_FIX in text(client.get(f"/elections/{election.pk}/review"))
    assert "Needs attention (1)" in text(client.get(f"/elections/{election.pk}/"))


def test_the_question_is_the_next_step(election, address, client):
    change(client, address, NEW_TIN)
    context = client.get(f"/elections/{election.pk}/").context
    assert (context["step"].label, context["step_address"]) == (f"Say who signs for {GROUP.name}", address)


def test_a_page_that_saves_itself_is_told_to_ask(lakeside, address, client):
    auto = {"HTTP_X_AUTOSAVE": "1"}
    assert change(client, address, "961000012", **auto).json()["asked"] is False
    answer = change(client, address, NEW_TIN, **auto).json()
    assert (answer["asked"], answer["errors"], answer["refused"]) == (True, {}, [])
    assert client.get(address).context["is_asked"] is True


def test_no_signer_of_another_practice_is_told(election, lakeside, address, client):
    change(client, address, NEW_TIN)
    Agreement.objects.update(acknowledged=True)  # again, as its party has another TIN
    with newly_told() as heard, pytest.raises(Refused, match=r"Maria Lopez, gwen@example\.org still signs for it"):
        submit(election)
    assert heard == {}
    client.post(f"{address}/signer")
    with newly_told() as heard:
        submit(election)
    assert heard == {"dana@example.org": ["submitted"], SOL: ["signer_submitted"], GWEN: ["signer_submitted"]}


def test_the_answer_is_written_down_once_and_says_who(election, address, client, representative):
    change(client, address, NEW_TIN)
    for _ in range(2):
        assert "Saved. The signer of Lakeside Family Practice is the same." in text(
            client.post(f"{address}/signer", follow=True)
        )
    assert client.get(address).context["is_asked"] is False
    told = Event.objects.filter(verb__in=["other_tin", "same_signer"]).order_by("pk")
    assert [(event.sentence, event.by) for event in told] == [
        ("The TIN of a practice became another one: Lakeside Family Practice", representative),
        ("The signer of a practice stayed, with its new TIN: Lakeside Family Practice", representative),
    ]
    assert not any(word in str(event.details) for event in told for word in (GWEN, "Maria", NEW_TIN, GROUP.tin))


def test_a_tin_that_is_cleared_first_is_asked_about_too(address, client):
    for tin in ("", NEW_TIN):
        change(client, address, tin)
        assert client.get(address).context["is_asked"] is True


def test_another_signer_is_an_answer(election, lakeside, address, client):
    change(client, address, NEW_TIN)
    typed = {f"practice-{lakeside.pk}-signer_name": "Nora Vega", f"practice-{lakeside.pk}-signer_email": ""}
    client.post(f"/elections/{election.pk}/agreement/paper", typed)
    assert signer(lakeside) == ("Nora Vega", "")
    assert client.get(address).context["is_asked"] is False
    assert "still signs for it" not in text(client.get(f"/elections/{election.pk}/review"))


def test_without_a_signer_nothing_is_asked(lakeside, address, client):
    Party.objects.filter(member=lakeside).update(signer_name="", signer_email="")
    change(client, address, NEW_TIN)
    assert client.get(address).context["is_asked"] is False
    assert not Event.objects.filter(verb="other_tin").exists()


def test_no_link_to_sign_is_sent_before_the_answer(election, lakeside, address, client, representative):
    Party.objects.filter(signer_email=SOL).update(signer_name="Sol Vega")
    begin(election.pk, by=representative, now=clock.now())
    change(client, address, NEW_TIN)
    sent = {"by": representative, "now": clock.now()}
    with newly_told() as heard:
        assert ask(election.pk, **sent) == 1
        with pytest.raises(Refused, match=r"Maria Lopez, gwen@example\.org still signs for it"):
            ask(election.pk, **sent)
    assert heard == {SOL: ["ask_to_sign"]}
    with newly_told() as heard:
        replace(election.pk, lakeside.pk, name="Maria Lopez", email=GWEN, **sent)
    assert heard == {GWEN: ["ask_to_sign"]}
    assert client.get(address).context["is_asked"] is False


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_whatever_is_asked(cms_data, client, count, django_assert_num_queries):
    election = ElectionFactory(practices=(SOLO, GROUP, OTHER))
    give_addresses(election, *[f"signer{number}@example.org" for number in range(3)])
    for number, member in enumerate(election.members.all()[:count], start=1):
        change(client, f"/elections/{election.pk}/practices/{member.pk}", f"{number}7421835{number}")
    client.get("/elections/")
    with django_assert_num_queries(13):
        page = text(client.get(f"/elections/{election.pk}/practices"))
    assert page.count("still signs for it.") == count
