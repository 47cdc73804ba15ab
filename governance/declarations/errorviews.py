"""The error tables under the seed's names: a view each over the live and over the archived errors.

Columns that the table has are updatable; what it keeps in `details` reads from there and is given
with the row alone. Source: spec "Error tables and their policy", "SQL names: a contract".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from outreach_admin.db.declarations import Declaration, Model, call, quoted
from outreach_admin.db.objects import Key, Kind, SqlObject

GOVERNED = (
    "disposition",
    "retry_count",
    "max_retries",
    "archived_at",
    "parked_at",
    "parked_by",
    "park_reason",
    "escalation_level",
    "escalated_at",
    "ttl_tier",
    "last_retry_at",
    "next_retry_at",
    "retry_exhausted",
)
ARCHIVED = ("archived_by", "archive_reason", "final_disposition", "retention_expires_at")
# under the types of the seed where nobody writes: PostgreSQL updates no column of a view that is cast
TYPES = {
    "disposition": "public.error_disposition",
    "final_disposition": "public.error_disposition",
    "ttl_tier": "public.ttl_tier",
}
# what the database keeps, whatever is written
KEPT = ("retry_exhausted", "updated_at")
# how a value of `details` reads under its own type; what is of another type reads NULL
READS = {
    "text": "details ->> {key}",
    "uuid": "governance.as_uuid(details ->> {key})",
    "boolean": "governance.as_flag(details -> {key})",
    "jsonb": "nullif(details -> {key}, 'null'::jsonb)",
}
# NULL is what the seed's table would have put there by itself
FILLED = {
    "id": "coalesce({given}, gen_random_uuid())",
    "retry_count": "coalesce({given}, 0)",
    "escalation_level": "coalesce({given}, 0)",
}
READ_ONLY = "Read-only after insert, as they are kept in one JSON column: {names}."
REFUSES = call(
    "refuse_view_change",
    "archived errors are kept as they are",
    "Restore the error in the console, then change it.",
)
COPY_ONLY = (
    "INSERT works set by set by way of a rule; COPY gathers its rows and files them at its end."
)


@dataclass(frozen=True)
class Column:
    """A column of a view: that of the table, or a key of `details` and its type."""

    name: str
    stored: str = ""
    kept_as: str = ""

    @property
    def read(self) -> str:
        """Write it as SELECT has it."""
        if self.kept_as:
            return READS[self.kept_as].format(key=quoted(self.name))
        return self.stored or self.name

    @property
    def is_stored(self) -> bool:
        return not self.kept_as


@dataclass(frozen=True)
class ErrorView:
    """One error table of the seed: its own columns, its own words."""

    name: str
    words: str
    own: tuple[Column, ...]

    @property
    def error_table(self) -> str:
        """The name in the policies, which has its schema always."""
        return self.name if "." in self.name else f"public.{self.name}"

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.own, *map(Column, GOVERNED))

    @property
    def in_details(self) -> list[str]:
        return [column.name for column in self.own if column.kept_as]


def kept(names: str, kind: str = "text") -> tuple[Column, ...]:
    """Declare columns that are kept in `details`."""
    return tuple(Column(name, kept_as=kind) for name in names.split())


def stored(names: str) -> tuple[Column, ...]:
    """Declare columns that the table has: `name`, or `name=column`."""
    return tuple(Column(*name.split("=")) for name in names.split())


OF_PIPELINES = (
    *stored("failure_code=code blocking_reason=message severity"),
    *kept("retry_allowed", "boolean"),
    *kept("raw_input", "jsonb"),
    *kept("stack_trace"),
    *stored("created_at resolved_at resolution_note"),
)
VIEWS = (
    ErrorView(
        "outreach.dol_errors",
        "What the DOL hub could not do.",
        (*stored("error_id=id outreach_id pipeline_stage=stage"), *OF_PIPELINES),
    ),
    ErrorView(
        "outreach.company_target_errors",
        "What the company target pipeline could not do.",
        (
            *stored("error_id=id outreach_id pipeline_stage=stage"),
            *kept("imo_stage"),
            *OF_PIPELINES,
        ),
    ),
    ErrorView(
        "people.people_errors",
        "What the people hub could not do.",
        (
            *stored("error_id=id outreach_id"),
            *kept("person_id slot_id", "uuid"),
            *stored("error_stage=stage"),
            *kept("error_type"),
            *stored("error_code=code error_message=message"),
            *kept("raw_payload", "jsonb"),
            *kept("retry_strategy"),
            *kept("source_hints_used", "jsonb"),
            *kept("status"),
            *stored("created_at last_updated_at=updated_at"),
        ),
    ),
    ErrorView(
        "company.url_discovery_failures",
        "Addresses that the blog hub could not read.",
        (
            *stored("failure_id=id company_unique_id"),
            *kept("website_url"),
            *stored("domain failure_reason=code created_at"),
        ),
    ),
    ErrorView(
        "shq_error_log",
        "The platform's own log of errors.",
        (
            *stored("error_id=id"),
            *kept("process_id agent_id"),
            *stored("severity error_type=code message company_unique_id"),
            *kept("outreach_context_id air_event_id"),
            *kept("context", "jsonb"),
            *stored("created_at resolved_at resolution_type=resolution_note"),
        ),
    ),
)


class LiveErrorViews(Declaration):
    """A view each over live errors, which SELECT, UPDATE and DELETE treat as a table; INSERT and COPY file new ones."""

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make the view, the rule that inserts, and the triggers that COPY needs."""
        for view in VIEWS:
            words = [view.words]
            if view.in_details:
                words.append(READ_ONLY.format(names=", ".join(view.in_details)))
            columns = ", ".join(f"{column.read} AS {column.name}" for column in view.columns)
            yield _view(model, view.name, view, columns, " ".join([*words, COPY_ONLY]))
            yield _rule(model, view)
            yield _trigger(model, view.name, "gather", "INSTEAD OF INSERT", "ROW", "gather_row()")
            yield _trigger(
                model, view.name, "gathered", "AFTER INSERT", "STATEMENT", "file_gathered()"
            )


class ArchivedErrorViews(Declaration):
    """A view each over archived errors, with what archiving added; nobody changes it."""

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make the view, and the trigger that refuses changes."""
        for view in VIEWS:
            name = f"{view.name}_archive"
            columns = ", ".join(map(_typed, (*view.columns, *map(Column, ARCHIVED))))
            words = f"{view.words} Archived: kept until retention_expires_at, read-only."
            yield _view(model, name, view, columns, words)
            yield _trigger(
                model,
                name,
                "kept",
                "INSTEAD OF INSERT OR UPDATE OR DELETE",
                "ROW",
                REFUSES,
            )


def _typed(column: Column) -> str:
    kind = f"::{TYPES[column.name]}" if column.name in TYPES else ""
    return f"{column.read}{kind} AS {column.name}"


def _view(model: Model, name: str, view: ErrorView, columns: str, words: str) -> SqlObject:
    text = (
        f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} FROM {model._meta.db_table} "
        f"WHERE error_table = {quoted(view.error_table)}"
    )
    return SqlObject(Key(Kind.VIEW, name), text, model._meta.label, words)


def _rule(model: Model, view: ErrorView) -> SqlObject:
    """Write INSERT as one statement on the table; each given value is named once, or it would be worked out twice."""
    given = {
        column.stored or column.name: f"NEW.{column.name}"
        for column in view.columns
        if column.is_stored and (column.stored or column.name) not in KEPT
    }
    values = {name: FILLED.get(name, "{given}").format(given=new) for name, new in given.items()}
    pairs = ", ".join(f"{quoted(name)}, NEW.{name}" for name in view.in_details)
    values["error_table"] = quoted(view.error_table)
    values["details"] = f"governance.without_nulls(jsonb_build_object({pairs}))"
    text = (
        f"CREATE OR REPLACE RULE filed AS ON INSERT TO {view.name} DO INSTEAD "
        f"INSERT INTO {model._meta.db_table} ({', '.join(values)}) "
        f"VALUES ({', '.join(values.values())}) "
        f"RETURNING {', '.join(column.read for column in view.columns)}"
    )
    return SqlObject(Key(Kind.RULE, f"{view.name}.filed"), text, model._meta.label)


def _trigger(model: Model, view: str, name: str, event: str, each: str, function: str) -> SqlObject:
    text = (
        f"CREATE OR REPLACE TRIGGER {name} {event} ON {view} "
        f"FOR EACH {each} EXECUTE FUNCTION governance.{function}"
    )
    return SqlObject(Key(Kind.TRIGGER, f"{view}.{name}"), text, model._meta.label)
