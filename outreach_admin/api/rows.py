"""Rows as JSON: read attribute by attribute, described by their model."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from rest_framework.serializers import ModelSerializer

Reader = Callable[[Any], Any]


class RowSerializer(ModelSerializer[Any]):
    """Writes the columns of rows; nothing is read by it.

    Fields stand for the schema alone: asking each of them for its value would take longer than the query.
    """

    @classmethod
    @cache
    def readers(cls) -> list[tuple[str, Reader]]:
        """Pair each name with what reads it off a row: once for each class, for making fields takes longest."""
        return [(name, attrgetter(field.source)) for name, field in cls().fields.items()]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Write one row."""
        return {name: read(instance) for name, read in self.readers()}
