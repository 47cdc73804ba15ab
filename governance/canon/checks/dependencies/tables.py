"""Tables of TOML that hold requirements: lists, keys, names of files; any other shape is said."""

import tomllib
from collections.abc import Callable
from typing import Any

from governance.canon.checks.dependencies.met import (
    Further,
    Met,
    Required,
    Unclear,
    Unread,
    key,
    quoted,
    requirement,
)
from governance.canon.checks.dependencies.names import shown

Way = tuple[str, ...]
Reader = Callable[[Any, Way], Met]
# in a path: whatever key
ANY = "*"


def toml(text: str) -> dict[str, Any]:
    """Parse a file. Raises Unclear."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as reason:
        raise Unclear(f"is not TOML: {reason}") from reason


def walk(
    table: Any,
    path: Way,
    read: Reader,
    way: Way = (),
) -> Met:
    """Read what stands at a path, if anything does; what is no table on the way there is said."""
    if not path:
        yield from read(table, way)
    elif not isinstance(table, dict):
        yield Unread(f"has no table as {dotted(way)}", key(way[-1]))
    else:
        for name in [*table] if path[0] == ANY else [path[0]]:
            if name in table:
                yield from walk(table[name], path[1:], read, (*way, name))


def listed(value: Any, way: Way) -> Met:
    """Read a list of requirements, or of groups that another list holds."""
    if not isinstance(value, list):
        yield Unread(f"has no list of requirements as {dotted(way)}", key(way[-1]))
        return
    for one in value:
        if isinstance(one, str):
            yield from requirement(one, quoted(one))
        elif not _is_group(one):
            yield Unread(f"has in {dotted(way)} what is no requirement", key(way[-1]))


def _is_group(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("include-group"), str)


def keyed(value: Any, way: Way) -> Met:
    """Read a table whose keys are packages."""
    if isinstance(value, dict):
        for name in value:
            yield Required(name, key(name))
    else:
        yield Unread(f"has no table of packages as {dotted(way)}", key(way[-1]))


def filed(value: Any, way: Way) -> Met:
    """Read the name of a file of requirements, or a list of such."""
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list) and all(isinstance(one, str) for one in names):
        for name in names:
            yield Further(name, quoted(name))
    else:
        yield Unread(f"names no files as {dotted(way)}", key(way[-1]))


def dynamic(value: Any, way: Way) -> Met:
    """Read what setuptools takes from elsewhere: from files alone."""
    if isinstance(value, dict) and "file" in value:
        yield from filed(value["file"], way)
    else:
        yield Unread(f"names no files as {dotted(way)}", key(way[-1]))


def dotted(way: Way) -> str:
    return shown(".".join(way))
