"""Imports of what is banned: as statements, and through importlib, `__import__` and their like."""

import ast
from collections.abc import Iterator

from governance.canon.checks.code.syntax import Syntax
from governance.canon.checks.findings import Finding
from governance.canon.checks.known import Known, Sighting

# functions that import what their first argument names
IMPORTERS = frozenset(
    {
        "__import__",
        "builtins.__import__",
        "importlib.__import__",
        "importlib.import_module",
        "importlib.util.find_spec",
        "pkgutil.resolve_name",
        "pytest.importorskip",
        "runpy.run_module",
        "django.utils.module_loading.import_string",
    }
)


def check(
    syntax: Syntax,
    known: Known,
) -> Iterator[Finding]:
    """Find what is imported of banned libraries, of banned vendors, and of vendors that the canon does not list."""
    for node in syntax.imports:
        if isinstance(node, ast.Import):
            yield from _imported(node, syntax, known)
        elif node.module and not node.level:
            yield from _imported_from(node, node.module, syntax, known)
    for call in syntax.calls:
        if syntax.dotted(call.func) in IMPORTERS:
            yield from _called(call, syntax, known)


def _imported(
    node: ast.Import,
    syntax: Syntax,
    known: Known,
) -> Iterator[Finding]:
    for one in node.names:
        if found := known.module(one.name):
            yield _finding(found, *syntax.place(one))


def _imported_from(
    node: ast.ImportFrom, module: str, syntax: Syntax, known: Known
) -> Iterator[Finding]:
    if found := known.module(module):
        yield _finding(found, *syntax.place(node, module))
        return
    for one in node.names:
        if found := known.module(f"{module}.{one.name}"):
            yield _finding(found, *syntax.place(one))


def _called(
    call: ast.Call,
    syntax: Syntax,
    known: Known,
) -> Iterator[Finding]:
    given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "name")]
    for node in given[:1]:
        sightings = {known.module(text.partition(":")[0]) for text in syntax.texts(node)}
        for found in sorted(filter(None, sightings)):
            yield _finding(found, *syntax.place(node))


def _finding(
    found: Sighting,
    line: int,
    column: int,
) -> Finding:
    return Finding(
        found.rule,
        found.name,
        line,
        column,
        found.said,
    )
