"""People and CMS data that the tests of elections share."""

import pytest

from accounts.models import Role, User
from tests.agreements.conftest import executed_snapshot, sealed, unsealed

from . import make

__all__ = ["executed_snapshot", "sealed", "unsealed"]


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
