"""What a model says of itself that the database keeps to: triggers are made from it, and grants.

append_only = True      rows are added, never changed, deleted or emptied
added_only = True       the running role adds rows; a function of the owner's alone changes one, nobody deletes any
never_deleted = True    rows are changed, never deleted or emptied
never_emptied = True    rows are deleted by name, never all at once by TRUNCATE
kept_by_triggers = True rows are written by triggers alone: the running role may read them (roles.py)
versioned = True        every change raises `version`, nothing else does, and a row keeps its key
<any name> = AfterStatements(..)    or another Declaration: what that class says
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from outreach_admin.db.objects import Key, Kind, SqlObject

Model = type[models.Model]
REFUSE = "outreach_admin.refuse_change('{}')"
NEVER_EMPTIED = (
    "never_emptied",
    "BEFORE TRUNCATE",
    "FOR EACH STATEMENT",
    REFUSE.format("is never emptied at once"),
)
NEVER_DELETED = (
    "never_deleted",
    "BEFORE DELETE",
    "FOR EACH ROW",
    REFUSE.format("keeps its rows for good"),
)
APPEND_ONLY = (
    "append_only",
    "BEFORE UPDATE OR DELETE",
    "FOR EACH ROW",
    REFUSE.format("is append-only"),
)
FLAGS = {
    "append_only": (APPEND_ONLY, NEVER_EMPTIED),
    "added_only": (NEVER_DELETED, NEVER_EMPTIED),
    "never_deleted": (NEVER_DELETED, NEVER_EMPTIED),
    "never_emptied": (NEVER_EMPTIED,),
}
# what a statement of each kind changed, under the names by which trigger functions read it
ROWS_OF = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


class Declaration(ABC):
    """A class attribute of a model from which SQL objects are made."""

    @abstractmethod
    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make the objects that keep `model` to it."""


@dataclass(frozen=True)
class AfterStatements(Declaration):
    """Call a trigger function after each statement, its rows at hand as old_rows and new_rows."""

    name: str
    function: str
    arguments: tuple[str, ...] = ()

    def objects(self, model: Model) -> Iterator[SqlObject]:
        for event in ROWS_OF:
            yield after_statement(
                model, self.name, event, call=call(self.function, *self.arguments)
            )


@dataclass(frozen=True)
class AfterRows(Declaration):
    """Call a trigger function for each changed row: for tables of few changes."""

    name: str
    function: str
    arguments: tuple[str, ...] = ()

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make one trigger for all kinds of change."""
        yield trigger(
            model,
            self.name,
            "AFTER INSERT OR UPDATE OR DELETE",
            "FOR EACH ROW",
            call(self.function, *self.arguments),
        )


def of_models() -> Iterator[SqlObject]:
    """Make the objects that all models declare."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            yield from of(model)


def of(model: Model) -> Iterator[SqlObject]:
    """Make the objects that one model declares."""
    kept = dict.fromkeys(
        rule for flag, rules in FLAGS.items() if _is_declared(model, flag) for rule in rules
    )
    for rule in kept:
        yield trigger(model, *rule)
    if _is_declared(model, "versioned"):
        yield from _versioned(model)
    for _, declared in inspect.getmembers_static(model, lambda v: isinstance(v, Declaration)):
        yield from declared.objects(model)


def _is_declared(model: Model, flag: str) -> bool:
    return getattr(model, flag, False) is True


def trigger(model: Model, name: str, event: str, rows: str, call: str) -> SqlObject:
    """Make a trigger on the table of `model`."""
    table = model._meta.db_table
    text = f"CREATE OR REPLACE TRIGGER {name} {event} ON {table} {rows} EXECUTE FUNCTION {call}"
    return SqlObject(Key(Kind.TRIGGER, f"{table}.{name}"), text, model._meta.label)


def after_statement(model: Model, name: str, event: str, *, call: str) -> SqlObject:
    """Make the trigger `<name>_<event>` that runs after each statement of that kind."""
    rows = f"REFERENCING {ROWS_OF[event]} FOR EACH STATEMENT"
    return trigger(model, f"{name}_{event.lower()}", f"AFTER {event}", rows, call)


def function(model: Model, name: str, text: str) -> SqlObject:
    """Make a function of the model's app; `text` is all after its arguments, of which it has none."""
    full = f"{model._meta.app_label}.{name}"
    key = Key(Kind.FUNCTION, full)
    return SqlObject(key, f"CREATE OR REPLACE FUNCTION {full}() {text}", model._meta.label)


def call(function: str, *arguments: str) -> str:
    """Write the call of a trigger function with texts as its arguments."""
    return f"{function}({', '.join(map(quoted, arguments))})"


def quoted(value: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def _versioned(model: Model) -> Iterator[SqlObject]:
    key: Any = model._meta.pk
    name = str(model._meta.verbose_name)
    sentence = f"{'an' if name[0] in 'aeiou' else 'a'} {name} keeps its id"
    yield trigger(
        model,
        "a_key",
        f"BEFORE UPDATE OF {key.column}",
        f"FOR EACH ROW WHEN (NEW.{key.column} IS DISTINCT FROM OLD.{key.column})",
        call("outreach_admin.refuse_new_key", sentence),
    )
    # a statement over many rows may count for itself
    yield trigger(
        model,
        "a_version",
        "BEFORE UPDATE",
        "FOR EACH ROW WHEN (NEW.version IS DISTINCT FROM OLD.version + 1)",
        "outreach_admin.raise_version()",
    )
