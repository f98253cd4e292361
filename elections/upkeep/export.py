"""Approved virtual groups as other systems of CMS take them: a row per identifier, TIN and NPI."""

from collections.abc import Iterator

from eligibility.data import nppes

from ..content import Snapshot
from ..models import Election, Submission
from ..roster_history import stays
from ..states import ElectionStatus

COLUMNS = (
    "performance_year",
    "virtual_group_identifier",
    "virtual_group_name",
    "tin_kind",
    "tin",
    "practice_name",
    "npi",
    "last_name",
    "first_name",
    "from_date",
    "to_date",
)


def export_rows(performance_year: int) -> Iterator[dict[str, object]]:
    """Yield the rows of a performance year, by identifier, practice and NPI; of an SSN TIN only the last six digits."""
    approved = Election.objects.filter(
        performance_year=performance_year, status=ElectionStatus.APPROVED, pending_decision=None
    )
    for election in approved.select_related("last_submission").order_by("virtual_group_identifier"):
        if election.last_submission:  # the status table lets nothing be approved without one
            yield from _rows(election, election.last_submission)


def _rows(election: Election, submission: Submission) -> Iterator[dict[str, object]]:
    snapshot = Snapshot.of_submission(submission)
    found = stays(submission, snapshot)
    names = nppes.names({stay.npi for stay in found})
    for stay in found:
        entry, name = snapshot.practices[stay.practice], names.get(stay.npi)
        yield {
            "performance_year": snapshot.performance_year,
            "virtual_group_identifier": election.virtual_group_identifier,
            "virtual_group_name": snapshot.virtual_group_name,
            "tin_kind": entry.tin_kind,
            "tin": entry.tin,
            "practice_name": entry.name,
            "npi": stay.npi,
            "last_name": name.last_name if name else "",
            "first_name": name.first_name if name else "",
            "from_date": stay.from_date,
            "to_date": stay.to_date or "",
        }
