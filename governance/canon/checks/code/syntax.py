"""One module or cell, parsed: the nodes that the checks ask for, names with what they stand for, places in characters."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

NEWLINE = re.compile(r"\r\n|\r|\n")
MOST_TEXTS = 20
Imported = ast.Import | ast.ImportFrom
# puts a node of one kind in its place; a set of ids says which constants are no strings of the code
Sort = Callable[["Syntax", Any, set[int]], None]
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass
class Syntax:
    """The nodes of a module by kind; strings that are no docstring; aliases and constants of the whole module.

    Scopes are not told apart: a name counts for all that it was given anywhere in the module.
    """

    text: str
    imports: list[Imported] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    definitions: list[Named] = field(default_factory=list)
    strings: list[ast.Constant] = field(default_factory=list)
    joined: list[ast.JoinedStr] = field(default_factory=list)
    assigned: list[tuple[ast.expr, ast.expr]] = field(default_factory=list)
    annotated: list[tuple[str, ast.expr]] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    constants: dict[str, list[str]] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)

    def place(
        self,
        node: ast.AST,
        word: str = "",
    ) -> tuple[int, int]:
        """Return line and column of a node, or of the first such word in the line from there on."""
        line, offset = node.lineno, node.col_offset  # type: ignore[attr-defined]
        whole = self.line(line)
        column = len(whole.encode()[:offset].decode(errors="replace"))
        if word:
            found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(whole, column)
            column = found.start() if found else column
        return line, column + 1

    def line(self, number: int) -> str:
        if not self._lines:
            self._lines = NEWLINE.split(self.text)
        return self._lines[number - 1] if number <= len(self._lines) else ""

    def dotted(self, node: ast.AST) -> str:
        """Return what a name stands for: `il.import_module` is `importlib.import_module` after `import importlib as il`."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        parts.append(self.aliases.get(node.id, node.id))
        return ".".join(reversed(parts))

    def texts(self, node: ast.AST) -> list[str]:
        """Return the texts that an expression can be, as far as they can be read off."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, ast.Name):
            return self.constants.get(node.id, [])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._added(node)
        if isinstance(node, ast.JoinedStr):
            return ["".join(_written(node))]
        return []

    def _added(self, node: ast.BinOp) -> list[str]:
        """Join both sides; where the right one is not known, the left one is how it begins."""
        right = self.texts(node.right) or [""]
        left = self.texts(node.left)
        return [f"{one}{other}" for one in left for other in right][:MOST_TEXTS]


def _written(node: ast.JoinedStr) -> Iterator[str]:
    """Give what an f-string begins with, up to the first value in it."""
    for one in node.values:
        if not isinstance(one, ast.Constant):
            return
        yield str(one.value)


def read(
    tree: ast.Module,
    text: str,
) -> Syntax:
    """Sort the nodes of a module by what they are asked for."""
    found = Syntax(text)
    passed_over: set[int] = set()
    for node in ast.walk(tree):
        sort = SORTS.get(type(node))
        if sort and id(node) not in passed_over:
            sort(found, node, passed_over)
    _alias_imports(found)
    for target, value in found.assigned:
        _name(found, target, value)
    return found


def _import(found: Syntax, node: Imported, passed_over: set[int]) -> None:
    found.imports.append(node)


def _call(found: Syntax, node: ast.Call, passed_over: set[int]) -> None:
    found.calls.append(node)


def _definition(found: Syntax, node: Named, passed_over: set[int]) -> None:
    found.definitions.append(node)


def _expression(found: Syntax, node: ast.Expr, passed_over: set[int]) -> None:
    # a docstring, or a string that stands for a comment
    if isinstance(node.value, ast.Constant):
        passed_over.add(id(node.value))


def _constant(found: Syntax, node: ast.Constant, passed_over: set[int]) -> None:
    if isinstance(node.value, str):
        found.strings.append(node)


def _joined(found: Syntax, node: ast.JoinedStr, passed_over: set[int]) -> None:
    found.joined.append(node)
    passed_over.update(id(one) for one in node.values)


def _assign(found: Syntax, node: ast.Assign, passed_over: set[int]) -> None:
    found.assigned += [(target, node.value) for target in node.targets]


def _named(found: Syntax, node: ast.NamedExpr, passed_over: set[int]) -> None:
    found.assigned.append((node.target, node.value))


def _typed(found: Syntax, node: ast.AnnAssign, passed_over: set[int]) -> None:
    found.annotated.append((_last(node.target), node.annotation))
    if node.value:
        found.assigned.append((node.target, node.value))


def _argument(found: Syntax, node: ast.arg, passed_over: set[int]) -> None:
    if node.annotation:
        found.annotated.append((node.arg, node.annotation))


def _opened(found: Syntax, node: ast.withitem, passed_over: set[int]) -> None:
    if node.optional_vars:
        found.assigned.append((node.optional_vars, node.context_expr))


SORTS: dict[type[ast.AST], Sort] = {
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Call: _call,
    ast.FunctionDef: _definition,
    ast.AsyncFunctionDef: _definition,
    ast.ClassDef: _definition,
    ast.Expr: _expression,
    ast.Constant: _constant,
    ast.JoinedStr: _joined,
    ast.Assign: _assign,
    ast.NamedExpr: _named,
    ast.AnnAssign: _typed,
    ast.arg: _argument,
    ast.withitem: _opened,
}


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _alias_imports(found: Syntax) -> None:
    for node in found.imports:
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.asname:
                    found.aliases[one.asname] = one.name
        elif node.module and not node.level:
            for one in node.names:
                found.aliases[one.asname or one.name] = f"{node.module}.{one.name}"


def _name(
    found: Syntax,
    target: ast.expr,
    value: ast.expr,
) -> None:
    """Remember a constant text, or another name of the same thing."""
    if not isinstance(target, ast.Name):
        return
    if isinstance(value, ast.Name | ast.Attribute):
        if (dotted := found.dotted(value)) and dotted != target.id:
            found.aliases.setdefault(target.id, dotted)
    elif texts := found.texts(value):
        known = found.constants.setdefault(target.id, [])
        known += texts[: MOST_TEXTS - len(known)]
