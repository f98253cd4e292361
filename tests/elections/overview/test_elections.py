"""The list of a person's elections: what was checked comes first, the election with nothing in it last."""

import pytest

from elections.models import Election
from elections.sandbox import store
from ground import clock, links
from tests.factories.elections import ElectionFactory, name_group
from tests.factories.practices import SOLO
from tests.pages import text

pytestmark = pytest.mark.django_db
START = "Start an election"


def names(client):
    return [str(election.virtual_group) for election in client.get("/elections/").context["elections"]]


def test_an_election_with_nothing_in_it_comes_last_whenever_it_was_started(cms_data, client, set_clock):
    made = ElectionFactory()
    set_clock("2026-12-02T10:00:00-05:00")
    client.post("/elections/start")
    empty = "Virtual group without a name yet"
    assert names(client) == ["Harbor Group", empty]
    [new] = Election.objects.exclude(pk=made.pk)
    name_group(new, "Mill Group", by=made.started_by, now=clock.now())
    assert names(client) == ["Mill Group", "Harbor Group"]


def test_practices_that_were_checked_are_the_first_thing_to_start_with(client):
    assert START in text(client.get("/elections/"))
    token = links.new_token()
    store.put(token, None, store.entry_of(SOLO.name, SOLO.kind, SOLO.tin, SOLO.npis), now=clock.now())
    client.cookies[store.COOKIE] = token
    answer = client.get("/elections/")
    said, page = text(answer), answer.content.decode()
    assert said.index("Next: Start with the practice you checked") < said.index("Start an empty election for 2027")
    assert START not in said.replace("and start", "").replace("Start an empty election", "")
    assert '<button class="usa-button usa-button--outline"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_elections_take_as_many_queries_for_one_and_three(cms_data, client, rows, django_assert_num_queries):
    for number in range(rows):
        ElectionFactory(name=f"Group {number}", practices=())
    client.get("/elections/")
    with django_assert_num_queries(6):
        client.get("/elections/")


def test_who_names_the_group_at_the_start_goes_on_with_what_is_asked_next(client):
    answer = client.post("/elections/start", {"name": "Three Rivers"}, follow=True)
    election = Election.objects.get()
    assert str(election.virtual_group) == "Three Rivers"
    assert answer.redirect_chain[-1][0] == f"/elections/{election.pk}/representative"
    assert "You started an election." in text(answer)


def test_a_name_that_is_refused_starts_nothing_and_stays_typed(client):
    answer = client.post("/elections/start", {"name": "www.rivers.example"})
    assert "Enter a name without a web address." in text(answer)
    assert 'value="www.rivers.example"' in answer.content.decode()
    answer = client.post("/elections/start", {"name": "517-44-9638"}).content.decode()
    assert "517-44-9638" not in answer
    assert not Election.objects.exists()
