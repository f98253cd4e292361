"""The files that the demo loads, in the form that CMS staff load them (contracts: files that staff load)."""

from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path

from . import cast, fictional
from .draws import Draw
from .made_up import DemoFigures, Determined, Listed, Maker
from .source import NppesRow, RealData, write

PERFORMANCE_YEAR = 2027
DEACTIVATED_SHARE = 0.004
DEACTIVATED_ON = "02/16/2026"
NPPES_COLUMNS = (  # what NPPES calls the fields of NppesRow
    *("NPI", "Entity Type Code", "Provider Organization Name (Legal Business Name)", "Provider Last Name (Legal Name)"),
    *("Provider First Name", "NPI Deactivation Date", "NPI Reactivation Date"),
)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the files stand."""

    practices: Path
    clinicians: Path
    nppes: Path


def write_files(source: RealData, folder: Path) -> Files:
    """Write all three files; the same source gives the same bytes."""
    year = PERFORMANCE_YEAR
    files = Files(
        folder / f"made-up-determinations-{year}-practices.csv",
        folder / f"made-up-determinations-{year}-clinicians.csv",
        folder / "nppes-sample-completed.csv",
    )
    determined = determinations(source)
    write(files.practices, (_of_practice(one) | {"name": one.name} | _figures(one.figures) for one in determined))
    write(files.clinicians, (_of_practice(one) | _row(listed) for one in determined for listed in one.clinicians))
    write(files.nppes, (dict(zip(NPPES_COLUMNS, astuple(row), strict=True)) for row in nppes(source)))
    return files


def determinations(source: RealData) -> list[Determined]:
    """Return the made-up CMS data of the real practices and of the fictional ones."""
    maker = Maker(source)
    return [maker.practice(practice) for practice in source.practices] + list(fictional.DETERMINED)


def nppes(source: RealData) -> list[NppesRow]:
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


def _of_practice(one: Determined) -> dict[str, object]:
    return {"performance_year": PERFORMANCE_YEAR, "tin": one.tin, "tin_kind": one.tin_kind}


def _row(one: Listed) -> dict[str, object]:
    """Return the cells of a clinician: dataclass fields by their names, true and false as Y and N."""
    told = {name: ("N", "Y")[value] if isinstance(value, bool) else value for name, value in asdict(one).items()}
    del told["figures"]
    return told | _figures(one.figures)


def _figures(figures: DemoFigures) -> dict[str, object]:
    return asdict(figures) | {"allowed_charges": f"{figures.allowed_charges:.2f}"}
