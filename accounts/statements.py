"""Rows by statements of our own, where Django takes longer to write a query than PostgreSQL to answer it.

That is so for hundreds of values, and in the minute in which everybody submits. Values come as one text,
`= ANY(string_to_array(%s, ','))`: each parameter, and each text of a list, is taken apart and quoted by itself, which
takes longer than all the rest.

PostgreSQL in turn takes longer to plan a statement than to run it where it finds few rows by their keys: `kept` ones
are planned once for each connection. Not those whose best plan hangs on the values, as all that read CMS data.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.utils import CursorWrapper

AnyModel = TypeVar("AnyModel", bound=models.Model)
KEEPING = "cursor_that_keeps"
FEW = 10  # rows of a statement that is kept: each number of rows makes another one
AS_THEY_ARE = {  # fields whose values go to the database as they are
    models.BooleanField,
    models.CharField,
    models.EmailField,
    models.ForeignKey,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.TextField,
}


def rows(statement: str, values: Any, *, kept: bool = False) -> list[tuple[Any, ...]]:
    """Return all rows that a statement finds; `values` are for its places, a list or by name."""
    mine = connections[DEFAULT_DB_ALIAS]
    if not kept or mine.queries_logged:  # who looks at statements sees them whole
        with mine.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    cursor = _keeping(mine)
    mine.connection.prepare_threshold = 0
    try:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
    finally:
        mine.connection.prepare_threshold = None  # psycopg would count, and so keep, the text of all others


def _keeping(mine: Any) -> CursorWrapper:
    """Return the one cursor of a connection whose statements PostgreSQL keeps."""
    mine.close_if_health_check_failed()
    mine.ensure_connection()
    if not hasattr(mine.connection, KEEPING):
        setattr(mine.connection, KEEPING, psycopg.Cursor(mine.connection))
    found: CursorWrapper = mine.make_cursor(getattr(mine.connection, KEEPING))
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
    mine = connections[DEFAULT_DB_ALIAS]
    values = [
        field.get_db_prep_save(field.pre_save(each, add=True), mine) if has_own_form else getattr(each, field.attname)
        for each in objects
        for field, has_own_form in columns
    ]
    found = rows(f"{head}{', '.join([row] * len(objects))}{tail}", values, kept=len(objects) <= FEW)
    if not once:
        for each, (key,) in zip(objects, found, strict=True):
            each.pk = key
        return list(objects)
    keys = {known_by: key for key, known_by in found}
    inserted = [each for each in objects if getattr(each, once) in keys]
    for each in inserted:
        each.pk = keys[getattr(each, once)]
    return inserted


def change(model: type[models.Model], where: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Give the one object whose fields are as in `where` new values, and say whether there is one; one query."""
    fields, statement = _change(model, tuple(values), tuple(where))
    mine = connections[DEFAULT_DB_ALIAS]
    given = [
        field.get_db_prep_save(value.pk if isinstance(value, models.Model) else value, mine)
        for field, value in zip(fields, [*values.values(), *where.values()], strict=True)
    ]
    return bool(rows(statement, given, kept=True))


@cache
def _insertion(model: type[models.Model], once: str) -> tuple[list[tuple[Any, bool]], str, str, str]:
    """Return the parts of the statement around and for one row, after a model's fields but its key.

    With each field comes whether the database has its values in another form.
    """
    meta = model._meta
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    back = f'"{meta.pk.column}"' + (f', "{meta.get_field(once).column}"' if once else "")  # type: ignore[union-attr]
    conflict = " ON CONFLICT DO NOTHING" if once else ""
    places = ", ".join(["%s"] * len(fields))
    forms = [(field, type(field) not in AS_THEY_ARE) for field in fields]
    head = f"INSERT INTO {meta.db_table} ({columns}) VALUES "  # noqa: S608
    return forms, head, f"({places})", f"{conflict} RETURNING {back}"


@cache
def _change(model: type[models.Model], changed: tuple[str, ...], known_by: tuple[str, ...]) -> tuple[list[Any], str]:
    """Return the fields that are changed and those that tell the object, and the statement that changes it."""
    fields: list[Any] = [model._meta.get_field(name) for name in changed + known_by]
    equal = [f'"{field.column}" = %s' for field in fields]
    setting, where = ", ".join(equal[: len(changed)]), " AND ".join(equal[len(changed) :])
    return fields, f"UPDATE {model._meta.db_table} SET {setting} WHERE {where} RETURNING 1"  # noqa: S608
