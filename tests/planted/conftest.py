"""The made-up world of the walk, in which CMS data show the planted SSN under everyone's NPI."""

import pytest

from eligibility.data.tin_hashes import tin_keys
from eligibility.models import DeterminationClinician
from tests.walk.conftest import world
from tests.walk.world import World, make_world

from .numbers import SSN

__all__ = ["world"]


def let_cms_data_show_the_ssn() -> None:
    """Have every clinician bill under the SSN too: so it is known for one, also where it is called an EIN."""
    for row in DeterminationClinician.objects.filter(tin_key=None):
        row.tin_key = tin_keys("SSN", SSN[-6:], (row.npi,))[0]
        row.save()


@pytest.fixture(scope="module")
def _made(module_db: None) -> World:
    made = make_world()
    let_cms_data_show_the_ssn()
    return made
