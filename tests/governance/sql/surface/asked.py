"""Asking the surface as a script would: text in, rows or a row count out."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction


def rows(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return cursor.fetchall() if cursor.description else []


def value(statement: str, *given: Any) -> Any:
    ((found,),) = rows(statement, *given)
    return found


def changed(statement: str, *given: Any) -> int:
    """Run a statement and return how many rows it says that it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return cursor.rowcount


def refused(statement: str, *given: Any) -> str:
    """Run a statement that the database refuses, and return what it says."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        changed(statement, *given)
    return str(refusal.value)
