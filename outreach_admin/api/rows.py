"""Rows as JSON: read attribute by attribute, described by their model."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from rest_framework.serializers import (
    BaseSerializer,
    Field,
    ModelSerializer,
    SerializerMethodField,
)

Reader = Callable[[Any], Any]


class RowSerializer(ModelSerializer[Any]):
    """Writes the columns of rows; nothing is read by it.

    Fields stand for the schema alone: asking each of them for its value would take longer than the query.
    """

    @classmethod
    @cache
    def readers(cls) -> list[tuple[str, Reader]]:
        """Pair each name with what reads it off a row: once for each class, for making fields takes longest."""
        maker = cls()
        return [(name, maker.reader_of(field)) for name, field in maker.fields.items()]

    def reader_of(self, field: Field[Any, Any, Any, Any]) -> Reader:
        """Choose what reads a field: an attribute, a method of this serializer, or what is nested."""
        if isinstance(field, SerializerMethodField):
            method: Reader = getattr(self, field.method_name)
            return method
        read = attrgetter(field.source)
        return _nested(field, read) if isinstance(field, BaseSerializer) else read

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Write one row."""
        return {name: read(instance) for name, read in self.readers()}


def _nested(field: BaseSerializer[Any], read: Reader) -> Reader:
    def write(row: Any) -> Any:
        value = read(row)
        return None if value is None else field.to_representation(value)

    return write
