"""What the scanner says: functions with what they write, entries of a registry, findings."""

from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePath

LAYERS = (
    "raw",
    "extracted",
    "core",
    "reference",
)
# an insert here opens a run: it is no enrichment by itself
RUNS = "reference.enrichment_runs"
# a part of a name that the code does not show
UNKNOWN = "?"

# how a function comes to its slug
CONSTANT = "constant"
MODULE = "constant of the module"
DEFAULT = "default of the request"
DYNAMIC = "dynamic"
NAME = "from the function's name"

COMPANY_KEYS = ("domain", "company", "website")
PERSON_KEYS = ("linkedin", "person", "email", "profile")


class WrongUse(Exception):  # noqa: N818 - a refusal, in a sentence
    """What was asked for or given cannot be used; the sentence says why."""


@dataclass(frozen=True)
class Write:
    """One table that a function writes; `via` is the helper through which it does."""

    table: str
    keys: tuple[str, ...] = ()
    via: str = ""

    @property
    def layer(self) -> str:
        return self.table.partition(".")[0]

    def as_dict(self) -> dict[str, object]:
        return {
            "layer": self.layer,
            "table": self.table,
            "keys": list(self.keys),
            "via": self.via,
        }


@dataclass(frozen=True)
class Function:
    """One exposed function of the tree."""

    name: str
    file: str
    line: int
    module: str
    exposed: str
    writes: tuple[Write, ...] = ()
    slug: str = ""
    slug_from: str = NAME
    opens_run: bool = False

    @property
    def is_writer(self) -> bool:
        """Whether it writes a layer that enrichments write."""
        return any(write.layer in LAYERS[:3] for write in self.writes)

    @property
    def tables(self) -> list[str]:
        return [write.table for write in self.writes]

    @property
    def keys(self) -> list[str]:
        return list(dict.fromkeys(key for write in self.writes for key in write.keys))

    @property
    def key_type(self) -> str:
        """Company or person, by the names of its keys; empty where they do not tell."""
        return type_of(self.keys)

    def is_ingest(self, patterns: tuple[str, ...]) -> bool:
        """Whether it is named as ingest functions are, and does what they do."""
        named = any(fnmatchcase(self.name, pattern) for pattern in patterns)
        acts = self.is_writer or self.opens_run or self.slug_from != NAME
        return named and acts

    def as_dict(self) -> dict[str, object]:
        return {
            "function": self.name,
            "file": self.file,
            "line": self.line,
            "exposed": self.exposed,
            "slug": self.slug,
            "slug_from": self.slug_from,
            "opens_run": self.opens_run,
            "key_type": self.key_type,
            "writes": [write.as_dict() for write in self.writes],
        }


@dataclass(frozen=True)
class Unreadable:
    """A file of which nothing is claimed."""

    file: str
    reason: str
    line: int | None = None


@dataclass
class Tree:
    """What was read of a tree."""

    path: str
    functions: list[Function]
    unreadable: list[Unreadable]
    files: int
    lines: int
    # modules that no entry module imports; empty where the tree has no entry module
    apart: list[str]
    seconds: float = 0.0


@dataclass(frozen=True)
class Entry:
    """One workflow of a registry. `whole` says that every table is named, not one of each layer."""

    slug: str
    tables: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    key_type: str = ""
    is_active: bool = True
    whole: bool = False

    def of_layer(self, layer: str) -> set[str]:
        return {table for table in self.tables if layer_of(table) == layer}


@dataclass(frozen=True)
class Finding:
    """One difference, or one thing that the audit must say."""

    kind: str
    file: str = ""
    line: int | None = None
    function: str = ""
    slug: str = ""
    expected: str = ""
    found: str = ""
    slug_from: str = ""
    key_type: str = ""
    writes: tuple[Write, ...] = ()
    waived_because: str = ""
    waived_until: date | None = None

    @property
    def is_waived(self) -> bool:
        return bool(self.waived_because)

    def as_dict(self) -> dict[str, object]:
        until = self.waived_until
        return {
            "kind": self.kind,
            "file": self.file,
            "line": self.line,
            "function": self.function,
            "slug": self.slug,
            "expected": self.expected,
            "found": self.found,
            "slug_from": self.slug_from,
            "key_type": self.key_type,
            "writes": [write.as_dict() for write in self.writes],
            "waived_because": self.waived_because,
            "waived_until": until and until.isoformat(),
        }


@dataclass
class Audit:
    """A tree against a registry."""

    tree: Tree
    findings: list[Finding]
    summary: dict[str, int] = field(default_factory=dict)
    waivers: list[dict[str, object]] = field(default_factory=list)
    # functions of which there is nothing to say, by how they stand
    noted: dict[str, list[Function]] = field(default_factory=dict)
    is_green: bool = True

    @property
    def is_partial(self) -> bool:
        """Whether a file or folder could not be read, so that nothing is claimed about it."""
        return bool(self.tree.unreadable)


def layer_of(table: str) -> str:
    """Return the schema of a table; empty where it has none."""
    return table.rpartition(".")[0]


def type_of(keys: list[str]) -> str:
    """Company or person, by the names of keys."""
    text = " ".join(keys)
    if any(word in text for word in PERSON_KEYS):
        return "person"
    if any(word in text for word in COMPANY_KEYS):
        return "company"
    return ""


def shown(path: PurePath) -> str:
    """Return a path as text that can be written anywhere, whatever bytes it is of."""
    raw = path.as_posix().encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "replace")
