"""Rows by statements of our own: for hundreds of values Django takes longer to write a query than PostgreSQL to answer.

Values come as one text, `= ANY(string_to_array(%s, ','))`: each parameter, and each text of a list, is taken apart and
quoted by itself, which takes longer than all the rest.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection


def rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    """Return all rows that a statement finds; `values` are for its places, a list or by name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def joined(values: Iterable[str]) -> str:
    """Return texts as one; a text with a comma in it is looked for in its parts."""
    return ",".join(values)
