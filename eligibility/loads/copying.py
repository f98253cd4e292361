"""Rows into a table by COPY: text format, a block at a time, nothing written once a problem was met."""

from collections.abc import Iterable
from itertools import islice

from django.db import connection

from .report import Report

NULL = r"\N"
ROWS_A_BLOCK = 1_000


def copy_rows(statement: str, rows: Iterable[str], report: Report) -> None:
    """Copy rows of tab-separated cells in; go on reading, but write no more, from the first problem on."""
    left = iter(rows)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while lines := list(islice(left, ROWS_A_BLOCK)):
            if not report.count:
                copy.write("\n".join([*lines, ""]))


def analyze(*tables: str) -> None:
    """Have the planner know the new rows at once: until then every page would read whole tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def escaped(text: str) -> str:
    """Return text (without control characters) as COPY reads it."""
    return text.replace("\\", r"\\")
