"""Election windows: as shipped until staff set another; every one that was set stays."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction

from eligibility.data import windows
from eligibility.law import calendar
from eligibility.law.calendar import Window
from eligibility.models import ElectionWindow
from tests.factories.people import UserFactory
from tests.factories.windows import WindowFactory

pytestmark = pytest.mark.django_db

OPENS = datetime.fromisoformat("2026-10-05T00:00:00-04:00")
CLOSES = datetime.fromisoformat("2026-12-15T00:00:00-05:00")


def test_the_latest_row_wins_and_else_the_shipped_window() -> None:
    assert windows.window_for(2027) == calendar.window(2027)
    for closes in (datetime.fromisoformat("2026-11-01T00:00:00-04:00"), CLOSES):
        WindowFactory(opens=OPENS, closes=closes)
    assert windows.window_for(2027) == Window(OPENS, CLOSES)
    assert windows.window_for(2026) == calendar.window(2026)
    assert ElectionWindow.objects.count() == 2


@pytest.mark.parametrize(("year", "is_projected"), [(2025, False), (2026, True)])
def test_a_row_that_cites_nothing_confirms_no_day(year, is_projected) -> None:
    """Rows from before citations were asked for have none."""
    moved = Window(OPENS, CLOSES, is_projected)
    WindowFactory(year=year, opens=OPENS, closes=CLOSES, citation="")
    assert windows.window_for(year) == moved
    assert [window for held, window, _ in windows.held_windows() if held == year] == [moved]


def test_only_a_data_steward_sets_a_window() -> None:
    with pytest.raises(PermissionDenied):
        WindowFactory(by=UserFactory())
    assert ElectionWindow.objects.count() == 0


@pytest.mark.parametrize(
    "change", ["UPDATE eligibility_electionwindow SET reason = ''", "DELETE FROM eligibility_electionwindow"]
)
def test_rows_are_never_changed(change) -> None:
    row = WindowFactory()
    refused = pytest.raises(ProgrammingError, match="Cannot update or delete")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(change)
    assert ElectionWindow.objects.get() == row
