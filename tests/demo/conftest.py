"""The demo world of the extract, made once for a module; each test takes back what it changed."""

import pytest

from demo import world
from tests.conftest import PINNED
from tests.factories import extract


@pytest.fixture(scope="module")
def made(module_db: None) -> None:
    world.make(extract.read(), now=PINNED, say=lambda line: None)
