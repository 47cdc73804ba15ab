"""Manifests and locks: what pyproject.toml, setup.cfg, setup.py, Pipfile and the locks of uv, poetry, pdm and pipenv require."""

import ast
import configparser
import json
import re
import tomllib
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
)
from typing import Any

from governance.canon.checks.findings import (
    Finding,
    Read,
    unreadable,
)
from governance.canon.checks.known import Known
from governance.canon.checks.requirements import (
    finding,
    named,
    text_of,
)
from outreach_admin.disk import sources
from outreach_admin.disk.sources import Fault

NEWLINE = re.compile(r"\r\n|\r|\n")
# tables of pyproject.toml that hold lists of requirements, or lists by group
LISTS = (
    ("project", "dependencies"),
    ("project", "optional-dependencies"),
    ("dependency-groups",),
    ("build-system", "requires"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "uv", "constraint-dependencies"),
    ("tool", "uv", "override-dependencies"),
    ("tool", "uv", "build-constraint-dependencies"),
    ("tool", "pdm", "dev-dependencies"),
    ("tool", "flit", "metadata", "requires"),
    ("tool", "flit", "metadata", "requires-extra"),
    ("tool", "setuptools", "setup-requires"),
)
# tables whose keys are packages
KEYED = (
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
)
HATCH = ("dependencies", "extra-dependencies")
OPTIONS = ("install_requires", "setup_requires", "tests_require")
KEYWORDS = (*OPTIONS, "extras_require")


class Unclear(ValueError):  # noqa: N818 - it becomes a finding
    """It is not written as its kind of file is."""


class Text:
    """The text of a manifest, in which names are found again: its parsers keep no lines."""

    def __init__(self, text: str) -> None:
        self.lines = NEWLINE.split(text)
        self.taken: dict[str, tuple[int, int]] = {}

    def place(self, pattern: str) -> tuple[int, int]:
        """Return line and column of the next match of a pattern; each is found once."""
        line, column = self.taken.get(pattern, (0, 0))
        wanted = re.compile(pattern)
        for number in range(line, len(self.lines)):
            start = column if number == line else 0
            bare = self.lines[number]
            if not bare.lstrip().startswith("#") and (found := wanted.search(bare, start)):
                self.taken[pattern] = number, found.end()
                return number + 1, max(map(found.start, wanted.groupindex)) + 1
        return 1, 1


Found = Iterator[tuple[str, str]]


def quoted(requirement: str) -> str:
    """Return the pattern of a requirement as it stands in quotes."""
    name = _name(requirement)
    begin, _, end = requirement.partition(name)
    return (
        rf"""["']{re.escape(begin)}(?P<name>{re.escape(name)}){re.escape(end)}["']"""
        if name
        else ""
    )


def key(name: str) -> str:
    """Return the pattern of a package that is a key."""
    return rf"""^\s*["']?(?P<name>{re.escape(name)})["']?\s*[=.:]|\.["']?(?P<other>{re.escape(name)})["']?\]"""


def _name(requirement: str) -> str:
    found = named(requirement)
    return found[0] if found else ""


def _of_pyproject(text: str) -> Found:
    top = _toml(text)
    for path in LISTS:
        for requirement in _texts(_at(top, path)):
            yield _name(requirement), quoted(requirement)
    for path in KEYED:
        yield from _keys(_at(top, path))
    for group in _values(_at(top, ("tool", "poetry", "group"))):
        yield from _keys(_at(group, ("dependencies",)))
    for environment in _values(_at(top, ("tool", "hatch", "envs"))):
        for name in HATCH:
            for requirement in _texts(_at(environment, (name,))):
                yield _name(requirement), quoted(requirement)


def _of_pipfile(text: str) -> Found:
    top = _toml(text)
    for section, table in top.items():
        if section not in ("source", "requires", "scripts", "pipenv"):
            yield from _keys(table)


def _of_pipfile_lock(text: str) -> Found:
    try:
        top = json.loads(text)
    except (ValueError, RecursionError) as reason:
        raise Unclear("is not JSON") from reason
    for section, table in _items(top):
        if section != "_meta":
            for name, _ in _items(table):
                yield name, rf'"(?P<name>{re.escape(name)})"\s*:\s*\{{'


def _of_lock(text: str) -> Found:
    """Read the [[package]] tables of uv, poetry and pdm, and the [[packages]] of PEP 751."""
    top = _toml(text)
    for name in ("package", "packages"):
        for package in _values(top.get(name)):
            said = package.get("name") if isinstance(package, dict) else None
            if isinstance(said, str):
                yield said, rf"""^\s*name\s*=\s*["'](?P<name>{re.escape(said)})["']"""


def _of_setup_cfg(text: str) -> Found:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error as reason:
        raise Unclear("is not written as setup.cfg is") from reason
    options = [
        parser.get("options", name) for name in OPTIONS if parser.has_option("options", name)
    ]
    if parser.has_section("options.extras_require"):
        options += [value or "" for _, value in parser.items("options.extras_require")]
    for line in filter(None, (line for option in options for line in _listed(option))):
        if name := _name(line.partition("#")[0]):
            yield name, rf"(?:^|[=;,\s])(?P<name>{re.escape(name)})\s*(?:$|[\[<>=!~;@(,#\s])"


def _listed(option: str) -> list[str]:
    # as setuptools splits them: in one line by semicolons, else by lines
    return option.split("\n") if "\n" in option else option.split(";")


def _of_setup(text: str) -> Found:
    """Read what setup.py hands to its call of setup(): its strings, also through a name."""
    tree = sources.parsed(text)
    if isinstance(tree, Fault):
        # said by the check of its imports
        return
    named_lists = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            value = node.value
            held = named_lists.get(value.id, value) if isinstance(value, ast.Name) else value
            for one in ast.walk(held):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield _name(one.value), quoted(one.value)


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as reason:
        raise Unclear(f"is not TOML: {reason}") from reason


def _at(
    table: Any,
    path: tuple[str, ...],
) -> Any:
    for name in path:
        table = table.get(name) if isinstance(table, dict) else None
    return table


def _items(table: Any) -> Iterable[tuple[str, Any]]:
    return table.items() if isinstance(table, dict) else ()


def _values(table: Any) -> Iterable[Any]:
    if isinstance(table, list):
        return table
    return table.values() if isinstance(table, dict) else ()


def _texts(value: Any) -> Iterator[str]:
    """Give all texts of a list, or of lists by group; `{include-group = ..}` names none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, str):
                yield one
    else:
        for one in _values(value):
            yield from _texts(one)


def _keys(table: Any) -> Found:
    for name, _ in _items(table):
        yield name, key(name)


READERS: dict[str, Callable[[str], Found]] = {
    "pyproject.toml": _of_pyproject,
    "setup.cfg": _of_setup_cfg,
    "setup.py": _of_setup,
    "Pipfile": _of_pipfile,
    "Pipfile.lock": _of_pipfile_lock,
    "uv.lock": _of_lock,
    "poetry.lock": _of_lock,
    "pdm.lock": _of_lock,
    "pylock.toml": _of_lock,
}


def check(
    name: str,
    data: bytes,
    known: Known,
) -> Read:
    """Check a manifest by the name of its file; one that cannot be parsed is a finding too."""
    text = text_of(data)
    lines = text.count("\n") + 1
    try:
        required = list(READERS[name](text))
    except Unclear as unclear:
        return Read((unreadable(str(unclear)),), lines)
    return Read(tuple(_findings(text, required, known)), lines)


def _findings(
    text: str,
    required: list[tuple[str, str]],
    known: Known,
) -> Iterator[Finding]:
    places = Text(text)
    for name, pattern in required:
        if sighting := known.package(name):
            yield finding(sighting, *places.place(pattern))
