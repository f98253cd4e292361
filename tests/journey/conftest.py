"""People come one by one, each with a browser of their own."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from eligibility.models import DeterminationPractice
from tests.factories.practices import load_cms_data

from .five_rivers import HILLTOP, PRACTICES
from .players import KeyboardPlayer, Player


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    """A folder of its own for files. Staff sign in by password alone, as in the demo."""
    settings.STAFF_SECOND_FACTOR = False
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def five_practices(db: None) -> None:
    """CMS data of five practices, Hilltop as opt-in eligible."""
    load_cms_data(PRACTICES)
    DeterminationPractice.objects.filter(name=HILLTOP.name).update(patients=100, services=100)


@pytest.fixture
def enter(
    request: pytest.FixtureRequest, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Callable[..., Player]]:
    """Let people come one by one; pictures are named for the module they play in."""
    contexts, numbers = [], itertools.count(1)
    story = request.module.__name__.rpartition("test_")[2]
    Path(settings.VAR_DIR, "screenshots").mkdir(parents=True, exist_ok=True)

    def enter(name: str, *, by_keyboard: bool = False, **their_own: Any) -> Player:
        contexts.append(browser.new_context(**browser_context_args | their_own))
        contexts[-1].set_default_timeout(10_000)
        return (KeyboardPlayer if by_keyboard else Player)(contexts[-1].new_page(), name, story, numbers)

    yield enter
    for context in contexts:
        context.close()
