"""Making entries of the registry: a workflow with its tables and earlier names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from enrichment.exceptions import RegistryRefused
from enrichment.models import DataFlow, Workflow, WorkflowAlias
from governance.exceptions import NotPermitted
from governance.services import attribution

RIGHT = "enrichment.add_workflow"
# layer, table, key columns
Flow = tuple[str, str, Sequence[str]]


def register(
    *,
    workflow_name: str,
    key_type: str,
    flows: Iterable[Flow],
    by: User,
    aliases: Iterable[str] = (),
    channel: str = "",
    **columns: Any,
) -> Workflow:
    """Make a workflow with its flows, (layer, table, key columns) each, and its other names.

    The first flow of a layer is its primary one, whose table and key the seed's columns repeat.
    Raises NotPermitted, RegistryRefused: a name that is taken (409), a field that is not right (422).
    """
    if not by.is_active or not by.has_perm(RIGHT):
        raise NotPermitted("Your account may not register workflows.")
    workflow = Workflow(
        workflow_name=workflow_name.strip(),
        key_type=key_type or None,
        coalesces_to_core=columns.get("intent") == Workflow.Intent.SHOULD,
        **columns,
    )
    with transaction.atomic():
        attribution.attribute(by=by, action="REGISTER", channel=channel)
        _save(workflow)
        _add_flows(workflow, flows)
        for alias in aliases:
            _save(WorkflowAlias(workflow=workflow, alias=alias))
    workflow.refresh_from_db()
    return workflow


def _save(row: Workflow | DataFlow | WorkflowAlias) -> None:
    """Insert a row; a rule of the database that it breaks is told as a sentence."""
    try:
        row.clean_fields()
        row.validate_unique()
        # a trigger keeps intent and flag in step, before the constraint looks
        row.validate_constraints(exclude={"intent"})
        with transaction.atomic():
            row.save()
    except ValidationError as reason:
        _refuse(row, reason)
    except IntegrityError as reason:
        raise _taken(row) from reason


def _refuse(row: Workflow | DataFlow | WorkflowAlias, reason: ValidationError) -> None:
    """Raise what a field breaks; a name that is taken is a conflict."""
    if any((one.code or "").startswith("unique") for one in _errors(reason)):
        raise _taken(row) from reason
    problems: Mapping[str, list[str]] = reason.message_dict
    field, sentences = next(iter(problems.items()))
    name = "" if field == "__all__" else f"{field.replace('_', ' ').capitalize()}: "
    raise RegistryRefused(
        f"{name}{sentences[0]}",
        what_to_do="Correct it.",
        errors=[
            {"field": field, "problem": sentence}
            for field, sentences in problems.items()
            for sentence in sentences
        ],
    ) from reason


def _errors(reason: ValidationError) -> list[ValidationError]:
    return [one for found in reason.error_dict.values() for one in found]


def _taken(row: Workflow | DataFlow | WorkflowAlias) -> RegistryRefused:
    if isinstance(row, DataFlow):
        return RegistryRefused(
            f"“{row}” is named twice.",
            what_to_do="Name each table once, with all its key columns.",
            status=409,
        )
    return RegistryRefused(
        f"“{row}” is taken: it is the name of another workflow, or was.",
        what_to_do="Choose another name.",
        status=409,
    )


def _add_flows(workflow: Workflow, flows: Iterable[Flow]) -> None:
    layers: set[str] = set()
    for position, (layer, table, keys) in enumerate(flows):
        flow = DataFlow(
            workflow=workflow,
            layer=layer,
            table_name=table,
            key_columns=list(keys),
            is_primary=layer not in layers,
            position=position,
        )
        layers.add(layer)
        _save(flow)
