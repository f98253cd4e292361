"""For modules whose tests all begin with an election that is asked to be signed: it is made once for each of them."""

import pytest

from accounts.models import User
from elections.models import Election


@pytest.fixture
def election(asked_to_sign: Election, db: None) -> Election:
    """The election as it was made; what a test changes is taken back."""
    return Election.objects.get(pk=asked_to_sign.pk)


@pytest.fixture
def representative(election: Election) -> User:
    return User.objects.get(email=election.representative_email)


@pytest.fixture
def cms_data(election: Election) -> None:
    """What CMS data show is there with the election."""
