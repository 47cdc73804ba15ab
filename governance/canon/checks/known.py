"""What the checks look for: the bans and tools of the canon, by the names that code gives them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from governance.canon.checks.findings import Rule
from governance.canon.checks.vendors import (
    OF_BANNED,
    OF_OTHERS,
    OF_TOOLS,
    Traces,
)
from governance.toolbox import reading
from governance.toolbox.entries import (
    Ban,
    Canon,
    fold,
)

TOOLBOX = Path(__file__).parent.parent / "toolbox.yaml"
SEPARATORS = re.compile(r"[-_.]+")
# as the next line of a Python name may be
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Sighting(NamedTuple):
    """What it means when a name is met: the rule, the name it goes by, and the sentence."""

    rule: Rule
    name: str
    said: str


@dataclass(frozen=True)
class Known:
    """Everything that is looked for. `packages` are by their normal name, `modules` by dotted path."""

    version: int
    hubs: tuple[str, ...]
    packages: Mapping[str, Sighting]
    modules: Mapping[str, Sighting]
    hosts: Mapping[str, Sighting]
    patterns: Mapping[str, Sighting]
    declared: frozenset[str]
    # the first parts of `modules`: most imports are none of them
    roots: frozenset[str] = field(default=frozenset())

    def package(self, name: str) -> Sighting | None:
        """Return what is known of a package by any spelling of its name."""
        return self.packages.get(normal(name))

    def module(self, dotted: str) -> Sighting | None:
        """Return what is known of an imported module: of itself, or of one that it is below."""
        parts = dotted.split(".")
        if parts[0] not in self.roots:
            return self._vendored(parts)
        for length in range(len(parts), 0, -1):
            if found := self.modules.get(".".join(parts[:length])):
                return found
        return None

    def _vendored(self, parts: list[str]) -> Sighting | None:
        """Return what is known of a copy inside another package: `pip._vendor.requests`."""
        for place, part in enumerate(parts[:-1]):
            if part in VENDORED and (found := self.modules.get(parts[place + 1])):
                return found if found.rule is Rule.IMPORT else None
        return None

    def pattern(self, name: str) -> Sighting | None:
        """Return what is known of a name that a way of working has."""
        return self.patterns.get(name.lower().replace("_", ""))

    def host(
        self,
        host: str,
        path: str = "",
    ) -> Sighting | None:
        """Return what is known of an address; that of a longer path before that of its host."""
        if found := self._longest(self.hosts, host, path):
            declared = self._longest(self.declared, host, path)
            return self.hosts[found] if len(found) > len(declared) else None
        return None

    def is_declared(
        self,
        host: str,
        path: str = "",
    ) -> bool:
        """Whether a tool of the canon is called there."""
        return bool(self._longest(self.declared, host, path))

    @staticmethod
    def _longest(
        entries: Mapping[str, object] | frozenset[str],
        host: str,
        path: str,
    ) -> str:
        fitting = [one for one in entries if is_at(one, host, path)]
        return max(fitting, key=len, default="")


# folders and packages in which copies of libraries are kept
VENDORED = frozenset(
    {"_vendor", "vendor", "vendored", "_vendored", "third_party", "thirdparty", "extern", "ext_lib"}
)


def is_at(
    entry: str,
    host: str,
    path: str,
) -> bool:
    """Whether an address is at a host of the list, or below it, and on its path."""
    wanted, _, start = entry.partition("/")
    if host != wanted and not host.endswith(f".{wanted}"):
        return False
    said = path.strip("/")
    return not start or said == start or said.startswith(f"{start}/")


def normal(name: str) -> str:
    """Write the name of a package as PEP 503 does."""
    return SEPARATORS.sub("-", name).strip("-").lower()


@lru_cache(maxsize=4)
def of_file(path: Path = TOOLBOX) -> Known:
    """Read what is looked for from the file of the canon; raises CanonUnread."""
    return of(reading.read(path.read_text(encoding="utf-8"), name=path.name))


def of(canon: Canon) -> Known:
    """Return what is looked for by this canon."""
    vendors = dict(_vendors(canon))
    modules = dict(_library_modules(canon)) | _by(vendors, "modules")
    return Known(
        version=canon.version,
        hubs=tuple(sorted(canon.hubs)),
        packages=_by(vendors, "packages") | dict(_libraries(canon)),
        modules=modules,
        hosts=_by(vendors, "hosts"),
        patterns=dict(_patterns(canon)),
        declared=frozenset(_declared(canon)),
        roots=frozenset(name.partition(".")[0] for name in modules),
    )


def _banned(
    canon: Canon,
    kind: str,
) -> list[Ban]:
    found = canon.bans[kind].values()
    return list(dict.fromkeys(found))


def _libraries(canon: Canon) -> Iterator[tuple[str, Sighting]]:
    for ban in _banned(canon, "library"):
        for name in (ban.name, *ban.also):
            yield normal(name), Sighting(Rule.LIBRARY, ban.name, str(ban))


def _library_modules(canon: Canon) -> Iterator[tuple[str, Sighting]]:
    for ban in _banned(canon, "library"):
        for name in (ban.name, *ban.also):
            if IDENTIFIER.fullmatch(name):
                yield name, Sighting(Rule.IMPORT, ban.name, str(ban))


def _patterns(canon: Canon) -> Iterator[tuple[str, Sighting]]:
    for ban in _banned(canon, "pattern"):
        for name in (ban.name, *ban.also):
            yield fold(name), Sighting(Rule.PATTERN, ban.name, str(ban))


def _vendors(canon: Canon) -> Iterator[tuple[Sighting, Traces]]:
    """Pair each vendor that must not be called with what shows it."""
    for name, traces in OF_BANNED.items():
        if ban := canon.banned(name, "vendor"):
            yield Sighting(Rule.VENDOR, ban.name, str(ban)), traces
        else:
            yield _unlisted(name), traces
    for name, traces in OF_OTHERS.items():
        if ban := canon.banned(name, "vendor"):
            yield Sighting(Rule.VENDOR, ban.name, str(ban)), traces
        elif not _is_listed(canon, name):
            yield _unlisted(name), traces
    slugs = {tool.slug for tool in canon.tools.values()}
    for slug, traces in OF_TOOLS.items():
        if slug not in slugs:
            yield _unlisted(slug), traces


def _is_listed(
    canon: Canon,
    name: str,
) -> bool:
    names = {fold(name) for tool in canon.tools.values() for name in (tool.name, tool.software)}
    return fold(name) in names


def _unlisted(name: str) -> Sighting:
    said = f"{name} is no tool of the canon, and what is not listed is banned. Instead: a tool of docs/canon.md, or a change to toolbox.yaml."
    return Sighting(Rule.TOOL, name, said)


def _declared(canon: Canon) -> Iterator[str]:
    for tool in canon.tools.values():
        yield from OF_TOOLS.get(tool.slug, Traces()).hosts


def _by(
    vendors: Mapping[Sighting, Traces],
    of: str,
) -> dict[str, Sighting]:
    return {
        normal(name) if of == "packages" else name: sighting
        for sighting, traces in vendors.items()
        for name in getattr(traces, of)
    }
