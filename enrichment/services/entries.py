"""Making and editing entries of the registry: columns, tables and names together."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Func, TextField

from enrichment.exceptions import AlreadyRegistered, RegistryRefused
from enrichment.models import DataFlow, Workflow, WorkflowAlias
from enrichment.verbs.entries import COLUMNS
from governance.exceptions import NotPermitted, StateRefused
from governance.models import Operation
from governance.services import attribution
from governance.services.operations import acts
from governance.verbs.registry import VERBS

ADD, CHANGE = "enrichment.add_workflow", "enrichment.change_workflow"
KEPT_IN_STEP = ("workflow_intent_in_step",)
# which layer's key the seed's column names
LEADING = ("extracted", "raw", "core", "reference")
TABLE_OF = {
    "raw": "raw_table",
    "extracted": "extracted_table",
    "core": "core_table",
}
# what the database says of a workflow's tables and names now
TABLES = Func(F("pk"), function="enrichment.tables_of", output_field=TextField())
NAMES = Func(F("pk"), function="enrichment.names_of", output_field=TextField())


@dataclass(frozen=True)
class Flow:
    """One table that a workflow writes; the first of a layer is its primary one."""

    layer: str
    table: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What an entry shall say. `flows` and `aliases` that are None stay as they are.

    With `flows`, the columns that the seed has for tables and key follow from them.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    flows: Sequence[Flow] | None = None
    aliases: Sequence[str] | None = None

    def written(self) -> dict[str, Any]:
        """Return the columns, those of tables and key included."""
        found = dict(self.columns)
        if self.flows is not None:
            first = primary(self.flows)
            found |= {
                column: first[layer].table if layer in first else None
                for layer, column in TABLE_OF.items()
            }
            keys = [first[layer].keys for layer in LEADING if layer in first]
            leading = next(filter(None, keys), ())
            found["key_column"] = leading[0] if leading else found.get("key_column")
        return found


def primary(flows: Iterable[Flow]) -> dict[str, Flow]:
    """Return the first flow of each layer."""
    found: dict[str, Flow] = {}
    for flow in flows:
        found.setdefault(flow.layer, flow)
    return found


def register(entry: Entry, *, by: User, channel: str = "browser") -> Workflow:
    """Make a workflow with its tables and other names.

    Raises NotPermitted, RegistryRefused: a name that is taken (409), a field that is not right (422);
    AlreadyRegistered (409) where the same entry is there, so that a form may be sent twice.
    """
    _refuse_unless(by, ADD, "register workflows")
    _refuse_twice(entry)
    try:
        return _make(entry, by=by, channel=channel)
    except RegistryRefused as refusal:
        there = Workflow.objects.filter(
            workflow_name=entry.columns.get("workflow_name", "")
        ).first()
        if there is not None and not _changes(there, _asked(there, entry)):
            raise AlreadyRegistered(there) from refusal
        raise


def _make(entry: Entry, *, by: User, channel: str) -> Workflow:
    workflow = Workflow(**entry.written())
    workflow.all_tables = _as_text(entry.flows or ())
    workflow.other_names = json.dumps(_names(entry.aliases or (), workflow.workflow_name))
    with transaction.atomic():
        attribution.attribute(by=by, action="REGISTER", channel=channel)
        _refuse_wrong_parts(entry)
        _save(workflow)
    workflow.refresh_from_db()
    return workflow


def edit(
    workflow: Workflow,
    entry: Entry,
    *,
    by: User,
    version: int,
    channel: str = "browser",
) -> Operation | None:
    """Write an entry with its tables and other names: an operation of one row, taken back as a whole.

    Returns the operation, None where nothing differs; one that a policy stops changes nothing yet.
    What is so already is done without a word, so that a form may be sent twice.
    Raises NotPermitted, StateRefused for an entry changed since `version`, RegistryRefused.
    """
    _refuse_unless(by, CHANGE, "edit workflows")
    _refuse_twice(entry)
    with transaction.atomic():
        current = Workflow.objects.select_for_update().get(pk=workflow.pk)
        if not _changes(current, _asked(current, entry)):
            return None
        _refuse_changed(current, version)
        _refuse_wrong_parts(entry, current)
        _refuse_wrong(current, _asked(current, entry))
        _bring_up_to_date(current, by=by, channel=channel)
        return acts.do(
            VERBS["edit_entry"],
            current,
            by=by,
            version=current.version,
            channel=channel,
            **_asked(current, entry),
        )


def _refuse_unless(by: User, right: str, what: str) -> None:
    if not (by.is_active and by.has_perm(right)):
        raise NotPermitted(
            f"You may not {what}.",
            what_to_do="Ask a person in the group of triagers.",
        )


def _refuse_twice(entry: Entry) -> None:
    tables = [flow.table for flow in entry.flows or ()]
    twice = next((name for name in tables if tables.count(name) > 1), None)
    if twice is not None:
        raise RegistryRefused(
            f"“{twice}” is named twice.",
            what_to_do="Name each table once, with all its key columns.",
            status=409,
            errors=[{"field": "tables", "problem": f"“{twice}” is named twice."}],
        )


def _asked(current: Workflow, entry: Entry) -> dict[str, Any]:
    """Return every column as it shall be; tables and names as they are told, where they differ."""
    now = {name: getattr(current, name) for name in COLUMNS}
    asked = now | entry.written()
    if entry.flows is not None and _by_layer(entry.flows) != flows_of(current):
        asked["all_tables"] = _as_text(entry.flows)
    there = sorted(_names_of(current))
    said = there if entry.aliases is None else entry.aliases
    # a name that is given up stays as an alias
    names = _names([*said, *_given_up(current, asked)], asked["workflow_name"])
    if names != there:
        asked["other_names"] = json.dumps(names)
    return asked


def _given_up(current: Workflow, asked: Mapping[str, Any]) -> list[str]:
    name = current.workflow_name
    return [] if asked["workflow_name"] == name else [name]


def _names(wanted: Iterable[str], name: str) -> list[str]:
    """Return other names, each once and without the name itself."""
    return sorted({*wanted} - {name})


def _as_text(flows: Sequence[Flow]) -> str:
    """Write tables as the database reads them; the first of a layer leads."""
    first = primary(flows)
    told = [
        {
            "layer": flow.layer,
            "table": flow.table,
            "keys": flow.keys,
            "leads": flow == first[flow.layer],
            "position": position,
        }
        for position, flow in enumerate(flows)
    ]
    return json.dumps(told)


def _changes(current: Workflow, asked: Mapping[str, Any]) -> bool:
    return any((getattr(current, name) or None) != (asked[name] or None) for name in COLUMNS)


def _bring_up_to_date(current: Workflow, *, by: User, channel: str) -> None:
    """Write down the tables and names that there are, where a column or a rename changed them since.

    What an edit finds here is what taking it back gives again.
    """
    attribution.attribute(by=by, action=VERBS["edit_entry"].action, channel=channel)
    stale = Workflow.objects.filter(pk=current.pk).exclude(all_tables=TABLES, other_names=NAMES)
    if stale.update(all_tables=TABLES, other_names=NAMES):
        current.refresh_from_db()


def flows_of(workflow: Workflow) -> list[Flow]:
    """Return the tables of a workflow, the primary one of each layer before the others."""
    rows = sorted(
        workflow.flows.all(),
        key=lambda row: (not row.is_primary, row.position, row.pk),
    )
    found = [Flow(row.layer, row.table_name, tuple(row.key_columns)) for row in rows]
    return _by_layer(found)


def _by_layer(flows: Iterable[Flow]) -> list[Flow]:
    layers = list(DataFlow.Layer.values)
    return sorted(flows, key=lambda flow: layers.index(flow.layer))


def _names_of(workflow: Workflow) -> set[str]:
    return set(workflow.aliases.values_list("alias", flat=True))


def _refuse_changed(current: Workflow, version: int) -> None:
    if current.version != version:
        raise StateRefused(
            "Somebody has changed this entry since you opened it. Nothing was done.",
            what_to_do="Look at it again and decide anew.",
        )


def _refuse_wrong(current: Workflow, asked: Mapping[str, Any]) -> None:
    """Judge the entry as it would be."""
    judged = Workflow(pk=current.pk, **asked)
    judged._state.adding = False
    _judge(judged)
    if WorkflowAlias.objects.exclude(workflow=current).filter(alias=judged.workflow_name).exists():
        raise _taken(judged.workflow_name)


def _refuse_wrong_parts(entry: Entry, current: Workflow | None = None) -> None:
    """Judge the tables and the new names."""
    for flow in entry.flows or ():
        row = DataFlow(layer=flow.layer, table_name=flow.table, key_columns=list(flow.keys))
        _judge(row, beside=("workflow",))
    own = {current.workflow_name, *_names_of(current)} if current else set()
    for name in sorted({*(entry.aliases or ())} - own):
        _judge(WorkflowAlias(alias=name), beside=("workflow",))
        if Workflow.objects.filter(workflow_name=name).exists():
            raise _taken(name)


def _judge(
    row: Workflow | DataFlow | WorkflowAlias,
    *,
    beside: Collection[str] = (),
) -> None:
    """Refuse a row that breaks a rule; what triggers keep in step is no matter of the row."""
    try:
        row.full_clean(exclude=beside, validate_constraints=False)
        for constraint in row._meta.constraints:
            if constraint.name not in KEPT_IN_STEP:
                constraint.validate(type(row), row, exclude={*beside})
    except ValidationError as reason:
        _refuse(reason)


def _save(workflow: Workflow) -> None:
    """Store a new entry; a rule that it breaks is told as a sentence."""
    _judge(workflow)
    try:
        with transaction.atomic():
            workflow.save()
    except IntegrityError as reason:
        raise _taken(workflow.workflow_name) from reason


def _taken(name: str) -> RegistryRefused:
    return RegistryRefused(
        f"“{name}” is taken: it is the name of another workflow, or was.",
        what_to_do="Choose another name.",
        status=409,
    )


def _refuse(reason: ValidationError) -> None:
    """Raise what a field breaks; a name that is taken is a conflict."""
    by_field = reason.update_error_dict({})
    problems: Mapping[str, list[str]] = ValidationError(by_field).message_dict
    found = [
        {"field": name, "problem": sentence}
        for name, sentences in problems.items()
        for sentence in sentences
    ]
    first = found[0]
    codes = [one.code for one in by_field[first["field"]]]
    named = first["field"].replace("_", " ").capitalize()
    is_whole = first["field"] == "__all__"
    raise RegistryRefused(
        first["problem"] if is_whole else f"{named}: {first['problem']}",
        what_to_do="Correct it. Nothing was done.",
        status=409 if "unique" in codes else None,
        errors=found,
    ) from reason
