"""The sample agreement: our own text between the example's practices, marked as a sample on every page.

The worker makes its PDF before anyone asks, so that what is open to everyone costs the site no rendering.
"""

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agreements.text.document_text import PartyClinician, PartyFacts, build_snapshot, fingerprint
from agreements.text.document_text import Snapshot as AgreementSnapshot

from . import example


def sample_agreement(performance_year: int) -> AgreementSnapshot:
    """Return the snapshot that the sample's PDF is made from. No one has signed it."""
    election = example.snapshot(performance_year)
    return build_snapshot(
        performance_year=performance_year,
        virtual_group=election.virtual_group_name,
        representative_name=election.representative_name,
        representative_email=election.representative_email,
        parties=[
            PartyFacts(entry.name, entry.tin_kind, entry.tin, [_clinician(npi) for npi in entry.npis])
            for entry in election.practices
        ],
    ) | {"sample": True}


def is_made(performance_year: int) -> bool:
    """Say whether the worker has made the PDF of this year's sample, as its text now is."""
    return default_storage.exists(_file_name(performance_year))


def open_pdf(performance_year: int) -> bytes:
    """Return the sample as a PDF; raise FileNotFoundError while it is not made."""
    with default_storage.open(_file_name(performance_year)) as file:
        return bytes(file.read())


def make_pdf(performance_year: int, *, now: datetime) -> None:
    """Make the sample's PDF unless it is there."""
    if is_made(performance_year):
        return
    from agreements.papers import rendering  # here, for it loads Pango, which no web process needs

    pdf = rendering.render(sample_agreement(performance_year), made_at=now)
    default_storage.save(_file_name(performance_year), ContentFile(pdf))


def _file_name(performance_year: int) -> str:
    return f"samples/{fingerprint(sample_agreement(performance_year))}.pdf"


def _clinician(npi: str) -> PartyClinician:
    name = example.NAMES[npi]
    return PartyClinician(npi, name.last_name, name.first_name)
