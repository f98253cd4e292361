"""For tests of who is told: an election whose practices signed somewhere else, with the signers' addresses."""

import pytest

from elections.models import Election
from tests.factories.elections import ElectionFactory, submit
from tests.factories.practices import GROUP, SOLO, load_cms_data
from tests.factories.told import give_addresses


@pytest.fixture
def elsewhere(cms_data: object) -> Election:
    """A draft whose practices signed on paper; the representative gave both signers' addresses."""
    return signed_elsewhere()


def signed_elsewhere() -> Election:
    election = ElectionFactory(practices=(SOLO, GROUP))
    give_addresses(election, "sol@example.org", "gwen@example.org")
    return election


@pytest.fixture(scope="module")
def told_once(module_db: None) -> Election:
    """The same draft, submitted once for all tests of a module: both signers were told."""
    load_cms_data()
    election = signed_elsewhere()
    submit(election)
    return election


@pytest.fixture
def told(elsewhere: Election) -> Election:
    """The same election, submitted: both signers were told."""
    submit(elsewhere)
    return Election.objects.get(pk=elsewhere.pk)
