"""The one clock: real, shifted, or the demo's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.test import RequestFactory

from ground import clock, request_time
from ground.models import DemoClock
from tests.threads import at_once

real_clock_now = clock.now  # before any test pins it
SHIFT = timedelta(days=62)


@pytest.fixture
def the_real_clock(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "now", real_clock_now)
    clock.demo_offset.cache_clear()
    yield
    clock.demo_offset.cache_clear()


def test_the_shift_moves_the_source(the_real_clock, machine_time, settings):
    settings.DEMO_NOW, settings.CLOCK_SHIFT = "", SHIFT
    assert clock.now() == datetime(2027, 1, 23, 12, tzinfo=UTC)
    assert clock.today().isoformat() == "2027-01-23"


def test_today_is_counted_in_eastern_time(set_clock):
    set_clock("2027-01-01T04:59:59+00:00")
    assert clock.today().isoformat() == "2026-12-31"
    set_clock("2027-01-01T05:00:00+00:00")
    assert clock.today().isoformat() == "2027-01-01"


@pytest.mark.django_db
@pytest.mark.parametrize("shift", [timedelta(0), SHIFT, timedelta(days=578)])
def test_the_demo_starts_on_its_day_whatever_the_date_and_runs_on(the_real_clock, machine_time, settings, shift):
    settings.DEMO_NOW, settings.CLOCK_SHIFT = "2026-12-01T10:00:00-05:00", shift
    clock.fix_demo_offset()
    machine_time.shift(timedelta(hours=5))
    assert clock.now() == datetime.fromisoformat("2026-12-01T15:00:00-05:00")
    clock.demo_offset.cache_clear()  # a restart
    machine_time.shift(timedelta(hours=1))
    assert clock.now() == datetime.fromisoformat("2026-12-01T16:00:00-05:00")


@pytest.mark.django_db
def test_fixing_the_offset_again_changes_nothing(the_real_clock, machine_time, settings):
    settings.DEMO_NOW = "2026-12-01T10:00:00-05:00"
    first = clock.fix_demo_offset()
    machine_time.shift(timedelta(days=3))
    assert clock.fix_demo_offset() == first
    assert DemoClock.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_start_at_once_agree(the_real_clock, settings):
    settings.DEMO_NOW = "2026-12-01T10:00:00-05:00"
    assert at_once(*[clock.fix_demo_offset] * 8) == [DemoClock.objects.get().offset] * 8


def arrived(stamp: str | None, *, trusted: bool, settings):
    settings.TRUSTED_PROXY = trusted
    request = RequestFactory().get("/", headers={"X-Request-Start": stamp} if stamp is not None else {})
    request_time.ArrivalMiddleware(lambda request: None)(request)  # type: ignore[arg-type,return-value]
    return request.arrived_at  # type: ignore[attr-defined]


STAMP_90_SECONDS_AGO = f"t={datetime(2026, 11, 22, 11, 58, 30, tzinfo=UTC).timestamp():.3f}"


def test_a_trusted_proxys_stamp_tells_when_a_request_arrived(machine_time, set_clock, settings):
    now = set_clock("2026-12-31T23:59:59-05:00")
    assert arrived(STAMP_90_SECONDS_AGO, trusted=True, settings=settings) == now - timedelta(seconds=90)


@pytest.mark.parametrize(
    "stamp",
    [None, "", "t=", "t=soon", "t=nan", "t=inf", "t=-1", "t=1e300", "1795348710000", "t=1795349999", "t=1795340000"],
)
def test_a_stamp_that_cannot_be_right_counts_for_nothing(machine_time, set_clock, settings, stamp):
    now = set_clock("2026-12-31T23:59:59-05:00")
    assert arrived(stamp, trusted=True, settings=settings) == now


def test_a_stamp_that_anybody_may_have_written_counts_for_nothing(machine_time, set_clock, settings):
    now = set_clock("2026-12-31T23:59:59-05:00")
    assert arrived(STAMP_90_SECONDS_AGO, trusted=False, settings=settings) == now
    assert django_settings.TRUSTED_PROXY is False
