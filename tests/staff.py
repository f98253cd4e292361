"""Staff who are past the door: tests/accounts alone tries their second factor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role

from .factories.people import UserFactory, signed_in


@pytest.fixture
def staff(db: None, settings: Any) -> Callable[..., Client]:
    """Return the browser of somebody with these roles, and with these fields of an account."""
    settings.STAFF_SECOND_FACTOR = False

    def browser(*roles: Role, **fields: Any) -> Client:
        return signed_in(UserFactory(roles=roles, **fields))

    return browser
