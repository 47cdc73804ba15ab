"""What an SQL object is: a function, a view, a rule or a trigger, declared in a file or by a model."""

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from outreach_admin.exceptions import Refused


class Kind(Enum):
    """The kinds, in the order in which they are made: each may use those before it."""

    FUNCTION = "function"
    VIEW = "view"
    RULE = "rule"
    TRIGGER = "trigger"


class Key(NamedTuple):
    """What tells objects apart: a function has one signature; triggers and rules are named table.trigger."""

    kind: Kind
    name: str


class DeclarationRefused(Refused):
    """A declared object that cannot be told from another, or stands where it should not."""


@dataclass(frozen=True)
class SqlObject:
    """One object of this version: CREATE OR REPLACE text, and the file or model it comes from.

    The name carries its schema, except in the schema of the tables. `words` are what the catalog
    says of it to people.
    """

    key: Key
    text: str
    source: str
    words: str = ""

    @property
    def digest(self) -> str:
        """Tell two texts apart."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def schema(self) -> str:
        """The schema it is made in; empty for that of the tables."""
        parts = (self.relation or self.key.name).split(".")
        return parts[0] if len(parts) > 1 else ""

    @property
    def relation(self) -> str:
        """The table or view that it stands on: a trigger's, a rule's, a view itself."""
        if self.key.kind is Kind.FUNCTION:
            return ""
        if self.key.kind is Kind.VIEW:
            return self.key.name
        return self.key.name.rpartition(".")[0]

    def __str__(self) -> str:
        return f"{self.key.kind.value} {self.key.name}"
