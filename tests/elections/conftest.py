"""People and CMS data that the tests of elections share."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from accounts.models import Role, User
from elections.models import Election
from ground import clock
from tests.agreements.conftest import executed_snapshot, sealed, unsealed
from tests.conftest import PINNED

from . import make

__all__ = ["executed_snapshot", "sealed", "unsealed"]


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database for what all tests of a module begin with: made once, and rolled back after the last."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: PINNED)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def asked_to_sign(module_db: None) -> Election:
    """An election of Dana Rivera's with CMS data, whose two practices' signers were sent their links."""
    make.load_cms_data()
    return make.to_be_signed(make.person("dana@example.org", name="Dana Rivera"))


@pytest.fixture
def cms_data(db):
    """CMS data that show every made-up practice."""
    return make.load_cms_data()


@pytest.fixture
def representative(db) -> User:
    return make.person("dana@example.org", name="Dana Rivera")


@pytest.fixture
def reviewer(db) -> User:
    return make.person("reviewer@cms.example", Role.REVIEWER, name="Alex Reviewer")


@pytest.fixture
def lead(db) -> User:
    return make.person("lead@cms.example", Role.LEAD_REVIEWER, name="Lee Lead")


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    """Staff sign in by password alone here; tests/accounts holds the second factor to its promise."""
    settings.STAFF_SECOND_FACTOR = False
