"""Hub tables: what can be brought in, and rows that pipelines bring."""

import hashlib
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.db import models
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.hubs import (
    HubRowsSerializer,
    HubTableSerializer,
    HubTablesSerializer,
    VerdictSerializer,
)
from governance.models import Operation
from governance.queries import imports
from governance.resources import hubrows, hubs
from governance.resources.hubexports import TABLES
from governance.resources.hubrows import MOST, Verdict
from governance.verbs.hubs import ImportRows
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.parsers import body_of
from outreach_admin.exceptions import BadRequest, Refused

FLAGS = ("only_good", "dry_run")
OPERATIONS = "/api/operations/"


def described(verb: ImportRows) -> dict[str, Any]:
    """Say which columns rows of a table may have."""
    needed = hubs.needed_columns(verb)
    return {
        "name": verb.subject,
        "table": verb.table,
        "key": verb.key_column,
        "makes_keys": verb.makes_keys,
        "told_by": verb.told_by,
        "columns": [_column(verb, field, needed) for field in verb.fields],
    }


def _column(
    verb: ImportRows,
    field: "models.Field[Any, Any]",
    needed: list[str],
) -> dict[str, Any]:
    cell = hubs.widget_of(verb, field)
    return {
        "name": field.column,
        "type": (type(cell).__doc__ or "").strip().rstrip("."),
        "is_needed": field.column in needed,
        "may_be_empty": hubs.may_be_empty(field),
        "choices": [str(value) for value, _ in field.choices or ()],
    }


class HubList(Endpoint):
    """The hub tables."""

    @extend_schema(responses={200: HubTablesSerializer})
    def get(self, request: Request) -> Response:
        """List the tables that rows can be brought into, with their columns."""
        tables = imports.tables_for(request.user)
        if not tables:
            raise Refused(
                "The account of this token may not bring rows into any table.",
                what_to_do="Ask an admin for the right.",
                status=403,
            )
        found = [described(verb) for verb in tables]
        page = {"results": found, "next": None, "previous": None}
        return Response(HubTablesSerializer(page).data)


class HubRows(Endpoint):
    """One hub table."""

    scopes = {"POST": "pipeline"}

    @cached_property
    def verb(self) -> ImportRows:
        """Find what brings rows in, by the name of the table in addresses or in SQL. Raises Http404."""
        named = self.kwargs["table"]
        for verb in TABLES:
            if named in (verb.subject, verb.table):
                return verb
        raise Http404

    def rights_for(self, method: str | None) -> tuple[str, ...]:
        """Ask for the right to bring rows into this table."""
        return (self.verb.permission,) if self.kwargs.get("table") else ()

    @extend_schema(responses={200: HubTableSerializer})
    def get(self, request: Request, table: str) -> Response:
        """Read which columns rows of this table may have."""
        return Response(HubTableSerializer(described(self.verb)).data)

    @extend_schema(
        request=HubRowsSerializer,
        responses={200: VerdictSerializer, 202: VerdictSerializer},
        examples=[
            OpenApiExample(
                "A slot that was filled",
                {"rows": [{"outreach_id": "…", "slot_type": "CEO", "is_filled": True}]},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, table: str) -> Response:
        """Bring rows in: new ones are made, those that are there take what is sent.

        Answers 202 with the operation, whose first rows are done by then unless a policy stops it; 200 where
        nothing differs or nothing was asked for but a verdict.
        """
        asked = rows_of(request.data)
        body = body_of(request)
        found = hubrows.bring_in(
            self.verb,
            asked["rows"],
            by=request.user,  # type: ignore[arg-type]
            measured=(len(body), hashlib.sha256(body).hexdigest()),
            only_good=asked.get("only_good", False),
            dry_run=asked.get("dry_run", False),
        )
        return answered(found)


def rows_of(body: Any) -> dict[str, Any]:
    """Read what is asked for. Raises BadRequest for unknown keys, ValidationError for wrong values."""
    if not isinstance(body, dict):
        raise BadRequest("The body is not an object.")
    known = ("rows", *FLAGS)
    for key in body:
        if key not in known:
            raise BadRequest(
                f"Unknown key “{key[:60]}”. Nothing was done.",
                key=key[:60],
                offered=known,
            )
    wrong = {name: "It is neither true nor false." for name in FLAGS if _is_no_flag(body, name)}
    if said := _wrong_with(body.get("rows")):
        wrong["rows"] = said
    if wrong:
        raise ValidationError(wrong)
    return body


def _is_no_flag(body: dict[str, Any], name: str) -> bool:
    return not isinstance(body.get(name, False), bool)


def _wrong_with(rows: Any) -> str:
    if not isinstance(rows, list):
        return "It is not a list of rows."
    if not rows:
        return "It has no rows."
    return f"It has {len(rows):,} rows; at most {MOST:,} are taken." if len(rows) > MOST else ""


def answered(found: Verdict) -> Response:
    """Answer with what was found and begun."""
    operation = found.operation
    said = {
        "rows": found.rows,
        "new": found.new,
        "changed": found.changed,
        "unchanged": found.unchanged,
        "wrong": found.wrong,
        "problems": found.problems,
        "operation": operation and begun(operation),
        "what_to_do": what_to_do(operation),
    }
    is_begun = operation is not None
    return Response(
        VerdictSerializer(said).data,
        status=HTTPStatus.ACCEPTED if is_begun else HTTPStatus.OK,
        headers={"Location": address_of(operation)} if operation else {},
    )


def begun(operation: Operation) -> dict[str, Any]:
    """Write how far an operation is."""
    return {
        "pk": operation.pk,
        "reference": operation.reference,
        "state": operation.state,
        "gate": operation.gate,
        "planned": operation.planned,
        "applied": operation.applied,
        "skipped": operation.skipped,
        "failed": operation.failed,
        "address": address_of(operation),
    }


def address_of(operation: Operation) -> str:
    """Give the address of an operation."""
    return f"{OPERATIONS}{operation.pk}/"


def what_to_do(operation: Operation | None) -> str:
    """Say how what waits goes on."""
    if operation is None or operation.is_final:
        return ""
    if operation.state in Operation.WAITING_STATES:
        return f"The policy “{operation.gate}” asks for a second person: ask for approval by POST to {address_of(operation)}request-approval/."
    return f"The rest is under way: read {address_of(operation)} until it has ended."
