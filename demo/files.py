"""The files that the demo loads, in the form that CMS staff load them (contracts: files that staff load)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from . import cast, fictional
from .draws import Draw
from .made_up import Determined, Figures, Maker
from .source import NppesRow, Source, write

PERFORMANCE_YEAR = 2027
DEACTIVATED_SHARE = 0.004
DEACTIVATED_ON = "02/16/2026"


@dataclass(frozen=True, slots=True)
class Files:
    """Where the files stand."""

    practices: Path
    clinicians: Path
    nppes: Path


def write_files(source: Source, folder: Path) -> Files:
    """Write all three files; the same source gives the same bytes."""
    year = PERFORMANCE_YEAR
    files = Files(
        folder / f"made-up-determinations-{year}-practices.csv",
        folder / f"made-up-determinations-{year}-clinicians.csv",
        folder / "nppes-sample-completed.csv",
    )
    determined = determinations(source)
    write(files.practices, (_practice_row(one) for one in determined))
    write(files.clinicians, (row for one in determined for row in _clinician_rows(one)))
    write(files.nppes, (_nppes_row(row) for row in nppes(source)))
    return files


def determinations(source: Source) -> list[Determined]:
    """Return what CMS data show of real practices (made up) and of fictional ones."""
    maker = Maker(source)
    return [maker.practice(practice) for practice in source.practices] + list(fictional.DETERMINED)


def nppes(source: Source) -> list[NppesRow]:
    """Return the sample, completed by the clinicians of all rosters; few of them, none of the cast, are deactivated.

    CMS lists only persons in rosters, so the type is known also where the name is not.
    """
    rows = {row.npi: row for row in source.nppes}
    kept = {clinician.npi for one in source.practices if one.id in cast.ALL for clinician in one.clinicians}
    for practice in source.practices:
        for one in practice.clinicians:
            row = rows.get(one.npi) or NppesRow(one.npi, "1", "", one.last_name, one.first_name, "", "")
            if one.npi not in kept and Draw(one.npi).happens("deactivated", DEACTIVATED_SHARE):
                row = replace(row, deactivated_on=DEACTIVATED_ON, reactivated_on="")
            rows[one.npi] = row
    return [rows[npi] for npi in sorted(rows)] + fictional.nppes()


def _practice_row(one: Determined) -> dict[str, object]:
    return {
        "performance_year": PERFORMANCE_YEAR,
        "tin": one.tin,
        "tin_kind": one.tin_kind,
        "name": one.name,
        **_figures(one.figures),
    }


def _clinician_rows(practice: Determined) -> Iterator[dict[str, object]]:
    for one in practice.clinicians:
        yield {
            "performance_year": PERFORMANCE_YEAR,
            "tin": practice.tin,
            "tin_kind": practice.tin_kind,
            "npi": one.npi,
            "last_name": one.last_name,
            "first_name": one.first_name,
            "clinician_type": one.clinician_type,
            "newly_enrolled": _yes_or_no(one.newly_enrolled),
            "qp_status": one.qp_status,
            **_figures(one.figures),
            "non_patient_facing": _yes_or_no(one.non_patient_facing),
            "hospital_based": _yes_or_no(one.hospital_based),
            "rural": _yes_or_no(one.rural),
            "hpsa": _yes_or_no(one.hpsa),
        }


def _figures(figures: Figures) -> dict[str, object]:
    return {
        "allowed_charges": f"{figures.allowed_charges:.2f}",
        "patients": figures.patients,
        "services": figures.services,
    }


def _nppes_row(row: NppesRow) -> dict[str, object]:
    return {
        "NPI": row.npi,
        "Entity Type Code": row.entity_type,
        "Provider Organization Name (Legal Business Name)": row.organization_name,
        "Provider Last Name (Legal Name)": row.last_name,
        "Provider First Name": row.first_name,
        "NPI Deactivation Date": row.deactivated_on,
        "NPI Reactivation Date": row.reactivated_on,
    }


def _yes_or_no(value: bool) -> str:
    return "Y" if value else "N"
