"""The inbox: what was sent to a person's own addresses in their own time, without its links, and nothing else."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import AddressPeriod
from elections.models import Event
from elections.overview.inbox_views import A_PAGE
from ground import clock
from notices.models import Notice
from tests.factories.bounces import SECRET
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.notices import NoticeFactory
from tests.factories.people import UserFactory, signed_in
from tests.pages import text

INBOX = reverse("inbox")


def subjects(client):
    return [row.notice.subject for row in client.get(INBOX).context["rows"]]


def moment(day):
    return datetime(2026, 11, day, 12, tzinfo=UTC)


@pytest.mark.parametrize("rows", [1, 3])
def test_inbox(client, election, rows, django_assert_num_queries):
    event = Event.objects.filter(election=election).latest("pk")
    for number in range(rows):
        event.notices.add(NoticeFactory(subject=f"Received {number}"))
    client.get(INBOX)
    with django_assert_num_queries(8):
        response = client.get(INBOX)
    assert [row.notice.subject for row in response.context["rows"]] == [f"Received {n}" for n in reversed(range(rows))]
    assert {row.election for row in response.context["rows"]} == {election}
    assert f'href="{reverse("election", args=[election.pk])}"' in response.content.decode()


def test_an_empty_inbox_says_what_will_be_there(client):
    assert "No emails yet." in text(client.get(INBOX))


def test_each_delivery_is_said_in_words(client):
    for state in ("queued", "sent", "failed", "bounced"):
        notice = NoticeFactory(subject=state)
        sent_at = clock.now() if state == "sent" else None
        Notice.objects.filter(pk=notice.pk).update(state=state, sent_at=sent_at, server_answer="550 No such mailbox")
    response = client.get(INBOX)
    assert {row.notice.subject: row.state for row in response.context["rows"]} == {
        "queued": "Not sent yet",
        "sent": "Sent",
        "failed": "Did not arrive",
        "bounced": "Did not arrive",
    }


def test_an_email_is_shown_without_its_links(client):
    notice = NoticeFactory(subject="Please sign", body=f"Sign here:\nhttp://localhost:8000/sign/{SECRET}\nThank you.")
    page = client.get(reverse("inbox_email", args=[notice.pk]))
    assert "Sign here: http://localhost:8000/… Thank you." in text(page)
    assert SECRET not in page.content.decode()
    assert "Please sign" in text(client.get(INBOX))


def test_capitals_in_an_address_hide_nothing(client):
    NoticeFactory(to="Dana@Example.org", subject="To Dana")
    assert subjects(client) == ["To Dana"]


def test_nothing_of_anyone_else_s(client, election):
    """What could leak: a notice of another's, of one's own election to another, and one about oneself to another."""
    event = Event.objects.filter(election=election).latest("pk")
    others = [
        NoticeFactory(to="ina@example.org", subject="To Ina"),
        NoticeFactory(to="not.dana@example.org", subject="To someone like Dana"),
        NoticeFactory(to="dana@example.org.example.net", subject="To someone else"),
        NoticeFactory(to="ina@example.org", user=election.started_by, subject="About Dana"),
    ]
    event.notices.add(*others)
    assert subjects(client) == []
    assert [client.get(reverse("inbox_email", args=[notice.pk])).status_code for notice in others] == [404] * 4


def test_an_address_that_changed_hands_shows_each_their_own_time(db):
    ada, bo = UserFactory(email="ada@example.org"), UserFactory(email="bo@example.org")
    AddressPeriod.objects.create(user=ada, address="desk@example.org", began_at=moment(2), ended_at=moment(5))
    AddressPeriod.objects.create(user=bo, address="desk@example.org", began_at=moment(7))
    notices = {day: NoticeFactory(to="desk@example.org", subject=f"Day {day}", now=moment(day)) for day in range(1, 10)}
    browsers = {"ada": signed_in(ada), "bo": signed_in(bo)}
    assert {name: subjects(browser) for name, browser in browsers.items()} == {
        "ada": ["Day 4", "Day 3", "Day 2"],
        "bo": ["Day 9", "Day 8", "Day 7"],
    }
    assert browsers["bo"].get(reverse("inbox_email", args=[notices[4].pk])).status_code == 404
    assert browsers["ada"].get(reverse("inbox_email", args=[notices[7].pk])).status_code == 404


def test_an_unverified_address_shows_nothing(db):
    NoticeFactory(to="cy@example.org")
    cy = signed_in(UserFactory(email="cy@example.org", verified=False))
    assert subjects(cy) == []


def test_an_election_that_one_may_no_longer_open_is_not_linked(client, representative):
    other = ElectionFactory(by=UserFactory(email="sam@example.org"))
    role = ElectionRoleFactory(election=other, user=representative)
    Event.objects.filter(election=other).latest("pk").notices.add(NoticeFactory(reason="election invited"))
    assert [row.election for row in client.get(INBOX).context["rows"]] == [other]
    role.delete()
    assert [row.election for row in client.get(INBOX).context["rows"]] == [None]
    assert "Invitation" in text(client.get(INBOX))


def test_pages(client):
    for number in range(A_PAGE + 1):
        NoticeFactory(subject=f"Number {number}")
    first = client.get(INBOX)
    assert len(first.context["rows"]) == A_PAGE
    assert "Page 1 of 2. Older emails" in text(first)
    assert [row.notice.subject for row in client.get(INBOX, {"page": 2}).context["rows"]] == ["Number 0"]
    for page in ("0", "none", "99", "%00"):
        assert client.get(INBOX, {"page": page}).status_code == 200


def test_the_account_leads_there(client):
    assert f'href="{INBOX}"' in client.get(reverse("account")).content.decode()
