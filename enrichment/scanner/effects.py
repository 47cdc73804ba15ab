"""What a function does, with all that it calls: tables it writes, slugs it names, runs it opens."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from enrichment.scanner import sql
from enrichment.scanner.calls import Target, target_of
from enrichment.scanner.modules import Defined
from enrichment.scanner.records import CONSTANT, DEFAULT, DYNAMIC, MODULE, RUNS, Write, layer_of
from enrichment.scanner.settings import Settings
from enrichment.scanner.sql import HOLE
from enrichment.scanner.values import Scope, Value, Values, prepare

CLIENT_WRITES = (
    "insert",
    "upsert",
    "update",
    "delete",
)
# they narrow an update or a delete to the rows of a key
NARROWS = ("eq", "in_", "match")
# a client's way to name the key of an upsert
CONFLICT = "on_conflict"
# so deep helpers are followed
DEEPEST = 24
# calls of a chain between its table and what narrows or writes it
LONGEST_CHAIN = 40


@dataclass(frozen=True)
class Named:
    """A slug that the code names, and how it comes to it; empty when it arrives with the request."""

    slug: str
    how: str


@dataclass(frozen=True)
class Effects:
    """What a function does."""

    writes: tuple[Write, ...] = ()
    slugs: tuple[Named, ...] = ()
    opens_run: bool = False


NONE = Effects()


class Reader:
    """Reads effects; each function once for each way in which it is called."""

    def __init__(self, values: Values, settings: Settings) -> None:
        self.values = values
        self.settings = settings
        self.known: dict[object, Effects] = {}

    def of(self, target: Target, depth: int = 0) -> Effects:
        """Say what a function does when it is given that; one that calls itself does nothing more by it."""
        function = target.function
        key = (id(function), tuple(sorted(target.given.items(), key=str)))
        if key not in self.known:
            self.known[key] = NONE
            self.known[key] = self._read(function, target.given, depth)
        return self.known[key]

    def _read(self, function: Defined, given: dict[str, Value], depth: int) -> Effects:
        scope = Scope(function.module, function, given)
        found = [self._of_call(node, scope, depth) for node in prepare(function)]
        writes = merged(write for one in found for write in one.writes)
        slugs = tuple(dict.fromkeys(slug for one in found for slug in one.slugs))
        opens = any(one.opens_run for one in found)
        return Effects(writes, slugs, opens or any(write.table == RUNS for write in writes))

    def _of_call(self, node: ast.Call, scope: Scope, depth: int) -> Effects:
        called = _dotted(node.func)
        last = called.rpartition(".")[2]
        if last in CLIENT_WRITES or last in NARROWS:
            writes = self._client(node, scope)
        elif last in self.settings.sql_calls:
            writes = self._sql(node, scope)
        elif last in ("to_sql", "copy_records_to_table"):
            writes = self._frame(node, scope)
        else:
            writes = ()
        opens = self._is_opening(node, called, scope)
        slugs = tuple(self._slugs(node, opens, scope))
        own = Effects(tuple(writes), slugs, opens)
        return self._with_helper(node, own, scope, depth)

    def _with_helper(self, node: ast.Call, own: Effects, scope: Scope, depth: int) -> Effects:
        """Add what the function does that is called, if it is of the tree."""
        target = target_of(self.values, node, scope) if depth < DEEPEST else None
        if target is None:
            return own
        done = self.of(target, depth + 1)
        name = f"{_dotted(node.func)}()"
        writes = tuple(replace(write, via=name) for write in done.writes)
        return Effects(own.writes + writes, own.slugs + done.slugs, own.opens_run or done.opens_run)

    def _client(self, node: ast.Call, scope: Scope) -> Iterator[Write]:
        """Read db.schema("raw").table("x").upsert(rows, on_conflict="domain") and what narrows one."""
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        keys: tuple[str, ...] = ()
        inner = self._table_of(inner, scope)
        if inner is None or not _writes(node, inner):
            return
        if _dotted(node.func).rpartition(".")[2] in NARROWS:
            keys = self._narrowed(node, scope)
        keys = keys or self._conflict(node, scope)
        for table in self._tables(inner, scope):
            yield Write(table, keys)

    def _table_of(self, node: ast.AST | None, scope: Scope) -> ast.AST | None:
        """Find the call of a chain that names a table; none where it is too far away."""
        for _ in range(LONGEST_CHAIN):
            if node is None or self._tables(node, scope):
                return node
            node = _before(node)
        return None

    def _tables(self, node: ast.AST, scope: Scope) -> list[str]:
        """Return the tables of known layers that an expression of a client stands for."""
        found = self.values.of(node, scope)
        return list(filter(None, (_named(one, found.schemas) for one in found.tables)))

    def _narrowed(self, node: ast.Call, scope: Scope) -> tuple[str, ...]:
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Dict):
            return tuple(text for key in first.keys for text in self.values.texts(key, scope))
        return self.values.texts(first, scope)

    def _conflict(self, node: ast.Call, scope: Scope) -> tuple[str, ...]:
        texts = [
            text
            for keyword in node.keywords
            if keyword.arg == CONFLICT
            for text in self.values.texts(keyword.value, scope)
        ]
        return tuple(key for text in texts for key in sql.columns(text))

    def _sql(self, node: ast.Call, scope: Scope) -> Iterator[Write]:
        """Read the statements that a call is given."""
        given = [*node.args, *(one.value for one in node.keywords)]
        for one in given[:3]:
            for text in self.values.texts(one, scope):
                yield from sql.writes(text)

    def _frame(self, node: ast.Call, scope: Scope) -> Iterator[Write]:
        """Read frame.to_sql("x", engine, schema="raw") and its like."""
        named = {one.arg: self.values.texts(one.value, scope) for one in node.keywords}
        first = self.values.texts(node.args[0], scope) if node.args else ()
        schemas = named.get("schema") or named.get("schema_name") or ()
        for table in first or named.get("name", ()):
            if name := _named(table, schemas):
                yield Write(name)

    def _is_opening(self, node: ast.Call, called: str, scope: Scope) -> bool:
        """Whether a call opens a run of a workflow."""
        dotted = self.values.dotted(node.func, scope) or called
        for name in self.settings.run_calls:
            if any(f".{one}".endswith(f".{name}") for one in (dotted, called)):
                return True
        entity = any(keyword.arg == "entity" for keyword in node.keywords)
        return called.endswith(".run") and entity

    def _slugs(self, node: ast.Call, opens: bool, scope: Scope) -> Iterator[Named]:
        """Read the slugs that a call names: first of one that opens a run, else by keyword or member."""
        found = [one.value for one in node.keywords if one.arg in self.settings.slug_names]
        found += [value for one in node.args for value in self._members(one)]
        if opens and node.args and not found:
            found = [node.args[0]]
        for one in found:
            yield from self._named(one, scope)

    def _members(self, node: ast.AST) -> list[ast.expr]:
        """Return the members of a dictionary, or of a list of them, that name a workflow."""
        inside = node.elts if isinstance(node, ast.List) else [node]
        return [
            value
            for one in inside
            if isinstance(one, ast.Dict)
            for key, value in zip(one.keys, one.values, strict=True)
            if isinstance(key, ast.Constant) and key.value in self.settings.slug_names
        ]

    def _named(self, node: ast.expr, scope: Scope) -> Iterator[Named]:
        found = self.values.of(node, scope)
        texts = [text for text in found.texts if HOLE not in text]
        if not texts:
            yield Named("", DYNAMIC)
        for text in texts:
            yield Named(text, self._how(node, found, scope))

    def _how(self, node: ast.expr, found: Value, scope: Scope) -> str:
        if found.asked or (isinstance(node, ast.Attribute) and self._is_request(node, scope)):
            return DEFAULT
        return CONSTANT if isinstance(node, ast.Constant) else MODULE

    def _is_request(self, node: ast.Attribute, scope: Scope) -> bool:
        return bool(self.values.of(node.value, scope).owner)


def merged(writes: Iterator[Write]) -> tuple[Write, ...]:
    """One write a table, with all its keys."""
    found: dict[str, Write] = {}
    for write in writes:
        known = found.get(write.table, write)
        keys = tuple(dict.fromkeys([*known.keys, *write.keys]))
        found[write.table] = replace(known, keys=keys)
    return tuple(found.values())


def _named(table: str, schemas: tuple[str, ...]) -> str:
    """Write a table that is named with its schema, or after one."""
    table = table.strip().replace('"', "")
    if "." in table:
        return sql.table_name(layer_of(table), table.rpartition(".")[2])
    return sql.table_name(schemas[0], table) if schemas else ""


def _before(node: ast.AST) -> ast.AST | None:
    """Return what a method is called on."""
    called = node.func if isinstance(node, ast.Call) else None
    return called.value if isinstance(called, ast.Attribute) else None


def _writes(node: ast.AST | None, table: ast.AST) -> bool:
    """Whether a write stands between a table and the end of a chain of calls."""
    while isinstance(node, ast.Call) and node is not table:
        if _dotted(node.func).rpartition(".")[2] in CLIENT_WRITES:
            return True
        node = _before(node)
    return False


def _dotted(node: ast.AST) -> str:
    """Return the parts of a name that stand in the code; what is called between is left out."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))
