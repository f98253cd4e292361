"""The desk in a year of 1,000 elections and 8,000 members: how many queries its pages take, and finding one group."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from elections.models import Election, Member
from ground import clock
from tests.elections.steps import desk, queue
from tests.elections.test_queries import THE_PACKET
from tests.factories.elections import ElectionFactory
from tests.factories.many import Copy, copies_of
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import PracticeFactory, load_cms_data
from tests.pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

COUNT, PRACTICES, PER_PAGE = 1_000, 8, 50
STATUSES = (*["submitted"] * 7, *["in_review"] * 3, *["approved"] * 7, *["rejected"] * 2, "withdrawn")
QUEUE = "/staff/elections/election/"
LIST = 7
QUERIES = {
    "/staff/": 8,
    f"{QUEUE}?status=open": LIST,
    f"{QUEUE}?status=all": LIST,
    f"{QUEUE}?status=all&p=19": LIST,
    f"{QUEUE}?status=approved&year=2027&reviewer=unassigned&attention=nothing": LIST,
    f"{QUEUE}?status=open&attention=not-met": LIST,
    f"{QUEUE}?status=all&q=Delta+Network+299": LIST,
    f"{QUEUE}?status=open&q=dana@example.org": LIST + 1,
    "/staff/dashboard/": 9,
    "/staff/elections/event/": 8,
    "/staff/elections/decision/": 8,
    "/staff/elections/override/": 8,
    "/staff/elections/reveal/": 8,
    "/staff/elections/export/": 8,
    "/staff/groups/": 6,
    "/staff/elections/conflict/": 4,
    "/staff/notices/notice/": 8,
    "/staff/agreements/document/": 6,
}


@pytest.fixture(scope="module")
def year(module_db: None) -> User:
    """Make the year, half of it waiting for a decision, and return who reviews, leads and audits it."""
    practices = PracticeFactory.build_batch(PRACTICES)
    load_cms_data(practices)
    pattern = ElectionFactory(practices=practices, name="Delta Network 0", state="submitted")
    reviewers = [UserFactory(email=f"desk{n}@cms.example", roles=[Role.REVIEWER], password=None) for n in range(10)]
    copies_of(pattern, [copy(number, reviewers) for number in range(1, COUNT)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return UserFactory(email="alex@cms.example", name="Alex Desk", roles=[Role.LEAD_REVIEWER, Role.AUDITOR])


def copy(number: int, reviewers: list[User]) -> Copy:
    status = STATUSES[number % len(STATUSES)]
    return Copy(
        received_at=clock.now() - timedelta(days=number % 40, hours=number % 24),
        status=status,
        reviewer=None if status == "submitted" else reviewers[number % len(reviewers)],
        waited=timedelta(days=number % 14),
        not_met=("practice-size",) if status == "rejected" or number % 9 == 0 else (),
        name=f"Delta Network {number}",
    )


@pytest.fixture
def client(year, db, settings) -> Client:
    settings.STAFF_SECOND_FACTOR = False
    return signed_in(year)


def test_the_year_is_as_large_as_it_should_be(client):
    assert (Election.objects.count(), Member.objects.count()) == (COUNT, COUNT * PRACTICES)


def test_pages_take_as_many_queries_as_with_ten(client):
    counts = {}
    for address in QUERIES:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200, address
        counts[address] = len(queries)
    assert counts == QUERIES


def test_a_packet_takes_as_many_queries_as_in_a_desk_of_one(client):
    for status in ("submitted", "in_review"):
        election = Election.objects.filter(status=status).order_by("pk")[0]
        client.get(desk(election))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(desk(election)).status_code == 200
        assert len(queries) <= THE_PACKET["admin:elections_election_change"]


def test_lists_are_paged(client):
    pages = [queue(client, status="all", p=str(page)) for page in range(1, COUNT // PER_PAGE + 1)]
    assert [len(page) for page in pages] == [PER_PAGE] * 20
    assert {name for page in pages for name in page} == {f"Delta Network {number}" for number in range(COUNT)}
    assert len(client.get("/staff/elections/event/").context["cl"].result_list) == PER_PAGE


def test_one_search_finds_one_of_a_thousand(client):
    answer = client.post(f"{QUEUE}?status=all", {"q": "Delta Network 299"}, follow=True)
    assert [election.submitted_name for election in answer.context["cl"].result_list] == ["Delta Network 299"]
    assert "1 election" in text(answer)
    found = Election.objects.get(virtual_group__name="Delta Network 299")
    assert desk(found) in answer.content.decode()
