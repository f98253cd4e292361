"""The interface's own pages beside the site's."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def interface_urls(settings: Settings) -> None:
    """Serve tests/interface/urls.py, which holds the site's addresses too."""
    settings.ROOT_URLCONF = "tests.interface.urls"
