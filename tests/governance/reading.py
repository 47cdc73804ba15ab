"""Queries run in a read-only transaction: one that writes fails its test."""

import contextlib
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.db import connection, transaction

from governance import queries

# they use connections of their own, also where Django's is in a transaction that failed
APART = {
    f"{queries.__name__}.canon.{name}"
    for name in (
        "apart",
        "current",
        "lookedup",
    )
}


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Refuse every write until the block ends; the transaction around it may write again."""
    with transaction.atomic(), connection.cursor() as cursor:
        # holds until the savepoint is released
        cursor.execute("SET TRANSACTION READ ONLY")
        yield


def read_only(query: Callable[..., Any]) -> Callable[..., Any]:
    """Return the query as it runs while nothing can be written."""

    @functools.wraps(query)
    def reads(*given: Any, **named: Any) -> Any:
        with reading():
            return query(*given, **named)

    return reads


def modules() -> list[ModuleType]:
    """Every module of queries that reads by Django's connection."""
    found = pkgutil.walk_packages(queries.__path__, f"{queries.__name__}.")
    return [importlib.import_module(one.name) for one in found if one.name not in APART]


def queries_of(module: ModuleType) -> Iterator[tuple[Any, str]]:
    """Name the public functions of a module, and the public methods of its classes."""
    own = [
        one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__
    ]
    for owner in (module, *filter(inspect.isclass, own)):
        for name, found in list(vars(owner).items()):
            is_ours = inspect.isfunction(found) and found.__module__ == module.__name__
            if is_ours and not name.startswith("_"):
                yield owner, name


def only_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query of governance run read-only."""
    for module in modules():
        for owner, name in queries_of(module):
            monkeypatch.setattr(owner, name, read_only(getattr(owner, name)))
