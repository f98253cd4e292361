"""The export of each moment while decisions come and go, and how many queries it takes."""

import csv
import io

import pytest

from elections.desk import decisions
from elections.desk.reopening import reopen
from elections.models import Election
from elections.submission.actions import withdraw
from ground import clock
from tests.elections.upkeep.exported import exported
from tests.factories.elections import ElectionFactory, take_effect
from tests.factories.practices import PracticeFactory, load_cms_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(db) -> Election:
    """In review since December 1, 2026."""
    load_cms_data()
    return ElectionFactory(state="in_review")


def test_an_approval_counts_from_its_effect_on_and_while_it_stands(waiting, reviewer, lead, set_clock):
    election = waiting
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1, identifier="VG-1")
    set_clock("2026-12-01T10:00:30-05:00")
    decisions.take_back(election.pk, by=reviewer, now=clock.now())
    set_clock("2026-12-02T10:00:00-05:00")
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1, identifier="VG-2")
    take_effect(election)
    set_clock("2026-12-03T10:00:00-05:00")
    reopen(election.pk, by=lead, now=clock.now(), submission_number=1, reason="A TIN is wrong.")
    set_clock("2026-12-04T10:00:00-05:00")
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1, identifier="VG-3")
    take_effect(election)
    set_clock("2026-12-05T10:00:00-05:00")
    moments = {
        "2026-12-01T10:00:10-05:00": set(),
        "2026-12-01T10:01:10-05:00": set(),
        "2026-12-02T10:00:59-05:00": set(),
        "2026-12-02T10:01:00-05:00": {"VG-2"},
        "2026-12-03T09:59:59-05:00": {"VG-2"},
        "2026-12-03T10:00:00-05:00": set(),
        "2026-12-04T10:01:00-05:00": {"VG-3"},
    }
    for moment, identifiers in moments.items():
        read = csv.DictReader(io.StringIO(exported(recorded_by=moment)))
        assert {row["virtual_group_identifier"] for row in read} == identifiers, moment


def test_a_decision_undone_late_by_a_withdrawal_changes_no_answer(waiting, reviewer, set_clock):
    election = waiting
    decisions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=1, identifier="VG-1")
    set_clock("2026-12-01T10:05:00-05:00")  # the sweep is late
    before = exported(recorded_by="2026-12-01T10:04:00-05:00")
    assert before.count(",VG-1,Harbor Group,") == 3
    assert exported() == before.splitlines(keepends=True)[0]
    withdraw(election.pk, by=election.started_by, now=clock.now())
    assert Election.objects.get().virtual_group_identifier is None
    assert exported(recorded_by="2026-12-01T10:04:00-05:00") == before
    assert len(exported(recorded_by="2026-12-01T10:05:00-05:00").splitlines()) == 1


def test_three_groups_take_as_many_queries_as_one(db, set_clock, django_assert_num_queries):
    practices = PracticeFactory.build_batch(6)
    load_cms_data(practices)
    for number, moment in ((1, "2026-12-01T10:30:00-05:00"), (3, "2026-12-01T11:30:00-05:00")):
        while Election.objects.count() < number:
            at = 2 * Election.objects.count()
            ElectionFactory(practices=practices[at : at + 2], name=f"Group {at}", state="approved")
        set_clock(moment)
        with django_assert_num_queries(6):
            everything = exported()
        with django_assert_num_queries(9):
            assert exported(recorded_by=moment) == everything
        assert len(everything.splitlines()) == 1 + 2 * number
