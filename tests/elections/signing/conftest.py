"""For tests that all begin with an election that is asked to be signed: it is made once for each module."""

import pytest

from accounts.models import User
from elections.models import Election
from eligibility.models import DeterminationClinician
from tests.factories.practices import SOLO
from tests.factories.signing import Signer, to_be_signed


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


@pytest.fixture
def opt_in(cms_data: None) -> Election:
    """An election in which Quiet Harbor is opt-in eligible; its signers were sent their links."""
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(patients=10, services=10)
    return to_be_signed()


@pytest.fixture
def sol(election: Election) -> Signer:
    """Who signs for Quiet Harbor Medicine."""
    return Signer("sol@example.org")
