"""A virtual group of three practices, as its agreement names them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from agreements.models import Agreement
from agreements.papers.rendering import render
from agreements.papers.sealing import seal
from agreements.text.document_text import PartyClinician, PartyFacts, Snapshot, build_snapshot

MADE_AT = datetime(2026, 12, 1, 15, tzinfo=UTC)
LAKESIDE = PartyFacts(
    "Lakeside Family Medicine",
    "EIN",
    "961234567",
    [PartyClinician("1558598797", "O’Neill", "Zoë"), PartyClinician("1234567893", "Rivera", "Dana")],
    signer_name="Dana Rivera",
    signer_title="Owner",
    executed_on=date(2026, 11, 10),
)
SOLO = PartyFacts("Ada Smith, MD", "SSN", "908172", [PartyClinician("1999999992", "Smith", "Ada")])
STATEMENT = "I may bind this practice. I agree to sign electronically, and I sign this agreement for it."
HARBOR = PartyFacts("Harbor <Orthopedics> & Sports", "EIN", "391234567", [PartyClinician("2000000002")])


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
    clinicians = [PartyClinician(f"1{number:09}", f"Lastname{number}", "First") for number in range(5)]
    return [PartyFacts(f"Practice number {at} of many", "EIN", f"39{at:07}", clinicians) for at in range(count)]


def signed(party: PartyFacts, **changes: Any) -> PartyFacts:
    """Return a party whose signer signed here; name what should differ in the signature."""
    signature: dict[str, Any] = {
        "name": f"Signer of {party.name}",
        "title": "Owner",
        "signed_at": "2026-11-30T16:05:09-05:00",
        "known_by": "link only",
        "statement": STATEMENT,
        "opt_in": None,
        "text_sha256": "a1" * 32,
        "parties_sha256": "b2" * 32,
        "schedule_sha256": "c3" * 32,
    }
    return replace(party, executed_on=date(2026, 11, 30), signature={**signature, **changes})


def executed(**changes: Any) -> Snapshot:
    """Return the snapshot of an agreement that all three practices signed here."""
    parties = [
        signed(LAKESIDE, name="Dana Rivera", known_by="second factor", opt_in=True),
        signed(SOLO, name="Ada Smith", title="Physician", known_by="account", opt_in=False),
        signed(HARBOR, name="Lee <Stone>", title="Managing partner", schedule_sha256="d4" * 32),
    ]
    return make_snapshot(**{"parties": parties, **changes})


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return make_snapshot()


@pytest.fixture(scope="session")
def pdf(snapshot: Snapshot) -> bytes:
    return render(snapshot, made_at=MADE_AT)


@pytest.fixture(scope="session")
def executed_snapshot() -> Snapshot:
    return executed()


@pytest.fixture(scope="session")
def unsealed(executed_snapshot: Snapshot) -> bytes:
    return render(executed_snapshot, made_at=MADE_AT)


@pytest.fixture(scope="session")
def sealed(unsealed: bytes) -> bytes:
    return seal(unsealed, at=MADE_AT)


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
