"""For tests of who is told: an election whose practices signed somewhere else, with the signers' addresses."""

import pytest

from elections.models import Election
from tests.factories.elections import ElectionFactory, submit
from tests.factories.practices import GROUP, SOLO
from tests.factories.told import give_addresses


@pytest.fixture
def elsewhere(cms_data: object) -> Election:
    """A draft whose practices signed on paper; the representative gave both signers' addresses."""
    election = ElectionFactory(practices=(SOLO, GROUP))
    give_addresses(election, "sol@example.org", "gwen@example.org")
    return election


@pytest.fixture
def told(elsewhere: Election) -> Election:
    """The same election, submitted: both signers were told."""
    submit(elsewhere)
    return Election.objects.get(pk=elsewhere.pk)
