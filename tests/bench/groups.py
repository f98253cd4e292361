"""Practices of the country's made-up data, as somebody would list them."""

from typing import Any

from eligibility.models import DeterminationClinician, LoadKind, LoadRun
from tests.factories.practices import FictionalPractice

from .files import tin_of

EXCEEDING = {"patients__gt": 200, "services__gt": 200}  # the low-volume threshold, so that nothing stands in the way


def practices(count: int, *, first: int = 0, **those: Any) -> list[FictionalPractice]:
    """Return so many practices with an EIN that CMS data show, from the `first` on; `those` filters them."""
    run = LoadRun.objects.get(kind=LoadKind.DETERMINATIONS, status=LoadRun.Status.ACTIVE)
    rows = run.practices.filter(tin_kind="EIN", **those).order_by("pk")[first : first + count]
    npis: dict[int, list[str]] = {row.pk: [] for row in rows}
    for clinician in DeterminationClinician.objects.filter(practice__in=list(npis)).order_by("npi"):
        npis[clinician.practice_id].append(clinician.npi)
    return [FictionalPractice(row.name, tin_of(row.name), tuple(npis[row.pk])) for row in rows]
