"""What calls lead to: which function of the tree is called with what, and what comes of it."""

import ast
from dataclasses import dataclass, field

from enrichment.scanner.modules import Defined, Module
from enrichment.scanner.sql import HOLE
from enrichment.scanner.values import (
    DEEPEST,
    NOTHING,
    READINGS,
    SAME,
    SCHEMA_CALLS,
    TABLE_CALLS,
    Scope,
    Value,
    Values,
    prepare,
    together,
)


@dataclass(frozen=True)
class Target:
    """A function of the tree with what its parameters are given there."""

    function: Defined
    given: dict[str, Value] = field(default_factory=dict)


def value(values: Values, node: ast.Call, scope: Scope, depth: int) -> Value:
    """Say what a call returns."""
    called = node.func
    if isinstance(called, ast.Attribute):
        known = _of_method(values, node, called, scope, depth)
        if known is not None:
            return known
    if built := _built(values, node, scope):
        return Value(owner=built)
    if _last(called) == "Identifier":
        return _identifier(values, node, scope, depth)
    if _last(called) in (*SAME, "SQL", "text") and node.args:
        return values.of(node.args[0], scope, depth)
    return _returned(values, node, scope, depth)


def _of_method(
    values: Values, node: ast.Call, called: ast.Attribute, scope: Scope, depth: int
) -> Value | None:
    """Read methods of clients and texts; None for any other."""
    name = called.attr
    if name in SCHEMA_CALLS:
        return Value(schemas=_first(values, node, scope, depth))
    if name in TABLE_CALLS:
        root = values.of(called.value, scope, depth)
        return Value(schemas=root.schemas, tables=_first(values, node, scope, depth) or (HOLE,))
    if name in SAME and not node.args:
        return values.of(called.value, scope, depth)
    if name == "format":
        return _format(values, node, called, scope, depth)
    if name == "get":
        return _got(values, node, called, scope, depth)
    return None


def _first(values: Values, node: ast.Call, scope: Scope, depth: int) -> tuple[str, ...]:
    given = [*node.args, *(one.value for one in node.keywords)]
    return values.texts(given[0], scope, depth) if given else ()


def _got(
    values: Values, node: ast.Call, called: ast.Attribute, scope: Scope, depth: int
) -> Value | None:
    """Read request.get("x", "default"): the default where there is one."""
    if not values.of(called.value, scope, depth).asked:
        return None
    default = values.texts(node.args[1], scope, depth) if len(node.args) > 1 else ()
    return Value(default, asked=True)


def _format(
    values: Values, node: ast.Call, called: ast.Attribute, scope: Scope, depth: int
) -> Value:
    texts = values.texts(called.value, scope, depth)
    given = [values.texts(one, scope, depth) for one in node.args]
    named = {one.arg: values.texts(one.value, scope, depth) for one in node.keywords}
    return Value(tuple(_filled(text, given, named) for text in texts))


def _filled(text: str, given: list[tuple[str, ...]], named: dict) -> str:
    """Fill the places of a format; what is not known stays a hole."""
    for number, texts in enumerate(given):
        one = texts[0] if texts else HOLE
        text = text.replace(f"{{{number}}}", one).replace("{}", one, 1)
    for name, texts in named.items():
        text = text.replace(f"{{{name}}}", texts[0] if texts else HOLE)
    return text.replace("{}", HOLE)


def _identifier(values: Values, node: ast.Call, scope: Scope, depth: int) -> Value:
    parts = [(values.texts(one, scope, depth) or (HOLE,))[0] for one in node.args]
    return Value((".".join(f'"{part}"' for part in parts),))


def _built(values: Values, node: ast.Call, scope: Scope) -> str:
    """Find the class that a call makes an object of."""
    return values.class_key(values.dotted(node.func, scope), scope.module)


def _returned(values: Values, node: ast.Call, scope: Scope, depth: int) -> Value:
    target = target_of(values, node, scope, depth)
    if target is None or depth > DEEPEST // 2:
        return NOTHING
    function = target.function
    key = (id(function), tuple(sorted(target.given.items(), key=str)))
    if key not in values.returned:
        # a function that calls itself returns nothing new by it
        values.returned[key] = NOTHING
        prepare(function)
        inside = Scope(function.module, function, target.given)
        found = [values.of(one, inside, depth + 1) for one in function.returns[:4]]
        values.returned[key] = together(iter(found))
    return values.returned[key]


def target_of(values: Values, node: ast.Call, scope: Scope, depth: int = 0) -> Target | None:
    """Find the function of the tree that a call leads to, with what it is given."""
    found = _function(values, node.func, scope, depth)
    if found is None:
        return None
    return Target(found, _given(values, node, found, scope, depth))


def _function(values: Values, called: ast.expr, scope: Scope, depth: int) -> Defined | None:
    is_method = isinstance(called, ast.Attribute)
    if is_method and (method := _method(values, called, scope, depth)):
        return method
    dotted = values.dotted(called, scope)
    if not dotted:
        return None
    for name in _names(dotted, scope):
        module, inner = values.modules.find(name)
        if module and inner in module.functions:
            return module.functions[inner]
    return None


def _names(dotted: str, scope: Scope) -> list[str]:
    """Where a name may be defined: inside the function, in the module, elsewhere."""
    inner = []
    if scope.function:
        owner = scope.function.owner
        inside = f"{owner}.{scope.function.name}" if owner else scope.function.name
        inner = [f"{scope.module.name}.{inside}.{dotted}"]
    # modal's way to call: ingest_x.remote(..), .spawn(..), .local(..)
    plain = dotted
    for ending in (".remote", ".spawn", ".local", ".map"):
        plain = plain.removesuffix(ending)
    return [*inner, f"{scope.module.name}.{plain}", plain]


def _method(values: Values, called: ast.Attribute, scope: Scope, depth: int) -> Defined | None:
    """Find a method of a class of the tree, of `self` as well as of an object."""
    own = isinstance(called.value, ast.Name) and called.value.id in ("self", "cls")
    if own and scope.function and scope.function.owner:
        key = f"{scope.module.name}:{scope.function.owner.partition('.')[0]}"
    else:
        key = values.of(called.value, scope, depth + 1).owner
    return _method_of(values, key, called.attr)


def _method_of(values: Values, key: str, name: str, depth: int = 0) -> Defined | None:
    module_name, _, class_name = key.partition(":")
    module = values.modules.get(module_name) if key else None
    if module is None or depth > DEEPEST:
        return None
    if found := module.functions.get(f"{class_name}.{name}"):
        return found
    for base in _bases(values, module, class_name):
        if found := _method_of(values, base, name, depth + 1):
            return found
    return None


def _bases(values: Values, module: Module, class_name: str) -> list[str]:
    node = module.classes.get(class_name)
    bases = node.bases if node else []
    return [values.class_key(values.dotted(one, Scope(module)), module) for one in bases]


def _given(
    values: Values, node: ast.Call, function: Defined, scope: Scope, depth: int
) -> dict[str, Value]:
    """Pair the arguments of a call with the parameters of a function; defaults fill the rest."""
    arguments = function.node.args
    places = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if function.owner and places and places[0] in ("self", "cls"):
        places = places[1:]
    given = defaults(values, function, depth)
    plain = [one for one in node.args if not isinstance(one, ast.Starred)]
    for place, one in zip(places, plain, strict=False):
        given[place] = values.of(one, scope, depth + 1)
    for keyword in node.keywords:
        if keyword.arg:
            given[keyword.arg] = values.of(keyword.value, scope, depth + 1)
    return given


def defaults(values: Values, function: Defined, depth: int = 0) -> dict[str, Value]:
    """Return what the parameters of a function are when nobody gives them."""
    arguments = function.node.args
    places = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(reversed(places), reversed(arguments.defaults), strict=False))
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    around = Scope(function.module)
    known = {one.arg: NOTHING for one in (*places, *arguments.kwonlyargs)}
    return known | {one.arg: values.of(node, around, depth + 1) for one, node in pairs if node}


def _last(node: ast.AST) -> str:
    """Return the last part of a name."""
    return getattr(node, "attr", "") or getattr(node, "id", "")


READINGS[ast.Call] = value
