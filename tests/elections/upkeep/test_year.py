"""A year of an approved virtual group, played with a moved clock: updates of all kinds, and the roster of any day.

The files in `year/` were written by hand before the export could be asked for a day.
"""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from elections.models import Election, Update
from elections.people.actions import invite, open_for
from elections.upkeep import steps
from elections.upkeep.unreported import remind_of_updates
from ground import clock
from tests.factories.elections import ElectionFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.pages import text

pytestmark = pytest.mark.django_db

BY_HAND = Path(__file__).with_name("year")
LEFT, JOINED = {"kind": "left"}, {"kind": "joined"}
TO_BOTH = "1003003153"  # joined one practice, and was reported for another by mistake
YEAR = [  # when, on which page, what is reported
    ("2026-12-20", "clinician", LEFT | {"practice": 1, "npi": GROUP.npis[0], "effective_on": "2026-12-15"}),
    ("2027-02-10", "clinician", JOINED | {"practice": 2, "npi": TO_BOTH, "effective_on": "2027-02-01"}),
    (
        "2027-03-05",
        "practice",
        {"kind": "renamed", "practice": 1, "other": "Lakeside Primary Care", "effective_on": "2027-03-01"},
    ),
    ("2027-04-12", "contact", {"name": "Dana Rivera", "email": "dana@example.org", "phone": "410-555-0177"}),
    ("2027-05-20", "practice", {"kind": "closed", "practice": 0, "other": "", "effective_on": "2027-04-30"}),
    ("2027-06-30", "clinician", JOINED | {"practice": 1, "npi": TO_BOTH, "effective_on": "2027-05-15"}),
    ("2027-07-02", "undo", {}),
    ("2027-08-15", "clinician", LEFT | {"practice": 2, "npi": OTHER.npis[1], "effective_on": "2027-08-01"}),
    (
        "2027-09-10",
        "practice",
        {"kind": "merged", "practice": 2, "other": "Northside Clinic", "effective_on": "2027-09-01"},
    ),
    (
        "2027-11-08",
        "practice",
        {"kind": "acquired", "practice": 1, "other": "Bay Health", "effective_on": "2027-11-01"},
    ),
]


@pytest.fixture
def group(cms_data, set_clock):
    """Approved on December 1, 2026."""
    set_clock("2026-12-01T10:00:00-05:00")
    return ElectionFactory(practices=(SOLO, GROUP, OTHER), state="approved")


def play(client, group, set_clock) -> None:
    """Report what was reported in the year, each through its page, on its day at noon."""
    for day, page, fields in YEAR:
        set_clock(f"{day}T12:00:00-05:00")
        updates = f"/elections/{group.pk}/updates"
        where = f"{updates}/{Update.objects.latest('pk').pk}/undo" if page == "undo" else f"{updates}/{page}"
        answer = client.post(where, fields, follow=True)
        said = "Undone." if page == "undo" else "CMS has the change. The receipt code is"
        assert said in text(answer), (day, page)


def exported(**arguments) -> str:
    out = io.StringIO()
    call_command("export_virtual_groups", performance_year=2027, stdout=out, **arguments)
    return out.getvalue()


def by_hand(name: str, group: Election) -> str:
    return (BY_HAND / f"{name}.csv").read_text().replace("IDENTIFIER", group.virtual_group_identifier or "")


def due(client, group) -> str:
    """Return how far the duty to report before data submission is, as the page's tag says it."""
    page = text(client.get(f"/elections/{group.pk}/updates"))
    return page.partition("What is due")[0].rpartition("Keep the information up to date")[2]


def reminders(group: Election) -> int:
    return group.events.filter(verb="remind_update").count()


def test_a_year_of_updates(client, group, reviewer, set_clock):
    play(client, group, set_clock)
    asked = Update.objects.get(kind="merged")
    steps.ask(group.pk, asked.pk, text="Which clinic is it?", by=reviewer, now=set_clock("2027-11-09T10:00:00-05:00"))
    answer = client.post(f"/elections/{group.pk}/updates/{asked.pk}", {"text": "The one on Elm Street."}, follow=True)
    assert "CMS has your answer." in text(answer)

    successor = UserFactory(email="sam@example.org", name="Sam Successor")
    now = set_clock("2027-11-10T10:00:00-05:00")
    invite(group.pk, email=successor.email, kind="representative", by=group.started_by, now=now)
    [invitation] = open_for(successor, clock.now())
    sam = signed_in(successor)
    sam.post(reverse("invitation_accept", args=[invitation.pk]))
    set_clock("2027-12-15T10:00:00-05:00")
    sam.post(f"/elections/{group.pk}/updates/nothing")
    kinds = list(Update.objects.values_list("kind", flat=True))
    assert kinds == [
        *("left", "joined", "renamed", "contact", "closed", "joined", "left", "merged", "acquired"),
        *("representative", "nothing"),
    ]
    for update in Update.objects.all():
        if update.state == "recorded":
            steps.acknowledge(group.pk, update.pk, by=reviewer, now=clock.now())
    states = [update.state for update in Update.objects.all()]
    assert states == ["acknowledged" if place != 5 else "undone" for place in range(11)]
    for day in ("2027-01-01", "2027-01-31", "2027-02-28", "2027-07-31", "2027-08-01", "2027-12-31"):
        assert exported(as_of=day) == by_hand(day, group), day
    recorded = exported(as_of="2027-07-31", recorded_by="2027-07-01T00:00:00-04:00")
    assert recorded == by_hand("2027-07-31-recorded-by-2027-07-01", group)
    assert exported() == exported(as_of="2027-12-31")

    shown = text(sam.post(f"/elections/{group.pk}/next-year", follow=True))
    assert "This is your draft for 2028, with last year’s practices and people." in shown
    assert (
        "You reported that these practices closed, merged or were sold: Quiet Harbor Medicine , Lakeside Primary"
        in shown
    )
    draft = Election.objects.exclude(pk=group.pk).get()
    assert [(member.name, member.clinicians.count()) for member in draft.members.all()] == [
        (SOLO.name, 1),
        ("Lakeside Primary Care", 1),
        (OTHER.name, 2),
    ]


def test_a_year_without_a_word_misses_its_duty_and_is_reminded_until_it_does(client, group, set_clock):
    missed = []
    for day in ("2027-09-30", "2027-10-01", "2027-12-01", "2027-12-30", "2028-01-02", "2028-01-03"):
        remind_of_updates(now=set_clock(f"{day}T12:00:00-05:00"))
        missed.append((day, due(client, group).split(" expected ")[-1].split()[3], reminders(group)))
    assert missed == [
        ("2027-09-30", "Not", 0),
        ("2027-10-01", "Open", 1),
        ("2027-12-01", "Open", 2),
        ("2027-12-30", "Open", 3),
        ("2028-01-02", "Open", 4),
        ("2028-01-03", "Missed", 4),
    ]
    late = text(client.post(f"/elections/{group.pk}/updates/nothing", follow=True))
    assert "Late: data submission had started." in late
    assert "Met late" in due(client, group)
