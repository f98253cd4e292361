"""The made-up world of the walk, in which CMS data show the planted SSN under everyone's NPI."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from eligibility.data.tin_hashes import tin_keys
from eligibility.models import DeterminationClinician
from ground import clock
from tests.conftest import PINNED
from tests.walk.world import World, make_world

from .numbers import SSN


def let_cms_data_show_the_ssn() -> None:
    """Have every clinician bill under the SSN too: so it is known for one, also where it is called an EIN."""
    for row in DeterminationClinician.objects.filter(tin_key=None):
        row.tin_key = tin_keys("SSN", SSN[-6:], (row.npi,))[0]
        row.save()


@pytest.fixture(scope="module")
def _made(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch, media:
        patch.setattr(clock, "now", lambda: PINNED)
        world = make_world()
        let_cms_data_show_the_ssn()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(_made: World, db: None) -> World:
    """The world as it was made; what a test changes is taken back."""
    return _made
