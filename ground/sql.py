"""Rows by statements of our own, for what Django's queries cannot do."""

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection


def rows(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """Return all rows that a statement finds, as named tuples of its columns; `values` are a list or by name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = _row(tuple(column.name for column in cursor.description))
        return [row._make(values) for values in cursor.fetchall()]


def hold_lock(lock: int) -> None:
    """Wait until no other transaction has this advisory lock (any fixed number), and hold it until ours ends.

    What was read before may be old by then: read it again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def joined(values: Iterable[str]) -> str:
    """Return texts without commas as one, for `= ANY(string_to_array(%s, ','))`.

    Hundreds of them, quoted one by one, take longer than the answer.
    """
    return ",".join(values)


@cache
def _row(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns)
