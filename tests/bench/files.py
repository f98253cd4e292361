"""Load files of the country's size, all made up: practices, their clinicians, NPPES."""

from collections.abc import Iterator
from pathlib import Path

from tests.factories.load_files import clinician, practice
from tests.factories.numbers import npi

PRACTICE_COLUMNS, CLINICIAN_COLUMNS = ",".join(practice()), ",".join(clinician())
NPPES_COLUMNS = (
    "NPI,Entity Type Code,NPI Deactivation Date,NPI Reactivation Date,"
    "Provider Organization Name (Legal Business Name),Provider Last Name (Legal Name),Provider First Name"
)
SIZES = (1, 2, 3, 5, 10, 4, 4, 4, 5, 5, 4)  # clinicians of one practice after the other: 4.27 on average


def write_determinations(folder: Path, count: int) -> tuple[Path, Path, int]:
    """Write so many practices and their clinicians; return both files and how many rows they hold together."""
    practices, clinicians, rows = folder / f"practices-{count}.csv", folder / f"clinicians-{count}.csv", count
    npis = [npi(number) for number in range(200_000)]
    with practices.open("w") as first, clinicians.open("w") as second:
        first.write(PRACTICE_COLUMNS + "\n")
        second.write(CLINICIAN_COLUMNS + "\n")
        for number in range(count):
            kind = "SSN" if number % len(SIZES) == 0 else "EIN"
            name = f"Practice number {number}"
            start = f"2027,{tin_of(name)},{kind},"
            figures = f"{90_000 + number % 9_000}.50,{number % 500},{number % 900}"
            first.write(f"{start}{name},{figures}\n")
            for place in range(SIZES[number % len(SIZES)]):
                second.write(_clinician(start, npis[(number * 7 + place) % len(npis)], number))
                rows += 1
    return practices, clinicians, rows


def tin_of(practice_name: str) -> str:
    """Return the TIN that a practice was written with, whole, by its name."""
    return str(100_000_000 + int(practice_name.rpartition(" ")[2]))


def write_nppes(folder: Path, count: int) -> Path:
    """Write so many rows of NPPES."""
    path = folder / "npidata_pfile_20261108.csv"
    with path.open("w") as file:
        file.write(NPPES_COLUMNS + "\n")
        for number in range(count):
            file.write(f"{npi(number)},1,,,,Lastname{number % 5_000},First{number % 700}\n")
    return path


def blocks(path: Path) -> Iterator[bytes]:
    """Yield a file in blocks of a megabyte."""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def _clinician(start: str, number: str, of: int) -> str:
    rest = f"Lastname{of % 4_000},First,physician,N,none,{of % 90_000}.25,{of % 300},{of % 400},N,N,{'YN'[of % 2]},N"
    return f"{start}{number},{rest}\n"
