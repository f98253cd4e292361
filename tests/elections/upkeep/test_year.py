"""A year of an approved virtual group, played with a moved clock: updates of all kinds, and the export as of any day.

The files in `year/` were written by hand before the export could be asked for a day.
"""

import csv
import hashlib
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import Error, transaction
from django.urls import reverse

from elections.desk import decisions
from elections.desk.reopening import reopen
from elections.models import Election, Export, Update
from elections.people.actions import invite, open_for
from elections.upkeep import steps
from elections.upkeep.export import COLUMNS
from elections.upkeep.unreported import remind_of_updates
from ground import clock
from tests.elections.steps import replace_identifier
from tests.elections.upkeep.exported import exported, rows
from tests.factories.elections import ElectionFactory, take_effect
from tests.factories.load_files import nppes, write
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO, PracticeFactory, load_cms_data
from tests.pages import text

pytestmark = pytest.mark.django_db

BY_HAND = Path(__file__).with_name("year")
LEFT, JOINED = {"kind": "left"}, {"kind": "joined"}
LATER, JULY_1 = "2028-02-01T10:00:00-05:00", "2027-07-01T00:00:00-04:00"
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


def play(client, group, set_clock) -> None:
    """Report what was reported in the year, each through its page, on its day at noon."""
    for day, page, fields in YEAR:
        set_clock(f"{day}T12:00:00-05:00")
        updates = f"/elections/{group.pk}/updates"
        where = f"{updates}/{Update.objects.latest('pk').pk}/undo" if page == "undo" else f"{updates}/{page}"
        answer = client.post(where, fields, follow=True)
        said = "Undone." if page == "undo" else "CMS has the change. The receipt code is"
        assert said in text(answer), (day, page)


@pytest.fixture(scope="module")
def played_once(module_db: None) -> Election:
    """Three practices, approved on December 1, 2026, whose year is over."""
    load_cms_data()
    group = ElectionFactory(practices=(SOLO, GROUP, OTHER), state="approved")
    with pytest.MonkeyPatch.context() as patch:
        play(
            signed_in(group.started_by),
            group,
            lambda at: patch.setattr(clock, "now", lambda: datetime.fromisoformat(at)),
        )
    return group


@pytest.fixture
def played(played_once: Election, db: None, set_clock) -> Election:
    """The same as it was then; what a test changes is taken back. It is now February 2028."""
    set_clock(LATER)
    return Election.objects.get(pk=played_once.pk)


def by_hand(name: str, group: Election) -> str:
    return (BY_HAND / f"{name}.csv").read_text().replace("IDENTIFIER", group.virtual_group_identifier or "")


def due(client, group) -> str:
    """Return how far the duty to report before data submission is, as the page's tag says it."""
    page = text(client.get(f"/elections/{group.pk}/updates"))
    return page.partition("What is due")[0].rpartition("Keep the information up to date")[2]


def reminders(group: Election) -> int:
    return group.events.filter(verb="remind_update").count()


def test_a_year_of_updates(client, played, reviewer, set_clock):
    group = played
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
        "Last year’s election says these practices closed, merged, or were sold: Quiet Harbor Medicine , Lakeside"
        in shown
    )
    draft = Election.objects.exclude(pk=group.pk).get()
    assert [(member.name, member.clinicians.count()) for member in draft.members.all()] == [
        (SOLO.name, 1),
        ("Lakeside Primary Care", 1),
        (OTHER.name, 2),
    ]


def test_a_year_without_a_word_misses_its_duty_and_is_reminded_until_it_does(client, set_clock):
    group = ElectionFactory(practices=PracticeFactory.build_batch(2), state="approved")
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


def test_a_day_outside_the_year_is_the_nearest_one_in_it(played):
    first, last = exported(as_of="2027-01-01"), exported(as_of="2027-12-31")
    assert first != last
    assert (exported(as_of="2026-12-10"), exported(as_of="2028-01-15")) == (first, last)


def test_as_recorded_by_now_it_is_everything(played):
    assert exported(recorded_by=LATER) == exported()


def test_as_recorded_by_a_moment_it_is_the_same_bytes_whatever_happens_later(
    client, played, reviewer, lead, set_clock, tmp_path
):
    asked = [{"recorded_by": JULY_1, "format": kind} for kind in ("csv", "jsonl")]
    asked += [{**each, "as_of": "2027-07-31"} for each in asked]
    asked += [{**asked[0], "changed_since": "2027-02-15T00:00:00-05:00"}]
    before = [exported(**each) for each in asked]

    def assert_same(what):
        assert [exported(**each) for each in asked] == before, what

    back_dated = {"kind": "left", "practice": 1, "npi": "1558598797", "effective_on": "2027-02-01"}
    client.post(f"/elections/{played.pk}/updates/clinician", back_dated)
    assert ("1558598797", "2", "2027-01-01", "2027-02-01") in rows(exported())
    assert_same("a back-dated update")
    client.post(f"/elections/{played.pk}/updates/{Update.objects.latest('pk').pk}/undo")
    assert ("1558598797", "2", "2027-01-01", "") in rows(exported())
    assert_same("an undone one")

    desk = signed_in(reviewer)
    replaced = replace_identifier(desk, played, "VG-1", reason="CMS assigned it.")
    assert "The identifier was replaced." in desk.get(replaced.headers["Location"]).content.decode()
    assert ",VG-1,Harbor Group," in exported()
    assert_same("another identifier")

    write(tmp_path / "nppes.csv", [nppes("1558598797", **{"Provider Last Name (Legal Name)": "VALE"})])
    call_command("load_nppes", str(tmp_path / "nppes.csv"), stdout=io.StringIO())
    assert "1558598797,VALE,DANA," in exported()
    assert_same("another name in NPPES")

    reopen(played.pk, by=lead, now=clock.now(), submission_number=1, reason="A TIN is wrong.")
    assert rows(exported()) == []
    assert_same("a reopening")
    decisions.reject(played.pk, by=reviewer, now=clock.now(), submission_number=1, reasons="The TIN.", in_place=True)
    take_effect(played)
    assert_same("a rejection")


def test_both_formats_say_the_same(played):
    lines = exported(format="jsonl").splitlines()
    objects = [json.loads(line) for line in lines]
    assert [list(each) for each in objects] == [list(COLUMNS)] * 6
    assert [{**each, "performance_year": "2027"} for each in objects] == list(csv.DictReader(io.StringIO(exported())))
    assert lines[1] == (
        '{"performance_year": 2027, "virtual_group_identifier": "'
        + played.virtual_group_identifier
        + '", "virtual_group_name": "Harbor Group", "tin_kind": "EIN", "tin": "961000002", '
        '"practice_name": "Lakeside Primary Care", "npi": "1234567893", "last_name": "NAME7893", '
        '"first_name": "ROBIN", "from_date": "2027-01-01", "to_date": "2027-01-01"}'
    )


def test_changes_since_a_moment_are_the_rows_that_differ(played):
    july, march = "2027-07-01T00:00:00-04:00", "2027-03-10T00:00:00-05:00"
    assert rows(exported(changed_since=LATER)) == []
    assert rows(exported(changed_since=july)) == [
        ("1003003153", "2", "2027-05-15", "2027-05-15"),
        ("1003001041", "3", "2027-01-01", "2027-08-01"),
    ]
    assert rows(exported(changed_since=march, recorded_by=july)) == [("1003003153", "2", "2027-05-15", "")]
    assert rows(exported(changed_since=july, as_of="2027-07-31")) == [("1003003153", "2", "2027-05-15", "2027-05-15")]
    assert rows(exported(changed_since="2027-02-20T00:00:00-05:00", recorded_by=march)) == [
        ("1234567893", "2", "2027-01-01", "2027-01-01"),
        ("1558598797", "2", "2027-01-01", ""),
    ]


def test_each_export_is_kept_for_good(played):
    file = exported(as_of="2027-07-31", recorded_by=JULY_1)
    made = Export.objects.get()
    assert (made.by, made.at, made.performance_year, made.format) == (None, clock.now(), 2027, "csv")
    assert made.arguments == {"as_of": "2027-07-31", "recorded_by": JULY_1}
    assert (made.row_count, made.identifiers) == (7, [played.virtual_group_identifier])
    assert made.sha256 == hashlib.sha256(file.encode()).hexdigest()
    for change in (lambda: Export.objects.update(row_count=0), lambda: Export.objects.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            change()
