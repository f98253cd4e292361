"""Places that every account of this machine can enter: a database server may run as another one than the tests."""

import dataclasses
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import commands, postgres, processes


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> postgres.Cluster:
    """A cluster that is not laid out yet, its logs in its own folder."""
    for module in (commands, processes):
        monkeypatch.setattr(module, "LOGS", open_folder / "log")
    return dataclasses.replace(postgres.cluster("test", throw_away=True), home=open_folder / "server")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def started() -> Iterator[list[processes.Process]]:
    """Processes to stop at the end, the database first in the list."""
    running: list[processes.Process] = []
    yield running
    processes.stop_all(running)
