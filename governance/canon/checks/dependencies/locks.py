"""Locks of uv, poetry, pdm and pipenv, and the Pipfile: what is installed with whatever is asked for."""

import json
import re
from collections.abc import Mapping
from typing import Any

from governance.canon.checks.dependencies.met import (
    Met,
    Required,
    Unclear,
    Unread,
)
from governance.canon.checks.dependencies.tables import keyed, toml

# of a Pipfile, what holds no packages
OTHER = frozenset({"source", "requires", "scripts", "pipenv"})


SECTIONS = ("default", "develop")


def of_uv(text: str) -> Met:
    """Read uv.lock."""
    return _packages(toml(text), "package", "version")


def of_poetry(text: str) -> Met:
    """Read poetry.lock."""
    return _packages(toml(text), "package")


def of_pdm(text: str) -> Met:
    """Read pdm.lock."""
    return _packages(toml(text), "package", "metadata")


def of_pylock(text: str) -> Met:
    """Read a lock by PEP 751."""
    return _packages(toml(text), "packages")


def _packages(
    top: Mapping[str, Any],
    name: str,
    sign: str = "",
) -> Met:
    """Read the tables of packages. A lock of nothing may have none: its `sign` shows that it is one all the same."""
    if name not in top:
        if sign not in top:
            yield Unread(f"has no [[{name}]]: it is no such lock")
        return
    packages = top[name]
    if not isinstance(packages, list):
        yield Unread(f"has no list of tables as {name}")
        return
    for number, package in enumerate(packages, 1):
        said = package.get("name") if isinstance(package, dict) else None
        if isinstance(said, str):
            yield Required(said, rf"""^\s*name\s*=\s*["'](?P<name>{re.escape(said)})["']""")
        else:
            yield Unread(f"has no name in [[{name}]] number {number}")


def of_pipfile(text: str) -> Met:
    """Read a Pipfile: any table may be a category of packages."""
    for section, table in toml(text).items():
        if section not in OTHER:
            yield from keyed(table, (section,))


def of_pipfile_lock(text: str) -> Met:
    """Read Pipfile.lock. Raises Unclear."""
    try:
        top = json.loads(text)
    except (ValueError, RecursionError) as reason:
        raise Unclear("is not JSON") from reason
    if not isinstance(top, dict) or not any(name in top for name in SECTIONS):
        raise Unclear("has no packages as default or develop: it is no such lock")
    for section, table in top.items():
        if section != "_meta":
            yield from _section(section, table)


def _section(
    section: str,
    table: Any,
) -> Met:
    if not isinstance(table, dict):
        yield Unread(f"has no table of packages as {section}")
        return
    for name in table:
        yield Required(name, rf'"(?P<name>{re.escape(name)})"\s*:\s*\{{')
