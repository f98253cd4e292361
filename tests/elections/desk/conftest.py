"""At the desk the browser is the reviewer's."""

import pytest
from django.test import Client

from tests.factories.people import signed_in


@pytest.fixture
def client(reviewer) -> Client:
    """Alex Reviewer's browser."""
    return signed_in(reviewer)
