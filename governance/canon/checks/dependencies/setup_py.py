"""setup.py: what it hands to its call of setup(), as far as that stands in it; nothing of it is run."""

import ast
import re
from collections.abc import Iterator

from governance.canon.checks.dependencies.literals import (
    HOLE,
    Computed,
    Literals,
    Text,
)
from governance.canon.checks.dependencies.met import (
    Met,
    Required,
    Unread,
    requirement,
)
from governance.canon.checks.dependencies.names import named
from outreach_admin.disk import sources
from outreach_admin.disk.sources import Fault

KEYWORDS = frozenset({"install_requires", "setup_requires", "tests_require", "extras_require"})
SETUP = "setup"
NEWLINE = re.compile(r"\r\n|\r|\n")
COMPUTED = "computes {} of setup(), of which nothing can be read off"


class _Lines:
    """The lines of a module, in which a name is found within the text that holds it."""

    def __init__(self, text: str) -> None:
        self.lines = NEWLINE.split(text)

    def place(self, node: ast.expr, requirement: str) -> tuple[int, int]:
        found = named(requirement)
        wanted = re.compile(rf"(?<![\w.-]){re.escape(found[0] if found else requirement)}")
        start = node.col_offset
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            if match := wanted.search(self.lines[number - 1], start):
                return number, match.start() + 1
            start = 0
        return _place(node)


def read(text: str) -> Met:
    """Read the requirements of a setup.py; what setup() is given and is computed is said."""
    tree = sources.parsed(text)
    if isinstance(tree, Fault):
        # said by the check of its imports
        return
    try:
        yield from _of_tree(tree, _Lines(text))
    except RecursionError:
        yield Unread(sources.TOO_DEEP)


def _of_tree(tree: ast.Module, lines: _Lines) -> Met:
    literals = Literals(tree)
    # one list can be given twice
    said: set[ast.expr] = set()
    for name, value, is_setup in _given(tree, literals):
        if not name:
            yield Unread(COMPUTED.format("arguments"), _place(value))
            continue
        for one in literals.read(value):
            if one.node in said:
                continue
            if isinstance(one, Text):
                yield from _of_text(one, name, lines)
            elif is_setup:
                yield from _of_computed(one, name, lines)
            said.add(one.node)


def _given(tree: ast.Module, literals: Literals) -> Iterator[tuple[str, ast.expr, bool]]:
    """Give the arguments of setup(), then those of the same names of whatever else may hand them on."""
    setups = _names_of_setup(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        if _last(call.func) in setups:
            yield from ((*one, True) for one in _arguments(call, literals))
    for call in calls:
        for one in call.keywords:
            if one.arg in KEYWORDS:
                yield str(one.arg), one.value, False


def _names_of_setup(tree: ast.Module) -> set[str]:
    aliases = (
        one.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
        if one.name == SETUP and one.asname
    )
    return {SETUP, *aliases}


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _arguments(call: ast.Call, literals: Literals) -> Iterator[tuple[str, ast.expr]]:
    """Give the keywords that hold requirements; nameless is what cannot be read off."""
    for one in call.keywords:
        if one.arg is None:
            yield from _of_mapping(one.value, literals, frozenset())
        elif one.arg in KEYWORDS:
            yield one.arg, one.value


def _of_mapping(
    node: ast.expr,
    literals: Literals,
    seen: frozenset[str],
) -> Iterator[tuple[str, ast.expr]]:
    """Give the same of `**arguments`."""
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values, strict=True):
            if name is None:
                yield from _of_mapping(value, literals, seen)
            elif not isinstance(name, ast.Constant):
                yield "", name
            elif name.value in KEYWORDS:
                yield str(name.value), value
    elif isinstance(node, ast.Call) and _last(node.func) == "dict" and not node.args:
        yield from _arguments(node, literals)
    else:
        yield from _of_names(node, literals, seen)


def _of_names(
    node: ast.expr,
    literals: Literals,
    seen: frozenset[str],
) -> Iterator[tuple[str, ast.expr]]:
    name = node.id if isinstance(node, ast.Name) else ""
    values = literals.values(node) if isinstance(node, ast.Name) else None
    if values is None:
        yield "", node
    elif name not in seen:
        for value in values:
            yield from _of_mapping(value, literals, seen | {name})


def _of_text(
    one: Text,
    keyword: str,
    lines: _Lines,
) -> Met:
    """Read a text, which may hold a requirement a line; a version that is put into it may be anything."""
    for line in one.said.splitlines():
        bare = line.partition(" #")[0].strip()
        found = named(bare)
        if HOLE in bare and not (found and HOLE not in found[0]):
            yield Unread(COMPUTED.format(keyword), _place(one.node))
        elif bare and not bare.startswith("#"):
            yield from requirement(bare.replace(HOLE, "0"), lines.place(one.node, bare))


def _of_computed(
    computed: Computed,
    keyword: str,
    lines: _Lines,
) -> Met:
    """Say that it cannot be read, and read whatever stands in it: a library that it names is most likely required."""
    yield Unread(COMPUTED.format(keyword), _place(computed.node))
    for one in ast.walk(computed.node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            found = named(one.value)
            if found:
                yield Required(found[0], lines.place(one, one.value))


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset + 1
