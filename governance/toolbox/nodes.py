"""A YAML file as nodes that know their line: every mistake is named with line and field, all of them at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from governance.toolbox.phrases import PROSE, Phrase, Unclear

KINDS = {
    yaml.ScalarNode: "a single value",
    yaml.SequenceNode: "a list",
    yaml.MappingNode: "fields with values",
}
NOTHING = "tag:yaml.org,2002:null"
MOST_SHOWN = 60
ALIAS = "An alias stands here: write out what it stands for"


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands and what is wrong there."""

    line: int
    field: str
    said: str

    def __str__(self) -> str:
        where = f"line {self.line}"
        return f"{where}, {self.field}: {self.said}" if self.field else f"{where}: {self.said}"


@dataclass
class Problems:
    """All mistakes of a file."""

    found: list[Problem] = field(default_factory=list)

    def add(self, node: yaml.Node, field: str, said: str) -> None:
        self.found.append(Problem(line_of(node), field, said))


@dataclass(frozen=True)
class Value:
    """A node under the name of its field; what is wrong with it goes to `problems`, and it reads as None."""

    node: yaml.Node
    path: str
    problems: Problems

    def refuse(self, said: str) -> None:
        self.problems.add(self.node, self.path, said)

    def under(self, name: str, node: yaml.Node) -> "Value":
        path = f"{self.path}.{name}" if self.path else name
        return Value(node, path, self.problems)

    def read(self, phrase: Phrase = PROSE) -> Any:
        """Read a single value as its phrase."""
        if not self.is_a(yaml.ScalarNode):
            return None
        if self.node.tag == NOTHING:
            self.refuse("Nothing stands here.")
            return None
        try:
            return phrase(self.node.value)
        except Unclear as unclear:
            self.refuse(f"{unclear}.")
        return None

    def each(self) -> "list[Value]":
        """Read a list."""
        if not self.is_a(yaml.SequenceNode):
            return []
        return [
            Value(node, f"{self.path}[{place}]", self.problems)
            for place, node in enumerate(self.node.value)
        ]

    def listed(self, phrase: Phrase) -> list[Any]:
        """Read a list of single values; those that are wrong, or there twice, are named and left out."""
        found: dict[Any, None] = {}
        for one in self.each():
            value = one.read(phrase)
            if value in found:
                one.refuse("It stands here twice.")
            elif value is not None:
                found[value] = None
        return list(found)

    def named(self) -> "Iterator[tuple[Value, Value]]":
        """Read fields with values, as pairs of both; a name that came before is refused."""
        if not self.is_a(yaml.MappingNode):
            return
        lines: dict[str, int] = {}
        for key, node in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.problems.add(key, self.path, "A field has a single word as its name.")
                continue
            name = key.value[:MOST_SHOWN]
            if name in lines:
                said = f"It stands on line {lines[name]} already."
                self.under(name, key).refuse(said)
                continue
            lines[name] = line_of(key)
            yield self.under(name, key), self.under(name, node)

    def fields(self, *needed: str, optional: tuple[str, ...] = ()) -> "dict[str, Value]":
        """Read the fields of one entry: unknown ones and missing ones are refused."""
        known = (*needed, *optional)
        found = {}
        for key, value in self.named():
            name = key.name
            if name in known:
                found[name] = value
            else:
                key.refuse(f"There is no such field. Known: {', '.join(known)}.")
        if isinstance(self.node, yaml.MappingNode):
            for name in needed:
                if name not in found:
                    self.refuse(f"The field {name} is missing.")
        return found

    @property
    def name(self) -> str:
        """The text of a field's name."""
        return str(self.node.value)

    def is_a(self, kind: type[yaml.Node]) -> bool:
        """Whether it is of that kind; refused where it is not."""
        if isinstance(self.node, kind):
            return True
        self.refuse(f"Here stands {KINDS[type(self.node)]}, not {KINDS[kind]}.")
        return False


def line_of(node: yaml.Node) -> int:
    """Return the line on which a node begins, the first being 1."""
    return int(node.start_mark.line) + 1


class Loader(yaml.SafeLoader):
    """Every node stands where it is read: one that is named and used again could be used any number of times."""

    def compose_node(self, parent: Any, index: Any) -> yaml.Node | None:
        """Read one node. Raises ComposerError for an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, ALIAS, mark)
        return super().compose_node(parent, index)


def compose(text: str, problems: Problems) -> Value | None:
    """Read the text as one YAML document; None where it is none, and why is among the problems."""
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as fault:
        problems.found.append(Problem(_marked_line(fault), "", f"{fault.problem}."))
        return None
    except yaml.reader.ReaderError as fault:
        line = text[: fault.position].count("\n") + 1
        problems.found.append(Problem(line, "", "A letter that nobody can see stands here."))
        return None
    except RecursionError:
        problems.found.append(Problem(1, "", "Lists and fields lie too deep in each other."))
        return None
    if node is None:
        problems.found.append(Problem(1, "", "Nothing stands here."))
        return None
    return Value(node, "", problems)


def _marked_line(fault: yaml.MarkedYAMLError) -> int:
    mark = fault.problem_mark or fault.context_mark
    return mark.line + 1 if mark else 1
