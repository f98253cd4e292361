"""For tests that all begin with an approved election: it is made once for each module."""

import pytest

from elections.models import Election


@pytest.fixture
def cms_data(approved_once: Election, db: None) -> None:
    """What CMS data show is there with the election."""


@pytest.fixture
def approved(approved_once: Election, cms_data: None) -> Election:
    """The election as it was approved; what a test changes is taken back."""
    return Election.objects.get(pk=approved_once.pk)
