"""Documents of agreements, each made once for all tests, and a place of its own for what a test keeps."""

from pathlib import Path
from typing import Any

import pytest

from agreements.papers.rendering import render
from agreements.papers.sealing import seal
from agreements.text.document_text import Snapshot
from tests.factories.agreements import MADE_AT, ExecutedFactory, RecordFactory, SnapshotFactory
from tests.factories.receipts import ReceiptFactory


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return SnapshotFactory()


@pytest.fixture(scope="session")
def pdf(snapshot: Snapshot) -> bytes:
    return render(snapshot, made_at=MADE_AT)


@pytest.fixture(scope="session")
def executed_snapshot() -> Snapshot:
    return ExecutedFactory()


@pytest.fixture(scope="session")
def unsealed(executed_snapshot: Snapshot) -> bytes:
    return render(executed_snapshot, made_at=MADE_AT)


@pytest.fixture(scope="session")
def sealed(unsealed: bytes) -> bytes:
    return seal(unsealed, at=MADE_AT)


@pytest.fixture(scope="session")
def record_snapshot() -> Snapshot:
    return RecordFactory()


@pytest.fixture(scope="session")
def record(record_snapshot: Snapshot) -> bytes:
    return render(record_snapshot, made_at=MADE_AT)


@pytest.fixture(scope="session")
def receipt() -> Snapshot:
    return ReceiptFactory()


@pytest.fixture(scope="session")
def sealed_receipt(receipt: Snapshot) -> bytes:
    return seal(render(receipt, made_at=MADE_AT), at=MADE_AT)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Keep what is stored apart for each test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
