"""The site, workers, brokers and a mail server, all real."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eligibility.models import LoadRun
from tests.factories.practices import load_cms_data
from tests.smtp import mail_server
from tests.workers import broker, jobs

from .web import Web

__all__ = ["broker", "jobs", "mail_server"]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Keep what is stored apart for each test, here and in the processes it starts."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def cms_data(db: None) -> LoadRun:
    """CMS data that show every made-up practice."""
    return load_cms_data()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure that was measured, whatever pytest holds back."""

    def show(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return show


@pytest.fixture
def serve(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Web]]:
    """Start the site on this test's database; it is stopped before the database is emptied."""
    started: list[Web] = []

    def start(*, processes: int = 4, threads: int = 13, **environment: str) -> Web:
        # Each thread has a connection of its own, so that many are at work at once.
        own = {"DB_POOL_SIZE": "0", "BROKER_DIR": str(tmp_path / "broker")}
        started.append(Web(tmp_path / "web.log", processes=processes, threads=threads, **own | environment))
        return started[-1]

    yield start
    for each in started:
        each.stop()
