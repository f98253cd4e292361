"""Reminders over a played December: on their days, once, one a person, and none once it is submitted."""

from datetime import datetime, timedelta

import pytest

from elections.models import Election
from elections.overview.reminders import remind_due
from elections.overview.undelivered import tell_of_undelivered
from ground.clock import EASTERN
from notices.models import Notice
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, submit
from tests.factories.people import UserFactory
from tests.factories.practices import BY_SSN, OTHER, PracticeFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
DEC_1, JAN_3 = datetime(2026, 12, 1, tzinfo=EASTERN), datetime(2027, 1, 3, tzinfo=EASTERN)


def day(number, hour=0):
    return datetime(2026, 12, number, hour, tzinfo=EASTERN)


def december(set_clock, *, start=DEC_1, until=JAN_3, at=None):
    """Let time pass every two hours, beat asking each time; `at` does something at a moment."""
    moment = start
    while moment < until:
        now = set_clock(moment.isoformat())
        if at and moment in at:
            at[moment](now)
        remind_due(now=now)
        moment += timedelta(hours=2)


def reminded(address):
    found = Notice.objects.filter(to=address, reason="deadline reminder").order_by("created_at")
    return [f"{notice.created_at.astimezone(EASTERN):%b %-d %H:%M}" for notice in found]


def test_a_december(cms_data, set_clock):
    kim = UserFactory(email="kim@example.org", name="Kim Lee")
    first, second = ElectionFactory(name="First"), ElectionFactory(practices=(OTHER, BY_SSN))
    for election in (first, second):
        ElectionRoleFactory(election=election, user=kim, kind="collaborator")
    ElectionRoleFactory(election=first, user__email="vic@example.org")
    december(set_clock)
    days = ["Dec 17 08:00", "Dec 24 08:00", "Dec 28 08:00", "Dec 30 08:00", "Dec 31 08:00"]
    assert reminded("dana@example.org") == reminded("kim@example.org") == days
    assert reminded("vic@example.org") == []
    subjects = Notice.objects.filter(to="kim@example.org").order_by("created_at").values_list("subject", flat=True)
    assert list(subjects) == [
        "14 days left, not submitted yet: 2 elections",
        "7 days left, not submitted yet: 2 elections",
        "3 days left, not submitted yet: 2 elections",
        "1 day left, not submitted yet: 2 elections",
        "Last day today, not submitted yet: 2 elections",
    ]
    for election in (first, second):
        assert [event.sentence for event in election.events.filter(verb="remind")] == [
            "Deadline reminder sent: 14 days left",
            "Deadline reminder sent: 7 days left",
            "Deadline reminder sent: 3 days left",
            "Deadline reminder sent: 1 day left",
            "Deadline reminder sent: last day",
        ]
    assert all(notice.events.count() == 2 for notice in Notice.objects.filter(reason="deadline reminder"))


def test_it_stops_when_it_is_submitted_and_two_addresses_are_one_person(cms_data, representative, set_clock):
    representative.emailaddress_set.create(email="dana@clinic.example", verified=True)
    election = ElectionFactory()
    other = ElectionFactory(practices=(OTHER, BY_SSN), name="Other")
    Election.objects.filter(pk=other.pk).update(representative_email="dana@clinic.example")
    submitted = {day(20, 10): lambda now: submit(election, at=now), day(29, 10): lambda now: submit(other, at=now)}
    december(set_clock, start=day(16), at=submitted)
    assert reminded("dana@example.org") == ["Dec 17 08:00", "Dec 24 08:00", "Dec 28 08:00"]
    assert reminded("dana@clinic.example") == []
    bodies = Notice.objects.filter(reason="deadline reminder").order_by("created_at").values_list("body", flat=True)
    assert ["\nOpen the election:\nhttp" in body for body in bodies] == [False, True, True]
    assert ["Harbor Group, 2027" in body for body in bodies] == [True, False, False]
    assert all("Other, 2027" in body and "11:59 p.m. ET" in body for body in bodies)


def test_a_worker_that_was_away_reminds_later_the_same_day_or_not_at_all(cms_data, set_clock):
    ElectionFactory()
    december(set_clock, start=day(17, 22), until=day(18, 9))
    december(set_clock, start=day(25, 8), until=day(26))
    assert reminded("dana@example.org") == ["Dec 17 22:00"]


def test_a_reminder_that_did_not_arrive_is_told_to_the_group(cms_data, set_clock):
    elections = [ElectionFactory(name="First"), ElectionFactory(practices=(OTHER, BY_SSN))]
    ElectionRoleFactory(election=elections[0], user__email="kim@example.org", kind="collaborator")
    december(set_clock, start=day(17, 8), until=day(17, 12))
    now = set_clock("2026-12-17T12:00:00-05:00")
    Notice.objects.filter(to="dana@example.org", reason="deadline reminder").update(state="bounced", failed_at=now)
    assert tell_of_undelivered(now=now) == 1
    mail = Notice.objects.get(reason="election undelivered")
    assert (mail.to, mail.events.get().election) == ("kim@example.org", elections[0])
    assert "Email:    Deadline reminder\nSent to:  dana@example.org" in mail.body


def test_the_history_says_when_people_were_reminded(cms_data, client, set_clock):
    election = ElectionFactory()
    december(set_clock, start=day(17, 8), until=day(17, 12))
    page = text(client.get(f"/elections/{election.pk}/"))
    assert page.count("Deadline reminder sent: 14 days left") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_reminding_takes_as_many_queries_for_each_person_and_election(
    cms_data, set_clock, count, django_assert_num_queries
):
    for number in range(count):
        ElectionFactory(by__email=f"dana{number}@example.org", practices=(PracticeFactory(), PracticeFactory()))
    now = set_clock("2026-12-17T08:00:00-05:00")
    with django_assert_num_queries(2 + 9 * count):
        assert remind_due(now=now) == count
