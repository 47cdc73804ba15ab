"""What an expression can stand for, as far as the code shows it: texts, tables of a client, an object."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from enrichment.scanner.modules import Defined, Module, Modules, assigned, imported
from enrichment.scanner.sql import HOLE

# so many texts one expression may stand for, and so deep it is followed
MOST_TEXTS = 24
DEEPEST = 40
# methods that leave a text what it is
SAME = (
    "strip",
    "lstrip",
    "rstrip",
    "lower",
    "dedent",
    "cleandoc",
)
SCHEMA_CALLS = ("schema",)
TABLE_CALLS = ("table", "from_", "from_table")


@dataclass(frozen=True)
class Value:
    """Nothing is known where all is empty. `owner` is the class of an object, as `module:class`."""

    texts: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    owner: str = ""
    # the parameter of an exposed function that it came in by
    asked: bool = False


NOTHING = Value()
ASKED = Value(asked=True)


@dataclass
class Scope:
    """Where an expression stands: its function, and what the parameters are given."""

    module: Module
    function: Defined | None = None
    given: dict[str, Value] = field(default_factory=dict)
    # names that were read already; one that is being read stands for nothing yet
    known: dict[str, Value] = field(default_factory=dict)


class Values:
    """Evaluates expressions over all modules of a tree."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        # what calls returned, by function and what it was given
        self.returned: dict[Any, Value] = {}

    def of(self, node: ast.AST | None, scope: Scope, depth: int = 0) -> Value:
        """Say what an expression can stand for."""
        if node is None or depth > DEEPEST:
            return NOTHING
        reading = READINGS.get(type(node))
        return reading(self, node, scope, depth + 1) if reading else NOTHING

    def texts(self, node: ast.AST | None, scope: Scope, depth: int = 0) -> tuple[str, ...]:
        return self.of(node, scope, depth).texts

    def _constant(self, node: ast.Constant, scope: Scope, depth: int) -> Value:
        return Value((node.value,)) if isinstance(node.value, str) else NOTHING

    def _joined(self, node: ast.JoinedStr, scope: Scope, depth: int) -> Value:
        parts = [self.texts(one, scope, depth) or (HOLE,) for one in node.values]
        return joined(parts)

    def _formatted(self, node: ast.FormattedValue, scope: Scope, depth: int) -> Value:
        return self.of(node.value, scope, depth)

    def _added(self, node: ast.BinOp, scope: Scope, depth: int) -> Value:
        left = self.texts(node.left, scope, depth)
        if isinstance(node.op, ast.Mod):
            return Value(tuple(_filled(one) for one in left))
        if not isinstance(node.op, ast.Add):
            return NOTHING
        right = self.texts(node.right, scope, depth)
        return joined([left or (HOLE,), right or (HOLE,)]) if left or right else NOTHING

    def _listed(
        self, node: ast.Tuple | ast.List | ast.Set | ast.BoolOp, scope: Scope, depth: int
    ) -> Value:
        inside = node.values if isinstance(node, ast.BoolOp) else node.elts
        return together(self.of(one, scope, depth) for one in inside[:MOST_TEXTS])

    def _chosen(self, node: ast.IfExp, scope: Scope, depth: int) -> Value:
        return together(self.of(one, scope, depth) for one in (node.body, node.orelse))

    def _awaited(self, node: ast.Await | ast.Starred, scope: Scope, depth: int) -> Value:
        return self.of(node.value, scope, depth)

    def _named(self, node: ast.Name, scope: Scope, depth: int) -> Value:
        if node.id in scope.given and node.id not in self._locals(scope):
            return scope.given[node.id]
        if node.id not in scope.known:
            scope.known[node.id] = NOTHING
            scope.known[node.id] = self._read(node, scope, depth)
        return scope.known[node.id]

    def _read(self, node: ast.Name, scope: Scope, depth: int) -> Value:
        here = self._locals(scope).get(node.id, [])[:MOST_TEXTS]
        if not here:
            return self._of_module(self.dotted(node, scope), scope.module, depth)
        found = [self.of(one, scope, depth) for one in here]
        return together(iter([*found, scope.given.get(node.id, NOTHING)]))

    def _locals(self, scope: Scope) -> dict[str, list[ast.expr]]:
        return scope.function.locals if scope.function else {}

    def _of_module(self, dotted: str, module: Module, depth: int) -> Value:
        """Read what a module assigned to a name, wherever that is."""
        found, name = self.modules.find(f"{module.name}.{dotted}")
        if found is None or name not in found.assigned:
            found, name = self.modules.find(dotted)
        if found is None:
            return NOTHING
        inside = found.assigned.get(name, [])[:MOST_TEXTS]
        return together(self.of(one, Scope(found), depth) for one in inside)

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> Value:
        root = self.of(node.value, scope, depth)
        if root.owner:
            return self.default_of(root.owner, node.attr, depth)
        if root.asked:
            return ASKED
        # a member of an enumeration is read by its .value
        if node.attr == "value" and isinstance(node.value, ast.Attribute):
            return root
        dotted = self.dotted(node, scope)
        if not dotted:
            return NOTHING
        of_class = self._of_class(dotted, scope, depth)
        return of_class or self._of_module(dotted, scope.module, depth)

    def _of_class(self, dotted: str, scope: Scope, depth: int) -> Value | None:
        """Read an attribute of a class that is named itself."""
        owner, _, name = dotted.rpartition(".")
        key = self.class_key(owner, scope.module)
        return self.default_of(key, name, depth) if key else None

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> Value:
        root = self.of(node.value, scope, depth)
        if root.asked:
            return ASKED
        return self._item(node, scope, depth)

    def _item(self, node: ast.Subscript, scope: Scope, depth: int) -> Value:
        """Read a member of a dictionary that stands in the code: the one asked for, else any."""
        named = self._literal(node.value, scope)
        if not isinstance(named, ast.Dict):
            return NOTHING
        asked = self.texts(node.slice, scope, depth)
        pairs = zip(named.keys, named.values, strict=True)
        chosen = [
            value
            for key, value in pairs
            if not asked or (isinstance(key, ast.Constant) and key.value in asked)
        ]
        return together(self.of(one, scope, depth) for one in chosen[:MOST_TEXTS])

    def _literal(self, node: ast.AST, scope: Scope) -> ast.AST | None:
        if not isinstance(node, ast.Name):
            return node
        module, name = self.modules.find(f"{scope.module.name}.{node.id}")
        inside = module.assigned.get(name, []) if module else []
        return inside[0] if inside else None

    def dotted(self, node: ast.AST, scope: Scope) -> str:
        """Write out what a name stands for, imports followed one step; empty for other expressions."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        local = scope.function.imports.get(node.id) if scope.function else None
        first = local or scope.module.imports.get(node.id) or node.id
        return ".".join([first, *reversed(parts)])

    def class_key(self, dotted: str, module: Module) -> str:
        """Find a class of the tree by its name: `module:class`, empty for none."""
        for name in (f"{module.name}.{dotted}", dotted):
            found, inner = self.modules.find(name) if dotted else (None, "")
            if found and inner in found.classes:
                return f"{found.name}:{inner}"
        return ""

    def default_of(self, key: str, name: str, depth: int = 0) -> Value:
        """Read what a class, or one it inherits from, gives a field; what it leaves open is asked for."""
        module_name, _, class_name = key.partition(":")
        module = self.modules.get(module_name)
        node = module.classes.get(class_name) if module else None
        if module is None or node is None or depth > DEEPEST:
            return NOTHING
        for statement in node.body:
            for field_name, value in assigned(statement):
                if field_name == name:
                    return self._field(value, Scope(module), depth + 1)
            if _declares(statement, name):
                return ASKED
        bases = [self.class_key(self.dotted(one, Scope(module)), module) for one in node.bases]
        found = [self.default_of(one, name, depth + 1) for one in bases if one]
        return next((one for one in found if one != NOTHING), NOTHING)

    def _field(self, value: ast.expr, scope: Scope, depth: int) -> Value:
        """Read a default, also where it stands in a call: Field("x"), Field(default="x")."""
        if not isinstance(value, ast.Call):
            return self.of(value, scope, depth)
        named = [one.value for one in value.keywords if one.arg == "default"]
        inside = [*named, *value.args][:1]
        texts = self.texts(inside[0], scope, depth) if inside else ()
        return Value(texts) if texts else ASKED


def _declares(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, ast.AnnAssign) and (
        isinstance(statement.target, ast.Name) and statement.target.id == name
    )


def _filled(text: str) -> str:
    return text.replace("%s", HOLE)


def joined(parts: list[tuple[str, ...]]) -> Value:
    """Every text that the parts make together; where these are too many, what differs is unknown."""
    size = 1
    for part in parts:
        size *= len(part)
    if size > MOST_TEXTS:
        parts = [part if len(part) == 1 else (HOLE,) for part in parts]
    return Value(tuple("".join(one) for one in product(*parts)))


def together(found: Iterator[Value]) -> Value:
    """One value for several that an expression can stand for."""
    every = [one for one in found if one != NOTHING]
    if len(every) < 2:
        return every[0] if every else NOTHING
    return Value(
        _distinct(every, "texts"),
        _distinct(every, "schemas"),
        _distinct(every, "tables"),
        next((one.owner for one in every if one.owner), ""),
        any(one.asked for one in every),
    )


def _distinct(values: list[Value], name: str) -> tuple[str, ...]:
    found = dict.fromkeys(text for one in values for text in getattr(one, name))
    return tuple(found)[:MOST_TEXTS]


def prepare(function: Defined) -> list[ast.Call]:
    """Note what a function calls, assigns, imports and returns; once, when it is first asked for."""
    if function.calls is not None:
        return function.calls
    function.calls = []
    # what decorates a function is not what it does
    waiting: list[ast.AST] = list(function.node.body)
    while waiting:
        node = waiting.pop()
        _note(function, node)
        waiting += ast.iter_child_nodes(node)
    function.calls.sort(key=lambda one: (one.lineno, one.col_offset))
    return function.calls


def _note(function: Defined, node: ast.AST) -> None:
    if isinstance(node, ast.Call):
        function.calls.append(node)  # type: ignore[union-attr]
    elif isinstance(node, ast.Import | ast.ImportFrom):
        function.imports |= imported(function.module, node)
    elif isinstance(node, ast.Return) and node.value:
        function.returns.append(node.value)
    else:
        for name, value in assigned(node):
            function.locals.setdefault(name, []).append(value)


# calls.py adds how calls are read
READINGS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Constant: Values._constant,
    ast.JoinedStr: Values._joined,
    ast.FormattedValue: Values._formatted,
    ast.BinOp: Values._added,
    ast.Tuple: Values._listed,
    ast.List: Values._listed,
    ast.Set: Values._listed,
    ast.BoolOp: Values._listed,
    ast.IfExp: Values._chosen,
    ast.Await: Values._awaited,
    ast.Starred: Values._awaited,
    ast.Name: Values._named,
    ast.Attribute: Values._attribute,
    ast.Subscript: Values._subscript,
}
