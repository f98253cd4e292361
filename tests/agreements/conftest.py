"""A virtual group of three practices, as its agreement names them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from agreements.models import Agreement
from agreements.rendering import render
from agreements.snapshot import Clinician, PartyFacts, Snapshot, build_snapshot
from tests.workers import broker, jobs

__all__ = ["broker", "jobs"]

MADE_AT = datetime(2026, 12, 1, 15, tzinfo=UTC)
LAKESIDE = PartyFacts(
    "Lakeside Family Medicine",
    "EIN",
    "961234567",
    [Clinician("1558598797", "O’Neill", "Zoë"), Clinician("1234567893", "Rivera", "Dana")],
    signer_name="Dana Rivera",
    signer_title="Owner",
    executed_on=date(2026, 11, 10),
)
SOLO = PartyFacts("Ada Smith, MD", "SSN", "908172", [Clinician("1999999992", "Smith", "Ada")])
HARBOR = PartyFacts("Harbor <Orthopedics> & Sports", "EIN", "391234567", [Clinician("2000000002")])


def make_snapshot(**changes: Any) -> Snapshot:
    """Return the snapshot of the three practices; name what should differ."""
    facts: dict[str, Any] = {
        "performance_year": 2027,
        "virtual_group": "Northern Lakes Virtual Group",
        "representative_name": "Dana Rivera",
        "representative_email": "dana@example.org",
        "parties": [LAKESIDE, SOLO, HARBOR],
    }
    return build_snapshot(**{**facts, **changes})


def many(count: int) -> list[PartyFacts]:
    """Return as many parties, each with five clinicians."""
    clinicians = [Clinician(f"1{number:09}", f"Lastname{number}", "First") for number in range(5)]
    return [PartyFacts(f"Practice number {at} of many", "EIN", f"39{at:07}", clinicians) for at in range(count)]


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return make_snapshot()


@pytest.fixture(scope="session")
def pdf(snapshot: Snapshot) -> bytes:
    return render(snapshot, made_at=MADE_AT)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("dana@example.org", name="Dana Rivera")


@pytest.fixture
def agreement(db: None) -> Agreement:
    return Agreement.objects.create(performance_year=2027)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Keep what is stored apart for each test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
