"""Queries that Django writes once in a process, where writing one takes longer than answering it.

They are for pages that people open all day, and for the minute in which everybody submits.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

from .statements import rows

AnyModel = TypeVar("AnyModel", bound=models.Model)


class _Written(NamedTuple):
    """A statement; its parameters, each with the place of the value it stands for, None where it is always the same.

    Then what makes objects of its rows, as Django itself does (django.db.models.query.ModelIterable).
    """

    statement: str
    parameters: list[tuple[int | None, Any]]
    compiler: Any
    converters: dict[int, Any]
    model: Any
    columns: list[str]
    populators: list[Any]


class Query(Generic[AnyModel]):
    """A query that finds few objects by their keys, run with other values each time; PostgreSQL keeps its plan.

    `build` makes the queryset, with its select_related, of the values. `samples` are values of the same types, no two
    alike, to write it with: where they stand in the statement, the real ones will. None is no value, for it makes
    another statement.
    """

    def __init__(self, build: Callable[..., models.QuerySet[AnyModel]], *samples: Any) -> None:
        self._build, self._samples = build, samples

    def __call__(self, *values: Any) -> list[AnyModel]:
        """Return the objects found."""
        written = self._written
        given = [same if place is None else values[place] for place, same in written.parameters]
        found = rows(written.statement, given, kept=True)
        if written.converters:
            found = list(written.compiler.apply_converters(found, written.converters))
        return [self._object(row) for row in found]

    def _object(self, row: Sequence[Any]) -> AnyModel:
        written = self._written
        columns = written.columns
        found: AnyModel = written.model.from_db(DEFAULT_DB_ALIAS, columns, row[: len(columns)])
        for populator in written.populators:
            populator.populate(row, found)
        return found

    def _places(self, parameters: Sequence[Any]) -> list[tuple[int | None, Any]]:
        samples = [(type(sample), sample) for sample in self._samples]
        of_values = [(type(one), one) for one in parameters]
        if any(of_values.count(sample) == 0 or samples.count(sample) > 1 for sample in samples):
            raise ValueError("Each sample has to stand in the statement as it was given, no two alike.")
        return [(samples.index(one) if one in samples else None, one[1]) for one in of_values]

    @cached_property
    def _written(self) -> _Written:
        compiler: Any = self._build(*self._samples).query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        own = compiler.klass_info["select_fields"]
        return _Written(
            statement,
            self._places(parameters),
            compiler,
            compiler.get_converters([expression for expression, *_ in compiler.select]),
            compiler.klass_info["model"],
            [column.target.attname for column, *_ in compiler.select[: len(own)]],
            get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]
        )
