"""Loads at the size of the country, against bare COPY of the same rows into the same tables."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from eligibility.loads import determinations, nppes
from eligibility.loads.copying import analyze
from eligibility.models import DeterminationClinician, DeterminationPractice, LoadKind, LoadRun
from ground import clock

from .files import blocks, write_determinations, write_nppes
from .measuring import Row, alone, seconds

TABLES = determinations.TABLES
LIMIT, MOST_MB = 2.5, 400


def measure(folder: Path) -> Iterator[Row]:
    """Load determinations and NPPES; the tables keep the determinations for the benchmarks after these."""
    yield _bulk_create(folder, practices=_practices() // 10)
    yield _nppes(folder, rows=4 * _practices())
    yield _determinations(folder, practices=_practices())


def _practices() -> int:
    return int(os.environ.get("BENCH_PRACTICES", "300000"))


def _determinations(folder: Path, *, practices: int) -> Row:
    first, second, rows = write_determinations(folder, practices)
    taken, peak = alone(lambda: determinations.load(first, second, by=None, now=clock.now()))
    bare = _bare_copy(folder, TABLES)
    return Row(
        "load_determinations", "bare COPY into the same tables and indexes", taken, bare, rows, peak, LIMIT, MOST_MB
    )


def _nppes(folder: Path, *, rows: int) -> Row:
    path = write_nppes(folder, rows)
    taken, peak = alone(lambda: nppes.load(path, by=None, now=clock.now()))
    bare = _bare_copy(folder, ("eligibility_nppesrecord",))
    return Row("load_nppes", "bare COPY into the same table and index", taken, bare, rows, peak, LIMIT, MOST_MB)


def _bulk_create(folder: Path, *, practices: int) -> Row:
    """Write a tenth of the rows through Django's bulk_create, for comparison."""
    first, second, rows = write_determinations(folder, practices)
    determinations.load(first, second, by=None, now=clock.now())
    of_practices = list(DeterminationPractice.objects.all())
    of_clinicians = list(DeterminationClinician.objects.all())
    bare = _bare_copy(folder, TABLES)
    _empty(TABLES)
    with transaction.atomic():
        taken = seconds(lambda: DeterminationPractice.objects.bulk_create(of_practices, batch_size=5_000))
        taken += seconds(lambda: DeterminationClinician.objects.bulk_create(of_clinicians, batch_size=5_000))
    _empty(TABLES)
    LoadRun.objects.filter(kind=LoadKind.DETERMINATIONS).delete()
    return Row("bulk_create", "bare COPY of the same tenth", taken, bare, rows)


def _bare_copy(folder: Path, tables: tuple[str, ...]) -> float:
    """Write the tables' rows to files, empty the tables, and return how long COPY takes to bring the rows back."""
    for table in tables:
        with (
            connection.cursor() as cursor,
            (folder / table).open("wb") as file,
            cursor.copy(f"COPY {table} TO STDOUT") as copy,
        ):
            file.writelines(copy)
    _empty(tables)

    def bring_back() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for block in blocks(folder / table):
                        copy.write(block)

    taken = seconds(bring_back)
    analyze(*tables)  # as the load left them, for the benchmarks after this one
    return taken


def _empty(tables: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
