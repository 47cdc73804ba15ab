"""Banned ways of working, by the names that code gives them: what is defined, imported or called under one."""

import ast
from collections.abc import Iterator

from governance.canon.checks.code.syntax import Syntax
from governance.canon.checks.findings import Finding
from governance.canon.checks.known import Known


def check(
    syntax: Syntax,
    known: Known,
) -> Iterator[Finding]:
    """Find functions, classes, imports and calls that bear exactly the name of a banned pattern."""
    for node, name in _named(syntax):
        if found := known.pattern(name):
            yield Finding(
                found.rule,
                found.name,
                *syntax.place(node, name),
                found.said,
            )


def _named(syntax: Syntax) -> Iterator[tuple[ast.AST, str]]:
    for defined in syntax.definitions:
        yield defined, defined.name
    for node in syntax.imports:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module.rpartition(".")[2]
        for one in node.names:
            yield one, one.name.rpartition(".")[2]
    for call in syntax.calls:
        if isinstance(call.func, ast.Name):
            yield call.func, call.func.id
        elif isinstance(call.func, ast.Attribute):
            yield call.func, call.func.attr
