"""SQL of contracts, parsed: whether it is one query, and whether its tables and columns are in a schema."""

import logging
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

Columns = Mapping[tuple[str, str], frozenset[str]]
DIALECT = "postgres"
DEFAULT = "public"


class Fault(NamedTuple):
    """What is wrong at a place of the text; `name` is the table or column it is about."""

    line: int
    column: int
    name: str
    said: str


def check(
    text: str,
    columns: Columns | None,
) -> list[Fault]:
    """Find what is wrong with a query; without a schema its columns are not looked at."""
    try:
        parsed = [one for one in sqlglot.parse(text, read=DIALECT) if one]
    except SqlglotError as reason:
        return [_unparsed(reason)]
    except RecursionError:
        return [Fault(1, 1, "", "It is nested too deeply to be read.")]
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query):
        return [Fault(1, 1, "", "It is not one query: write a single SELECT.")]
    if columns is None:
        return []
    try:
        scopes = traverse_scope(parsed[0])
        return [fault for scope in scopes for fault in _of_scope(scope, text, columns)]
    except (SqlglotError, RecursionError) as reason:
        return [Fault(1, 1, "", f"Its tables cannot be told: {str(reason)[:200]}.")]


def _unparsed(reason: SqlglotError) -> Fault:
    errors = getattr(reason, "errors", None) or [{}]
    first = errors[0]
    said = str(first.get("description") or reason).strip().rstrip(".")
    line, column = first.get("line") or 1, first.get("col") or 1
    return Fault(
        int(line),
        int(column),
        "",
        f"It cannot be parsed: {said[:200]}.",
    )


def _of_scope(
    scope: Scope,
    text: str,
    columns: Columns,
) -> Iterator[Fault]:
    sources = {name: _offered(source, columns) for name, source in scope.sources.items()}
    for source in scope.sources.values():
        if isinstance(source, exp.Table) and _offered(source, columns) is None:
            name = ".".join(filter(None, _named(source)))
            yield Fault(
                *_place(source.this, text), name, f"There is no table {name} in the schema."
            )
    for column in scope.columns:
        offered = _offering(column, sources)
        if offered is not None and column.name.lower() not in offered:
            said = f"There is no column {column.sql(dialect=DIALECT)} in the schema."
            yield Fault(
                *_place(column.this, text),
                column.name,
                said,
            )


def _offering(
    column: exp.Column, sources: Mapping[str, frozenset[str] | None]
) -> frozenset[str] | None:
    """Return the columns that a column can be one of; None where that cannot be told."""
    asked = [sources.get(column.table)] if column.table else list(sources.values())
    if isinstance(column.this, exp.Star) or not asked or None in asked:
        return None
    return frozenset[str]().union(*filter(None, asked))


def _offered(
    source: exp.Table | Scope,
    columns: Columns,
) -> frozenset[str] | None:
    if isinstance(source, Scope):
        # a LATERAL does not say what it gives
        names = getattr(source.expression, "named_selects", None) or ["*"]
        return None if "*" in names else frozenset(name.lower() for name in names)
    return columns.get(_named(source))


def _named(table: exp.Table) -> tuple[str, str]:
    return (table.db or DEFAULT).lower(), table.name.lower()


def _place(
    node: exp.Expression,
    text: str,
) -> tuple[int, int]:
    """Return line and column where an identifier begins."""
    start = node.meta.get("start", 0)
    before = text[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def columns(text: str) -> Columns:
    """Read the tables that a schema creates, with their columns; what else stands there is passed over."""
    # a dump holds much that is no table, of which the parser would say so in the log
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for one in sqlglot.parse(text, read=DIALECT, error_level=ErrorLevel.IGNORE):
        if isinstance(one, exp.Create) and isinstance(one.this, exp.Schema):
            named = [each for each in one.this.expressions if isinstance(each, exp.ColumnDef)]
            found[_named(one.this.this)] = frozenset(each.name.lower() for each in named)
    return found
