"""What every test stands on: a clock pinned to Dec 1, 2026, 10:00 ET."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from accounts import sessions
from agreements.papers.seal_keys import new_seal_key
from ground import clock

from .machine import NO_REDIS, REDIS

hypothesis.settings.register_profile("quick", max_examples=30, deadline=None)
hypothesis.settings.load_profile("quick")  # tests/proof says itself how long it looks

pytest_plugins = ["tests.browser", "tests.smtp", "tests.staff", "tests.workers"]

PINNED = datetime.fromisoformat("2026-12-01T10:00:00-05:00")


def pytest_configure() -> None:
    """Serve static files as they are: the manifest is made by collectstatic, which tests do not run. Have a seal."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SEAL_KEY = new_seal_key()
    gc.set_threshold(100_000, 50, 50)  # looking for cycles among all of Django's objects is a tenth of the suite


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot apply on this machine, and put first what walks the whole site.

    Workers that share the rest then come to their end together.
    """
    elsewhere = [item for item in items if not all(mark.args[0] for mark in item.iter_markers("applies"))]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]
    items.sort(key=lambda item: not {"walk", "journey", "planted"} & set(item.path.parts))


def pytest_sessionstart() -> None:
    """Demand of CI what a laptop may lack."""
    if os.environ.get("CI") and REDIS is None:
        raise pytest.UsageError(NO_REDIS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was left out for want of Redis, and how to get it."""
    if REDIS is None:
        terminalreporter.write_line(NO_REDIS)


@pytest.fixture(autouse=True)
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Pin the clock; call it with an ISO time and its offset to move it."""

    def pin(moment: str) -> datetime:
        at = datetime.fromisoformat(moment)
        monkeypatch.setattr(clock, "now", lambda: at)
        return at

    pin(PINNED.isoformat())
    return pin


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the cache after each test that commits: its table is no model's, so it is not emptied with the rest."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits or not {"transactional_db", "live_server"}.isdisjoint(request.fixturenames):
        request.getfixturevalue("transactional_db")
        yield
        cache.clear()
    else:
        yield


@pytest.fixture(scope="module")
def module_db(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The database for what all tests of a module begin with: made once, and rolled back after the last."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch, media:
        patch.setattr(clock, "now", lambda: PINNED)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sessions_not_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write no session because 30 s of the machine's clock went by: those are three queries more, on a slow machine."""
    monkeypatch.setattr(sessions, "WRITE_EVERY", settings.SESSION_IDLE_SECONDS)


@pytest.fixture
def django_assert_num_queries(
    sessions_not_renewed: None, django_assert_num_queries: DjangoAssertNumQueries
) -> DjangoAssertNumQueries:
    """As pytest-django's, in tests that the machine's clock does not touch."""
    return django_assert_num_queries


@pytest.fixture
def machine_time() -> Iterator[time_machine.Traveller]:
    """Stop the machine's own clock, by which sessions and one-time codes are timed; `shift` moves it."""
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as traveller:
        yield traveller
