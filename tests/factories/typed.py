"""factory-boy's factories, so that a type checker knows what a call of them returns."""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import factory

Made = TypeVar("Made")


class _Typed(Generic[Made]):
    if TYPE_CHECKING:

        def __new__(cls, **fields: Any) -> Made: ...  # type: ignore[misc]


class Factory(_Typed[Made], factory.Factory[Made]):
    """Makes any object."""

    class Meta:
        abstract = True


class ModelFactory(_Typed[Made], factory.django.DjangoModelFactory[Made]):
    """Makes a row of the database."""

    class Meta:
        abstract = True


class DictFactory(_Typed[dict[str, Any]], factory.DictFactory):
    """Makes a dictionary."""

    class Meta:
        abstract = True
