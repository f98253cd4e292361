"""The demo world of the extract, made once for a module; each test takes back what it changed."""

import pytest
from django.db import transaction

from demo import world
from tests.conftest import PINNED
from tests.world import read_world


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("ground.clock.now", lambda: PINNED)
        world.make(read_world(), now=PINNED, say=lambda line: None)
        yield
        transaction.set_rollback(True)
