"""Rows by statements of our own, where Django takes longer to write a query than PostgreSQL to answer it.

That is so for hundreds of values, and in the minute in which everybody submits. Values come as one text,
`= ANY(string_to_array(%s, ','))`: each parameter, and each text of a list, is taken apart and quoted by itself, which
takes longer than all the rest.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

AnyModel = TypeVar("AnyModel", bound=models.Model)


def rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    """Return all rows that a statement finds; `values` are for its places, a list or by name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def joined(values: Iterable[str]) -> str:
    """Return texts as one; a text with a comma in it is looked for in its parts."""
    return ",".join(values)


def insert(objects: Sequence[AnyModel], *, once: str = "") -> list[AnyModel]:
    """Insert new objects of one model, in one query, and return them with their keys.

    With `once`, the name of a field, those that the database holds already are left out; by that field the others are
    known. Like bulk_create it sends no signals.
    """
    if not objects:
        return []
    columns, head, row, tail = _insertion(type(objects[0]), once)
    values = [
        field.get_db_prep_save(field.pre_save(each, add=True), connection) for each in objects for field in columns
    ]
    found = rows(f"{head}{', '.join([row] * len(objects))}{tail}", values)
    if not once:
        for each, (key,) in zip(objects, found, strict=True):
            each.pk = key
        return list(objects)
    keys = {known_by: key for key, known_by in found}
    inserted = [each for each in objects if getattr(each, once) in keys]
    for each in inserted:
        each.pk = keys[getattr(each, once)]
    return inserted


@cache
def _insertion(model: type[models.Model], once: str) -> tuple[list[Any], str, str, str]:
    """Return a model's fields but its key, and the parts of the statement around and for one row."""
    meta = model._meta
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    back = f'"{meta.pk.column}"' + (f', "{meta.get_field(once).column}"' if once else "")  # type: ignore[union-attr]
    conflict = " ON CONFLICT DO NOTHING" if once else ""
    places = ", ".join(["%s"] * len(fields))
    return fields, f"INSERT INTO {meta.db_table} ({columns}) VALUES ", f"({places})", f"{conflict} RETURNING {back}"  # noqa: S608
