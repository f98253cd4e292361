"""The made-up world, made once for each module that walks it, and rolled back after every test."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from accounts import clock
from tests.conftest import PINNED

from .world import World, make_world


@pytest.fixture(scope="module")
def _made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: PINNED)
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_made: World, db: None) -> World:
    """The world as it was made; what a test changes is taken back."""
    return _made
