"""Rows of hub tables that come in by file, beside the stored rows of the same key.

In every statement `r` is a row of the file, `e.kept` the stored row, NULL where there is none, and
`p` what the stored row would become.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection, models
from django.utils import timezone

from governance import subjects
from governance.models import ImportFile, Operation, Outreach
from governance.verbs import registry
from governance.verbs.hubs import ImportRows
from outreach_admin.db import jsonfields

UNCHANGED = "unchanged"
SHOWN_COLUMNS = 3
# what the database says of a row where nobody else does
OWN_MOMENTS = {"created_at", "updated_at"}
Said = tuple[str, str]


def verb_of(operation: Operation) -> ImportRows:
    """Return the verb of an import of hub rows, or of its undo."""
    return cast(ImportRows, registry.VERBS[operation.verb])


def typed(verb: ImportRows, text: str) -> str:
    """Return the SQL expression for a key that the expression `text` holds as text."""
    return subjects.named(verb.subject).typed(text)


def stored(verb: ImportRows) -> str:
    """Return the join that finds the stored row: by its key, row by row, whatever the statistics say."""
    key = typed(verb, "r.subject_id")
    return f"""LEFT JOIN LATERAL (
            SELECT t AS kept FROM {verb.stored_in} t WHERE t.{verb.key_column} = {key} LIMIT 1) e ON true"""


def becoming(verb: ImportRows, *, given: str = "%(defaults)s") -> str:
    """Return the join for `p`; the parameter `given` is what a new row begins with."""
    return f"""CROSS JOIN LATERAL jsonb_populate_record(
            coalesce(e.kept, jsonb_populate_record(NULL::{verb.stored_in}, {given}::jsonb)),
            coalesce(r.data, '{{}}') || jsonb_build_object('{verb.key_column}', r.subject_id)) p"""


def is_there(verb: ImportRows) -> str:
    """Return the condition that a stored row was found."""
    return f"(e.kept).{verb.key_column} IS NOT NULL"


def differs(verb: ImportRows, old: str = "(e.kept)", new: str = "p") -> str:
    """Return the condition that a file changes a row; nothing and an empty text are the same."""
    return " OR ".join(column_differs(field, old, new) for field in verb.fields)


def column_differs(field: "models.Field[Any, Any]", old: str, new: str) -> str:
    """Return the condition that one column changes."""
    former, later = (_compared(field, row) for row in (old, new))
    return f"{former} IS DISTINCT FROM {later}"


def _compared(field: "models.Field[Any, Any]", row: str) -> str:
    value = f"{row}.{field.column}"
    return f"coalesce({value}, '')" if isinstance(field, models.TextField) else value


def defaults(verb: ImportRows) -> str:
    """Return, as JSON, what the columns of a new row hold where its file says nothing."""
    found = {field.column: value for field in verb.fields if (value := _default(field)) is not None}
    now = timezone.now().isoformat()
    own = {field.column for field in verb.model._meta.concrete_fields} & OWN_MOMENTS
    return jsonfields.write({**dict.fromkeys(own, now), **found, "version": 1})


def _default(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.DateTimeField) and not field.null:
        return timezone.now().isoformat()
    if field.has_default() and not callable(field.default):
        return str(field.default) if isinstance(field.default, str) else field.default
    is_text = isinstance(field, models.TextField)
    return "" if is_text and field.blank and not field.null else None


def is_needed(field: "models.Field[Any, Any]") -> bool:
    """Say whether a new row must bring this column."""
    return not field.null and not field.primary_key and _default(field) is None


def drawn_keys(verb: ImportRows, number: int) -> list[str]:
    """Draw so many numbers for new rows, as texts; what is drawn is never drawn again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT nextval(pg_get_serial_sequence(%s, %s))::text
            FROM generate_series(1, %s)""",
            [verb.stored_in, verb.key_column, number],
        )
        return [key for (key,) in cursor.fetchall()]


def rows(operation: Operation, keys: Sequence[str]) -> dict[str, Any]:
    """Return rows that an import would make, as they will be stored; none of them is in the database yet."""
    verb = verb_of(operation)
    found = verb.model._default_manager.raw(
        f"""SELECT p.* FROM governance_importrow r {stored(verb)} {becoming(verb)}
        WHERE r.file_id = %(file)s AND r.subject_id = ANY (%(keys)s) AND r.data IS NOT NULL""",
        _params(operation.import_file, verb, keys),
    )
    made = {str(row.pk): row for row in found}
    if _hangs_on_companies(verb):
        _give_companies(made.values())
    for row in made.values():
        row._state.adding = True
    return made


def _hangs_on_companies(verb: ImportRows) -> bool:
    fields = verb.model._meta.concrete_fields
    return any(field.related_model is Outreach for field in fields)


def _give_companies(made: Any) -> None:
    wanted = {row.outreach_id for row in made if row.outreach_id}
    known = Outreach.objects.select_related("company").in_bulk(wanted)
    for row in made:
        row.outreach = known.get(row.outreach_id)


def told(operation: Operation, keys: Sequence[str]) -> dict[str, Said]:
    """Return by key what the columns that an import or its undo would change hold, and what they would."""
    undone = operation.undoes
    return _told_of_undo(undone, keys) if undone else told_of_file(operation.import_file, keys)


def _told_of_undo(undone: Operation, keys: Sequence[str]) -> dict[str, Said]:
    """Say what goes back to what it was; rows that came in new are deleted."""
    verb = verb_of(undone)
    items = undone.items.filter(subject_id__in=keys).values_list("subject_id", "before")
    former = {key: jsonfields.fields(before) for key, before in items}
    rows = verb.model._default_manager.in_bulk(list(former))
    now = {str(key): vars(row) for key, row in rows.items()}
    found = {}
    for key, before in former.items():
        names = list(before)
        was = words(now.get(key, {}), names) or "came in new"
        found[key] = (was, words(before, names) or "deleted")
    return found


def told_of_file(file: ImportFile, keys: Sequence[str]) -> dict[str, Said]:
    """Return by key what the columns that a file changes hold, and what they would."""
    verb = cast(ImportRows, registry.bringing_in(file.subject))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT r.subject_id, to_jsonb(e.kept)::text, to_jsonb(p)::text, ARRAY[{_changed(verb)}]
            FROM governance_importrow r {stored(verb)} {becoming(verb)}
            WHERE r.file_id = %(file)s AND r.subject_id = ANY (%(keys)s) AND r.data IS NOT NULL""",
            _params(file, verb, keys),
        )
        return {key: _said(verb, *found) for key, *found in cursor.fetchall()}


def _changed(verb: ImportRows) -> str:
    """Return a list of columns, NULL for each that stays."""
    return ", ".join(
        f"CASE WHEN {column_differs(field, '(e.kept)', 'p')} THEN '{field.column}' END"
        for field in verb.fields
    )


def _said(
    verb: ImportRows,
    kept: str | None,
    coming: str,
    changed: Sequence[str | None],
) -> Said:
    hidden = (verb.key_column, *verb.hidden)
    names = [name for name in changed if name and name not in hidden]
    later = words(jsonfields.read(coming), names)
    if kept is None:
        return "new", later
    now = words(jsonfields.read(kept), names)
    return now or UNCHANGED, later or UNCHANGED


def words(values: Any, names: Sequence[str]) -> str:
    """Write some columns of a row in a line, the first of many."""
    shown = [f"{name} {_word(values.get(name))}" for name in names[:SHOWN_COLUMNS]]
    more = len(names) - SHOWN_COLUMNS
    return " · ".join([*shown, *([f"{more} more"] if more > 0 else [])])


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None or value == "" else str(value)


def _params(file: ImportFile, verb: ImportRows, keys: Sequence[str]) -> dict[str, Any]:
    return {"file": file.pk, "keys": list(keys), "defaults": defaults(verb)}
