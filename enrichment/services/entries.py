"""Making and editing entries of the registry: columns, tables and names together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from enrichment.exceptions import RegistryRefused
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

    Raises NotPermitted, RegistryRefused: a name that is taken (409), a field that is not right (422).
    """
    _refuse_unless(by, ADD, "register workflows")
    _refuse_twice(entry)
    workflow = Workflow(**entry.written())
    with transaction.atomic():
        attribution.attribute(by=by, action="REGISTER", channel=channel)
        _save(workflow)
        _keep_flows(workflow, entry.flows)
        _keep_aliases(workflow, entry.aliases)
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
    """Write an entry: an operation of one row where its columns change, and its tables and names with it.

    Returns the operation, None where no column changes; one that a policy stops changes nothing yet.
    What is so already is done without a word, so that a form may be sent twice.
    Raises NotPermitted, StateRefused for an entry changed since `version`, RegistryRefused.
    """
    _refuse_unless(by, CHANGE, "edit workflows")
    _refuse_twice(entry)
    with transaction.atomic():
        current = Workflow.objects.select_for_update().get(pk=workflow.pk)
        asked = _asked(current, entry)
        if not _differs(current, asked, entry):
            return None
        _refuse_changed(current, version)
        _refuse_wrong(current, asked)
        operation = _write_columns(current, asked, by=by, channel=channel)
        if operation is None or operation.is_final:
            _write_beside(current, entry, by=by, channel=channel, alone=operation is None)
    return operation


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
    """Return every column as it shall be."""
    now = {name: getattr(current, name) for name in COLUMNS}
    return now | entry.written()


def _differs(current: Workflow, asked: Mapping[str, Any], entry: Entry) -> bool:
    return (
        _changes(current, asked)
        or (entry.flows is not None and list(entry.flows) != flows_of(current))
        or (entry.aliases is not None and _names_differ(current, entry.aliases))
    )


def _changes(current: Workflow, asked: Mapping[str, Any]) -> bool:
    return any((getattr(current, name) or None) != (asked[name] or None) for name in COLUMNS)


def flows_of(workflow: Workflow) -> list[Flow]:
    """Return the tables of a workflow, the primary one of each layer before the others."""
    rows = sorted(
        workflow.flows.all(),
        key=lambda row: (not row.is_primary, row.position, row.pk),
    )
    found = [Flow(row.layer, row.table_name, tuple(row.key_columns)) for row in rows]
    layers = list(DataFlow.Layer.values)
    return sorted(found, key=lambda flow: layers.index(flow.layer))


def _names_differ(workflow: Workflow, wanted: Sequence[str]) -> bool:
    return {*wanted} - {workflow.workflow_name} != _names_of(workflow)


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


def _write_columns(
    current: Workflow,
    asked: Mapping[str, Any],
    *,
    by: User,
    channel: str,
) -> Operation | None:
    if not _changes(current, asked):
        return None
    return acts.do(
        VERBS["edit_entry"],
        current,
        by=by,
        version=current.version,
        channel=channel,
        **asked,
    )


def _write_beside(
    current: Workflow,
    entry: Entry,
    *,
    by: User,
    channel: str,
    alone: bool,
) -> None:
    """Write tables and names; where no column changed, the entry is marked as changed all the same."""
    attribution.attribute(
        by=by,
        action=VERBS["edit_entry"].action,
        reason="tables and names" if alone else "",
        channel=channel,
    )
    _keep_flows(current, entry.flows)
    _keep_aliases(current, entry.aliases)
    if alone:
        Workflow.objects.filter(pk=current.pk).update(updated_at=Now())


def _keep_flows(workflow: Workflow, wanted: Sequence[Flow] | None) -> None:
    """Bring the tables in line: which one leads follows from the columns, by trigger."""
    if wanted is None:
        return
    named = {flow.table for flow in wanted}
    # one statement: while some of a layer were left, the next of them would lead for a moment
    workflow.flows.exclude(table_name__in=named).delete()
    there = {row.table_name: row for row in workflow.flows.all()}
    for position, flow in enumerate(wanted):
        known = there.get(flow.table)
        row = known or DataFlow(workflow=workflow, table_name=flow.table)
        said = flow.layer, list(flow.keys), position
        if (row.layer, row.key_columns, row.position) != said or not known:
            row.layer, row.key_columns, row.position = said
            _save(row, *([] if known is None else ["layer", "key_columns", "position"]))


def _keep_aliases(workflow: Workflow, wanted: Sequence[str] | None) -> None:
    if wanted is None:
        return
    # `workflow` was read before it was renamed: the name that it gave up stays
    before = workflow.workflow_name
    workflow.aliases.exclude(alias__in=[*wanted, before]).delete()
    today = Workflow.objects.values_list("workflow_name", flat=True).get(pk=workflow.pk)
    for name in sorted({*wanted} - _names_of(workflow) - {today}):
        _save(WorkflowAlias(workflow=workflow, alias=name))


def _judge(row: Workflow | DataFlow | WorkflowAlias) -> None:
    """Refuse a row that breaks a rule; what triggers keep in step is no matter of the row."""
    try:
        row.full_clean(validate_constraints=False)
        for constraint in row._meta.constraints:
            if constraint.name not in KEPT_IN_STEP:
                constraint.validate(type(row), row)
    except ValidationError as reason:
        _refuse(reason)


def _save(row: Workflow | DataFlow | WorkflowAlias, *columns: str) -> None:
    """Store a row; a rule that it breaks is told as a sentence."""
    _judge(row)
    try:
        with transaction.atomic():
            row.save(update_fields=columns or None)
    except IntegrityError as reason:
        raise _taken(str(row)) from reason


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
