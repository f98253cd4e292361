"""Starting the demo world: once, in a demo, at a moment at which it can be told."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from demo.source import EXTRACT
from elections.models import Election
from ground.clock import EASTERN


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True
    settings.DEMO_NOW = ""  # the test's own clock is pinned already
    settings.DEMO_DATA = str(EXTRACT)


def make() -> str:
    out = StringIO()
    call_command("demo_world", stdout=out)
    return out.getvalue()


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.django_db
def test_a_second_start_changes_nothing():
    make()
    before = rows()
    assert make() == "The demo world already exists. Nothing was changed.\n"
    assert rows() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "moment", "said"),
    [
        ({"DEMO": False}, "2026-12-01T10:00:00-05:00", "only in a demo"),
        ({}, "2026-10-20T10:00:00-04:00", "Set DEMO_NOW"),
        ({"DEMO_DATA": str(Path(__file__).parent)}, "2026-12-01T10:00:00-05:00", "DEMO_DATA names a folder without"),
    ],
    ids=["outside a demo", "at a moment at which it cannot be told", "for a folder without data"],
)
def test_refused_and_nothing_changed(settings, set_clock, changed, moment, said):
    set_clock(moment)
    for name, value in changed.items():
        setattr(settings, name, value)
    before = rows()
    with pytest.raises(CommandError, match=said):
        make()
    assert rows() == before


@pytest.mark.proof
@pytest.mark.django_db
def test_after_the_window_its_last_month_is_told(set_clock):
    set_clock("2027-10-01T00:00:00-04:00")
    make()
    last = max(Election.objects.values_list("changed_at", flat=True))
    assert last.astimezone(EASTERN).date() == date(2026, 11, 30)
    assert set(Election.objects.filter(performance_year=2027).values_list("status", flat=True)) == {
        "approved", "withdrawn", "rejected", "in_review", "submitted", "draft",
    }  # fmt: skip


def test_accounts_are_listed_without_a_database():
    out = StringIO()
    call_command("demo_world", "--accounts", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[:2] == [
        "Demo accounts, all with the password demo-election-2026",
        "dana.rivera@example.org     Dana Rivera     Representative of fictional virtual groups",
    ]
    assert len(lines) == 12
