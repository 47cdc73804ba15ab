"""Reads a tree: its exposed functions, each with what it does and how it names its workflow."""

import ast
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from enrichment.scanner import deployment, files
from enrichment.scanner.calls import Target, defaults
from enrichment.scanner.effects import Effects, Named, Reader
from enrichment.scanner.files import Source
from enrichment.scanner.modules import Defined, Module, Modules, module_of
from enrichment.scanner.records import CONSTANT, DEFAULT, DYNAMIC, MODULE, NAME, Function, Tree
from enrichment.scanner.records import Unreadable as Unread
from enrichment.scanner.settings import Settings
from enrichment.scanner.values import ASKED, NOTHING, Scope, Value, Values

# the plain name of a decorator that says too little without what stands before it
FUNCTION = "function"
# the parameters by which a method knows its object
OWN = ("self", "cls")
# what the code says itself comes before what a request may say
RANKED = (CONSTANT, MODULE, DEFAULT, DYNAMIC)


def read(root: Path, settings: Settings | None = None) -> Tree:
    """Read every Python file of a tree without importing any; refuse a tree that is not there."""
    with _without_collecting():
        return _read(root, settings or Settings())


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the collector of garbage from walking a growing tree again and again: it took half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(root: Path, settings: Settings) -> Tree:
    began = time.perf_counter()
    unreadable: list[Unread] = []
    sources = list(_sources(root, settings, unreadable))
    modules = Modules([module_of(one) for one in sources], root.resolve().name)
    functions = _Exposed(modules, settings).all()
    return Tree(
        path=str(root),
        functions=functions,
        unreadable=unreadable,
        files=len(sources) + len(unreadable),
        lines=sum(one.lines for one in sources),
        apart=deployment.apart(modules, settings),
        seconds=time.perf_counter() - began,
    )


def _sources(root: Path, settings: Settings, unreadable: list[Unread]) -> Iterator[Source]:
    for one in files.read(root, settings):
        if isinstance(one, Unread):
            unreadable.append(one)
        else:
            yield one


class _Exposed:
    """The functions of a tree that somebody outside can call."""

    def __init__(self, modules: Modules, settings: Settings) -> None:
        self.modules = modules
        self.settings = settings
        self.values = Values(modules)

    def all(self) -> list[Function]:
        return [
            self._function(one, how)
            for module in self.modules.all
            for one in module.every
            if (how := self._exposed(one))
        ]

    def _exposed(self, function: Defined) -> str:
        """Say how a function is exposed; empty where it is not."""
        scope = Scope(function.module)
        for node in reversed(function.node.decorator_list):
            called = node.func if isinstance(node, ast.Call) else node
            dotted = self.values.dotted(called, scope)
            last = dotted.rpartition(".")[2]
            alone = last == FUNCTION and "." not in dotted
            if last in self.settings.decorators and not alone:
                return _with_method(last, node)
        named = any(fnmatchcase(function.name, one) for one in self.settings.names)
        return "by its name" if named else ""

    def _function(self, function: Defined, how: str) -> Function:
        given = self._asked(function)
        # one that calls itself in a circle is complete only where reading began
        effects = Reader(self.values, self.settings).of(Target(function, given))
        slug, slug_from = self._slug(function, effects, given)
        return Function(
            name=function.name,
            file=function.module.file,
            line=function.node.lineno,
            module=function.module.name,
            exposed=how,
            writes=effects.writes,
            slug=slug,
            slug_from=slug_from,
            opens_run=effects.opens_run,
        )

    def _asked(self, function: Defined) -> dict[str, Value]:
        """Return what the parameters of an exposed function are: a model of the tree, a default, or whatever comes."""
        arguments = function.node.args
        every = [
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
        ]
        found = defaults(self.values, function)
        given: dict[str, Value] = {}
        for one in every:
            if one.arg in OWN:
                continue
            known = found.get(one.arg, NOTHING)
            if known == NOTHING:
                known = self._model(one, function)
            given[one.arg] = known
        return given

    def _model(self, argument: ast.arg, function: Defined) -> Value:
        node = _annotated(argument.annotation)
        if node is None:
            return ASKED
        scope = Scope(function.module)
        name = _quoted(node)
        if not name:
            name = self.values.dotted(node, scope)
        owner = self.values.class_key(name, function.module)
        if not owner:
            return ASKED
        return Value(owner=owner)

    def _slug(
        self, function: Defined, effects: Effects, given: dict[str, Value]
    ) -> tuple[str, str]:
        """Choose the slug: what the code says itself, before what a request may say, before a name."""
        for how in RANKED:
            found = [one for one in effects.slugs if one.how == how]
            if found:
                return found[0].slug, how
        further = [
            *self._of_module(function),
            *self._of_request(given),
        ]
        for one in further:
            return one.slug, one.how
        return self._by_name(function.name), NAME

    def _of_module(self, function: Defined) -> Iterator[Named]:
        """Read WORKFLOW = "x" of the module, when the function names it or is the only one exposed."""
        module = function.module
        scope = Scope(module)
        known = (*self.settings.slug_names, "slug")
        for name in module.assigned:
            if name.lower() not in known:
                continue
            texts = self.values.texts(ast.Name(name), scope)
            if texts and self._is_meant(function, name, module):
                yield Named(texts[0], MODULE)

    def _is_meant(self, function: Defined, name: str, module: Module) -> bool:
        for node in ast.walk(function.node):
            if isinstance(node, ast.Name) and node.id == name:
                return True
        exposed = filter(self._exposed, module.every)
        return len(list(exposed)) == 1

    def _of_request(self, given: dict[str, Value]) -> Iterator[Named]:
        """Read the slug that a model of the request, or a parameter itself, is given by default."""
        for name, value in given.items():
            if name in self.settings.slug_names and value.texts:
                yield Named(value.texts[0], DEFAULT)
            for field in self.settings.slug_names if value.owner else ():
                found = self.values.default_of(value.owner, field)
                if found.texts:
                    yield Named(found.texts[0], DEFAULT)
                elif found.asked:
                    yield Named("", DYNAMIC)

    def _by_name(self, name: str) -> str:
        """Guess the slug of a function that names none."""
        for pattern in self.settings.prefixes:
            if pattern.endswith("*"):
                name = name.removeprefix(pattern.removesuffix("*"))
        return name


def _annotated(node: ast.AST | None) -> ast.AST | None:
    """Return what is annotated: of Annotated[Request, ..], Optional[Request] and Request | None the request."""
    if isinstance(node, ast.BinOp):
        return node.left
    if not isinstance(node, ast.Subscript):
        return node
    inside = node.slice
    if isinstance(inside, ast.Tuple):
        return inside.elts[0]
    return inside


def _with_method(last: str, node: ast.expr) -> str:
    """Write a decorator with the method that it names: `fastapi_endpoint POST`."""
    keywords = node.keywords if isinstance(node, ast.Call) else []
    named = [
        one.value.value
        for one in keywords
        if one.arg == "method" and isinstance(one.value, ast.Constant)
    ]
    return " ".join([last, *map(str, named)])


def _quoted(node: ast.AST | None) -> str:
    """Return an annotation that stands in quotes."""
    quoted = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if quoted else ""
