"""What one module of the tree defines and imports, and how modules find each other."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from enrichment.scanner.files import Source

Definition = ast.FunctionDef | ast.AsyncFunctionDef
# an import that stands inside something
INDENTED = re.compile(r"^[ \t]+(from|import)\s", re.MULTILINE)
STAR = "*"


@dataclass
class Defined:
    """A function or method, with the class it belongs to; inner functions are named after theirs."""

    name: str
    node: Definition
    module: "Module"
    owner: str = ""

    # made when it is first asked for: most functions of a tree never are
    calls: list[ast.Call] | None = None
    locals: dict[str, list[ast.expr]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    returns: list[ast.expr] = field(default_factory=list)


@dataclass
class Module:
    """One file: names that are imported (with what they stand for), assigned and defined."""

    file: str
    name: str
    package: str
    imports: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    functions: dict[str, Defined] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    every: list[Defined] = field(default_factory=list)


def module_of(source: Source) -> Module:
    """Read the definitions of a file."""
    name = dotted_name(source.file)
    is_package = source.file.endswith("__init__.py")
    package = name if is_package else name.rpartition(".")[0]
    module = Module(source.file, name, package)
    _define(module, source.tree.body)
    inside = ast.walk(source.tree) if INDENTED.search(source.text) else ()
    for node in inside:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module.reached |= set(imported(module, node).values())
    return module


def dotted_name(file: str) -> str:
    """Return the name under which a file is imported."""
    parts = file.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def _define(module: Module, body: list[ast.stmt]) -> None:
    """Note what a module's statements define; those inside if, try and with count as well."""
    waiting: list[tuple[ast.stmt, str]] = [(one, "") for one in reversed(body)]
    while waiting:
        node, owner = waiting.pop()
        inner = owner
        if isinstance(node, Definition):
            inner = _function(module, node, owner)
        elif isinstance(node, ast.ClassDef):
            module.classes.setdefault(node.name, node)
            inner = node.name
        elif not owner:
            _statement(module, node)
        waiting += [(one, inner) for one in reversed(_inside(node))]


def _inside(node: ast.AST) -> list[ast.stmt]:
    """Return the statements of a statement's blocks."""
    blocks = [getattr(node, name, ()) for name in ("body", "orelse", "finalbody")]
    blocks += [one.body for one in getattr(node, "handlers", ())]
    blocks += [one.body for one in getattr(node, "cases", ())]
    return [one for block in blocks for one in block]


def _function(module: Module, node: Definition, owner: str) -> str:
    name = f"{owner}.{node.name}" if owner else node.name
    made = Defined(node.name, node, module, owner)
    module.functions.setdefault(name, made)
    module.every.append(made)
    return name


def _statement(module: Module, node: ast.stmt) -> None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = imported(module, node)
        module.reached |= set(names.values())
        module.stars += [target for name, target in names.items() if name == STAR]
        module.imports |= {name: target for name, target in names.items() if name != STAR}
    for name, value in assigned(node):
        module.assigned.setdefault(name, []).append(value)


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Return the names that a statement gives a value, with the value: loops give that of what they go over."""
    if isinstance(node, ast.Assign):
        yield from ((one.id, node.value) for one in node.targets if isinstance(one, ast.Name))
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
        yield from _to(node.target, node.value)
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield from _to(node.target, node.iter)
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            yield from _to(item.optional_vars, item.context_expr)


def _to(target: ast.AST | None, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value


def imported(module: Module, node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Return the names that a statement imports, with what each stands for."""
    if isinstance(node, ast.Import):
        return {
            one.asname or one.name.partition(".")[0]: (
                one.name if one.asname else one.name.partition(".")[0]
            )
            for one in node.names
        } | {f"{one.name}": one.name for one in node.names}
    base = _base(module, node)
    return {
        one.asname or one.name: base if one.name == STAR else f"{base}.{one.name}"
        for one in node.names
    }


def _base(module: Module, node: ast.ImportFrom) -> str:
    """Return the module that is imported from, written out where it is relative."""
    if not node.level:
        return node.module or ""
    parts = module.package.split(".")
    kept = parts[: len(parts) - node.level + 1]
    return ".".join(filter(None, [*kept, node.module or ""]))


class Modules:
    """All modules of a tree, found by the names that imports use.

    The tree may be a package itself or lie below `src/`: a name is also found by its end, where
    one module alone ends so.
    """

    def __init__(self, modules: list[Module], root: str = "") -> None:
        self.all = modules
        self.named = {one.name: one for one in modules}
        self.root = root
        self.ends: dict[str, list[Module]] = defaultdict(list)
        for one in modules:
            parts = one.name.split(".")
            for start in range(1, len(parts)):
                self.ends[".".join(parts[start:])].append(one)

    def get(self, name: str) -> Module | None:
        """Return the module of that name."""
        if name in self.named:
            return self.named[name]
        inner = name.removeprefix(f"{self.root}.")
        if inner in self.named:
            return self.named[inner]
        ending = self.ends.get(name, [])
        return ending[0] if len(ending) == 1 else None

    def split(self, dotted: str) -> tuple[Module | None, str]:
        """Part a name into the module it leads to and what is meant in it."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            if module := self.get(".".join(parts[:end])):
                return module, ".".join(parts[end:])
        return None, dotted

    def find(self, dotted: str) -> tuple[Module | None, str]:
        """Follow re-exports to the module that defines a name; circles end where they began."""
        seen: set[tuple[str, str]] = set()
        module, name = self.split(dotted)
        while module and name and (module.name, name) not in seen:
            seen.add((module.name, name))
            following = self._following(module, name)
            if not following:
                break
            module, name = self.split(following)
        return module, name

    def _following(self, module: Module, name: str) -> str:
        first, _, rest = name.partition(".")
        if _defines(module, first):
            return ""
        if target := module.imports.get(first):
            return f"{target}.{rest}" if rest else target
        found = self._offering(module, first)
        return f"{found.name}.{name}" if found else ""

    def _offering(self, module: Module, name: str) -> Module | None:
        """Find the module that a star brings a name from, through further stars as well."""
        seen = {module.name}
        waiting = [module]
        while waiting:
            one = waiting.pop()
            if one is not module and (_defines(one, name) or name in one.imports):
                return one
            further = filter(None, map(self.get, one.stars))
            fresh = [other for other in further if other.name not in seen]
            seen |= {other.name for other in fresh}
            waiting += fresh
        return None


def _defines(module: Module, name: str) -> bool:
    return name in module.functions or name in module.classes or name in module.assigned
