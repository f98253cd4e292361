"""Reminders to report before data submission: over a played year, after a gap, and none once an update is there."""

from datetime import datetime, timedelta

import pytest

from elections import tasks
from elections.models import Event
from elections.upkeep import actions, steps
from elections.upkeep.unreported import remind_of_updates
from ground.clock import EASTERN
from notices.models import Notice
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import UserFactory
from tests.factories.practices import BY_SSN, OTHER

REASON = "election update due"


@pytest.fixture
def election(approved):
    """Approved on December 1, 2026."""
    return approved


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=EASTERN)


def play(set_clock, *, start: datetime, until: datetime, hours: int = 3) -> None:
    """Let time pass, beat asking each time."""
    moment = start
    while moment < until:
        remind_of_updates(now=set_clock(moment.isoformat()))
        moment += timedelta(hours=hours)


def reminded(address: str = "dana@example.org") -> list[str]:
    found = Notice.objects.filter(to=address, reason=REASON).order_by("created_at")
    return [f"{notice.created_at.astimezone(EASTERN):%Y %b %-d %H:%M}" for notice in found]


def test_a_year_of_reminders(election, set_clock):
    ElectionRoleFactory(election=election, user=UserFactory(email="kim@example.org"), kind="collaborator")
    ElectionRoleFactory(election=election, user=UserFactory(email="vic@example.org"))
    ElectionFactory(practices=(), name="Never submitted")
    play(set_clock, start=at(9, 29), until=at(1, 6, year=2028), hours=12)
    days = [
        *("2027 Oct 1 09:00", "2027 Dec 1 09:00", "2027 Dec 17 09:00", "2027 Dec 24 09:00", "2027 Dec 30 09:00"),
        "2028 Jan 1 09:00",
    ]
    assert reminded() == reminded("kim@example.org") == days
    assert reminded("vic@example.org") == []
    assert [event.sentence for event in election.events.filter(verb="remind_update")] == [
        "Sent a reminder to report changes: 93 days left",
        "Sent a reminder to report changes: 32 days left",
        "Sent a reminder to report changes: 16 days left",
        "Sent a reminder to report changes: 9 days left",
        "Sent a reminder to report changes: 3 days left",
        "Sent a reminder to report changes: 1 day left",
    ]
    assert all(notice.events.count() == 1 for notice in Notice.objects.filter(reason=REASON))


def test_it_says_what_to_do_by_when_with_one_link(election, set_clock):
    for moment in (at(12, 30), at(1, 1, year=2028)):
        remind_of_updates(now=set_clock(moment.isoformat()))
    before, after = Notice.objects.filter(reason=REASON).order_by("pk")
    assert before.subject == "Report by Dec 31, 2027: Harbor Group"
    assert after.subject == "Report now: Harbor Group"
    assert before.body.startswith(
        "It's time to report on Harbor Group, 2027. Report what changed, or that nothing has changed. Updates reported "
        "before Oct 1, 2027 don't count for this.\n\nReport by Dec 31, 2027, the date CMS asks for. The rule says "
        "to report before data submission starts, expected Jan 3, 2028 (42 CFR 414.1315(c)(2)(iii)).\n\n"
        "Only the representative, Dana Rivera, can report it. Keep the information up to date:\n"
        f"http://localhost:8000/elections/{election.pk}/updates\n"
    )
    assert "CMS asked for it by Dec 31, 2027. The rule says to report before data submission starts" in after.body


@pytest.mark.parametrize(
    ("gap", "days"),
    [
        ((at(10, 1, 8, 59), at(10, 9, 3)), ["2027 Oct 9 09:00"]),
        ((at(11, 30), at(12, 26, 14)), ["2027 Dec 26 14:00"]),
        ((at(12, 23), at(1, 2, 23, year=2028)), ["2028 Jan 2 23:00"]),
        ((at(12, 23), at(1, 3, 0, year=2028)), []),
    ],
    ids=["a week", "two reminders", "the last hour", "too late"],
)
def test_after_a_gap_the_latest_one_goes_out_once(election, set_clock, gap, days):
    for moment in (at(10, 1), at(12, 1), at(12, 17)):
        if moment < gap[0]:
            remind_of_updates(now=moment)
    before = len(reminded())
    play(set_clock, start=gap[1], until=gap[1] + timedelta(days=1), hours=1)
    assert reminded()[before:] == days


def test_it_stops_when_something_is_reported_and_goes_on_when_that_is_undone(election, representative, set_clock):
    by = representative
    actions.report_nothing(election.pk, by=by, now=set_clock(at(9, 30, 23, 59).isoformat()))
    remind_of_updates(now=at(10, 1))
    update = actions.report_nothing(election.pk, by=by, now=set_clock(at(11, 2).isoformat()))
    remind_of_updates(now=at(12, 1))
    assert reminded() == ["2027 Oct 1 09:00"], "the update of September does not count, that of November does"
    steps.undo(election.pk, update.pk, by=by, now=set_clock(at(12, 10).isoformat()))
    remind_of_updates(now=at(12, 17))
    assert reminded()[-1] == "2027 Dec 17 09:00"


def test_only_approved_groups_are_reminded(election, set_clock):
    ElectionFactory(practices=(OTHER, BY_SSN), state="submitted")
    assert remind_of_updates(now=set_clock(at(12, 1).isoformat())) == 1
    assert [event.election for event in Event.objects.filter(verb="remind_update")] == [election]


def test_the_clock_s_task_sends_them(election, set_clock):
    set_clock(at(12, 1).isoformat())
    tasks.remind()
    tasks.remind()
    assert reminded() == ["2027 Dec 1 09:00"]
