"""What expressions of a module hold as they stand in it: texts in lists, under names, added up. Nothing is run."""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

# stands for what a text holds and nobody can read off
HOLE = "\0"
# these give what they are given
CALLS = frozenset({"list", "tuple", "set", "frozenset", "sorted", "dict", "sum"})
METHODS = frozenset({"values", "copy", "split", "splitlines", "strip"})
# these put their arguments into what they are called of
ADDING = frozenset({"append", "extend", "insert", "add", "update", "setdefault"})


class Text(NamedTuple):
    """A text and the node that holds it."""

    said: str
    node: ast.expr


class Computed(NamedTuple):
    """An expression that gives what cannot be read off."""

    node: ast.expr


Held = Iterator[Text | Computed]


class Literals:
    """The names of a module with all that they are ever given; scopes are not told apart."""

    def __init__(self, tree: ast.Module) -> None:
        self.given: dict[str, list[ast.expr]] = {}
        # names that stand for what is computed, whatever else they are given
        self.computed: set[str] = set()
        for node in ast.walk(tree):
            self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value:
            self._bind(node.target, node.value)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self._compute(node.target)
        elif isinstance(node, ast.withitem) and node.optional_vars:
            self._compute(node.optional_vars)
        elif isinstance(node, ast.Call):
            self._add(node)

    def _bind(
        self,
        target: ast.expr,
        value: ast.expr,
    ) -> None:
        if isinstance(target, ast.Name):
            self.given.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Subscript):
            entry = ast.copy_location(ast.Dict([target.slice], [value]), value)
            self._bind(target.value, entry)
        else:
            self._compute(target)

    def _compute(self, target: ast.expr) -> None:
        self.computed |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}

    def _add(self, call: ast.Call) -> None:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ADDING:
            # the place of insert() and the key of setdefault() are no values
            is_second = call.func.attr in ("insert", "setdefault")
            for value in call.args[is_second:]:
                self._bind(call.func.value, value)

    def values(self, name: ast.Name) -> list[ast.expr] | None:
        """Return all that a name is given; None where that cannot be read off."""
        return None if name.id in self.computed else self.given.get(name.id)

    def read(
        self,
        node: ast.expr,
        seen: frozenset[str] = frozenset(),
    ) -> Held:
        """Give the texts that an expression holds, and the parts of it that are computed."""
        if isinstance(node, ast.Name):
            yield from self._named(node, seen)
        elif said := whole(node):
            yield Text(said, node)
        elif (parts := _parts(node)) is None:
            yield Computed(node)
        else:
            for part in parts:
                yield from self.read(part, seen)

    def _named(
        self,
        node: ast.Name,
        seen: frozenset[str],
    ) -> Held:
        if node.id in seen:
            return
        values = self.values(node)
        if values is None:
            yield Computed(node)
        for value in values or ():
            yield from self.read(value, seen | {node.id})


def whole(node: ast.expr) -> str:
    """Return the text that an expression is put together to; empty where it is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(whole(part) or HOLE for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        left = whole(node.left)
        return left and _joined(left, node)
    return _returned(node)


def _joined(left: str, node: ast.BinOp) -> str:
    if isinstance(node.op, ast.Mod):
        return left.replace("%s", HOLE)
    return left + (whole(node.right) or HOLE)


def _returned(node: ast.expr) -> str:
    """Return the text of `"a=={}".format(..)`, and of `"a b".split()` a word a line."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    said = whole(node.func.value)
    if node.func.attr == "format":
        return said.replace("{}", HOLE).replace("{0}", HOLE)
    if node.func.attr == "split":
        between = whole(node.args[0]) if node.args else None
        return "\n".join(said.split(between or None))
    return said if node.func.attr in ("splitlines", "strip") else ""


def _of_call(node: ast.Call) -> list[ast.expr] | None:
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        return [*node.args, *(one.value for one in node.keywords)]
    if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        return [node.func.value]
    return None


def _of_sum(node: ast.BinOp) -> list[ast.expr] | None:
    is_union = isinstance(node.op, ast.Add | ast.BitOr)
    return [node.left, node.right] if is_union else None


def _of_comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> list[ast.expr] | None:
    """Read `[one for one in several if ..]`, which holds no more than the several do."""
    [first, *others] = node.generators
    if others or not isinstance(node.elt, ast.Name) or not isinstance(first.target, ast.Name):
        return None
    return [first.iter] if node.elt.id == first.target.id else None


PARTS: dict[type[ast.expr], Callable[..., list[ast.expr] | None]] = {
    ast.Constant: lambda node: [],
    ast.List: lambda node: node.elts,
    ast.Tuple: lambda node: node.elts,
    ast.Set: lambda node: node.elts,
    ast.Starred: lambda node: [node.value],
    ast.Dict: lambda node: node.values,
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.BoolOp: lambda node: node.values,
    ast.Subscript: lambda node: [node.value],
    ast.NamedExpr: lambda node: [node.value],
    ast.BinOp: _of_sum,
    ast.Call: _of_call,
    ast.ListComp: _of_comprehension,
    ast.SetComp: _of_comprehension,
    ast.GeneratorExp: _of_comprehension,
}


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """Return the expressions that one holds; None where it computes something."""
    of = PARTS.get(type(node))
    return of(node) if of else None
