"""Errors that programs send, one or many."""

from collections import Counter
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.newerrors import (
    BulkAnswerSerializer,
    BulkSerializer,
    NewErrorSerializer,
    WhatBecameSerializer,
)
from governance.models import Token
from governance.resources import errorbodies
from governance.resources.errors import EXAMPLE, KNOWN
from governance.services import errors
from governance.services.errors import NewError
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.exceptions import BadRequest, Refused

ADD = "governance.add_huberror"
BULK_KEYS = ("rows", "only_good")
MISSING = "It is missing."
NO_LIST = "It is not a list of rows."
NO_ROWS = "It has no rows."
NO_FLAG = "It is not true or false."
ONE = OpenApiExample(
    "An error without a match",
    value=EXAMPLE,
    request_only=True,
)
MANY = OpenApiExample(
    "Two errors, the good ones alone",
    value={"rows": [EXAMPLE, EXAMPLE | {"domain": "example.org"}], "only_good": True},
    request_only=True,
)


class CreatesErrors(Endpoint):
    """Takes one error by POST."""

    scopes: Mapping[str, str] = {"POST": Token.Scope.PIPELINE}
    rights: Mapping[str, str | tuple[str, ...]] = {"POST": ADD}

    def check_keys(self, request: Request) -> None:
        """Leave the keys of a list to its filter; a POST takes none."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)
        else:
            super().check_keys(request)

    @extend_schema(
        request=NewErrorSerializer,
        responses={200: WhatBecameSerializer, 201: WhatBecameSerializer},
        examples=[ONE],
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create one error.

        Once for each id: sent again it answers 200 and stays as it stands, parked, resolved, archived or purged; other content under a known id is refused (409).
        """
        (row,) = errorbodies.read([_object(request.data, KNOWN)], by=request.user)
        _create([row], request, only_good=True)
        if row.status == HTTPStatus.CONFLICT:
            raise Refused(errors.OTHER, what_to_do="Send it under another id.", status=409)
        if row.problems:
            raise ValidationError({name: [problem] for name, problem in row.problems})
        return Response(
            _said(row),
            status=row.status,
            headers={"Location": reverse("api:error-detail", args=[row.id])},
        )


class ErrorBulk(Endpoint):
    """Up to 100,000 errors at once."""

    permission_required = ADD
    scope = Token.Scope.PIPELINE

    @extend_schema(
        request=BulkSerializer,
        responses=dict.fromkeys((200, 201, 207), BulkAnswerSerializer),
        examples=[MANY],
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create many errors, once for each id.

        All or none (422), or the good rows alone: then 207 tells that some were refused. 201 where
        any is new, 200 where all were sent before; those stay as they stand.
        """
        body = _object(request.data, BULK_KEYS)
        only_good = _flag(body.get("only_good"))
        rows = errorbodies.read(_rows(body), by=request.user)
        _create(rows, request, only_good=only_good)
        if not any(row.is_good for row in rows):
            raise errors.refusal(rows)
        return _answer(rows)


def _create(rows: Sequence[NewError], request: Request, *, only_good: bool) -> None:
    errors.create(
        rows,
        by=request.user,
        only_good=only_good,
        request=request._request.id,
    )


def _object(body: Any, known: Sequence[str]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise BadRequest("The body is not an object.")
    for key in body:
        if key not in known:
            raise BadRequest(
                f"Unknown key “{key[:60]}”. Nothing was done.",
                key=key[:60],
                offered=known,
            )
    return body


def _flag(given: Any) -> bool:
    if given is not None and not isinstance(given, bool):
        raise ValidationError({"only_good": [NO_FLAG]})
    return bool(given)


def _rows(body: dict[str, Any]) -> list[Any]:
    rows = body.get("rows")
    if rows is None:
        raise ValidationError({"rows": [MISSING]})
    if not isinstance(rows, list):
        raise ValidationError({"rows": [NO_LIST]})
    if not rows:
        raise ValidationError({"rows": [NO_ROWS]})
    errors.refuse_too_many(len(rows))
    return rows


def _answer(rows: Sequence[NewError]) -> Response:
    counts = Counter(row.status for row in rows)
    created, unchanged = counts[HTTPStatus.CREATED], counts[HTTPStatus.OK]
    refused = len(rows) - created - unchanged
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return Response(
        {
            "created": created,
            "unchanged": unchanged,
            "refused": refused,
            "rows": [{"index": row.index} | _said(row) for row in rows],
        },
        status=HTTPStatus.MULTI_STATUS if refused else status,
    )


def _said(row: NewError) -> dict[str, Any]:
    said: dict[str, Any] = {"error_id": row.id or None, "status": row.status.value}
    if row.standing is not None:
        said["disposition"] = row.standing.disposition
        said["where"] = row.standing.where
    if row.problems:
        said["errors"] = [{"field": name, "problem": sentence} for name, sentence in row.problems]
    return said
