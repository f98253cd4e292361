"""The two practices of the draft that people type into."""

import pytest

from elections.models import Election, Member
from tests.factories.practices import GROUP, SOLO


@pytest.fixture
def solo(election: Election) -> Member:
    return election.members.get(name=SOLO.name)


@pytest.fixture
def group(election: Election) -> Member:
    return election.members.get(name=GROUP.name)
