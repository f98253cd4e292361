"""People and CMS data that the tests of elections share."""

import pytest
from django.test import Client

from accounts.models import User
from elections.models import Election
from eligibility.models import DeterminationClinician
from tests.agreements.conftest import executed_snapshot, sealed, unsealed
from tests.factories.elections import ElectionFactory
from tests.factories.people import DanaFactory, LeadFactory, ReviewerFactory, signed_in
from tests.factories.practices import BELOW, SOLO, load_cms_data
from tests.factories.signing import to_be_signed

__all__ = ["executed_snapshot", "sealed", "unsealed"]


@pytest.fixture(scope="module")
def asked_to_sign(module_db: None) -> Election:
    """An election of Dana Rivera's with CMS data, whose two practices' signers were sent their links."""
    load_cms_data()
    return to_be_signed()


@pytest.fixture(scope="module")
def approved_once(module_db: None) -> Election:
    """An election of Dana Rivera's with CMS data, which CMS approved on December 1, 2026."""
    load_cms_data()
    return ElectionFactory(state="approved")


@pytest.fixture
def cms_data(db):
    """CMS data that show every made-up practice."""
    return load_cms_data()


@pytest.fixture
def representative(db) -> User:
    return DanaFactory()


@pytest.fixture
def election(cms_data) -> Election:
    """Dana Rivera's draft, which lacks nothing."""
    return ElectionFactory()


@pytest.fixture
def election_of_2026(db, set_clock) -> Election:
    """Dana Rivera's draft of the year before, in November 2025."""
    set_clock("2025-11-20T10:00:00-05:00")
    load_cms_data(performance_year=2026)
    return ElectionFactory(year=2026)


@pytest.fixture
def submitted(cms_data) -> Election:
    return ElectionFactory(state="submitted")


@pytest.fixture
def in_review(cms_data) -> Election:
    return ElectionFactory(state="in_review")


@pytest.fixture
def approved(cms_data) -> Election:
    return ElectionFactory(state="approved")


@pytest.fixture
def below(cms_data) -> None:
    """CMS data show the solo practice below all three limits of the low-volume threshold."""
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(**BELOW)


@pytest.fixture
def client(representative) -> Client:
    """Dana Rivera's browser."""
    return signed_in(representative)


@pytest.fixture
def visitor() -> Client:
    """A browser in which no one is signed in."""
    return Client()


@pytest.fixture
def reviewer(db) -> User:
    return ReviewerFactory()


@pytest.fixture
def lead(db) -> User:
    return LeadFactory()


@pytest.fixture
def media(settings, tmp_path) -> None:
    """Keep what is stored apart for each test."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    """Staff sign in by password alone here; tests/accounts holds the second factor to its promise."""
    settings.STAFF_SECOND_FACTOR = False
