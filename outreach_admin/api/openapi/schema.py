"""What the schema says of every endpoint: its words, its keys, and each refusal that it can give."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from outreach_admin.api import idempotency, problems
from outreach_admin.api.endpoints import WITH_BODIES, Endpoint
from outreach_admin.api.lists import MOST, ListEndpoint, SearchEndpoint
from outreach_admin.lists.filters import StrictFilterSet

ALWAYS = (400, 401, 403, 406, 429, 500, 503)
OF_BODIES = (411, 413, 415, 422)
SIZE = {"type": "integer", "minimum": 1, "maximum": MOST}
WHY = {
    400: "It cannot be understood: an unknown key, a value that is none, a body that is no JSON.",
    401: "No token, or one that no longer counts.",
    403: "The token lacks the scope, or its account the right.",
    404: "There is nothing of this name.",
    406: "Answers are JSON.",
    409: "Things stand otherwise by now, or the first request under this key is under way.",
    410: "It was there and is gone.",
    411: "The body comes without its length.",
    412: "It has changed since the state that If-Match names.",
    413: "The body is larger than stated.",
    415: "Bodies are JSON.",
    422: "A rule says no; the sentence says why. Nothing was done.",
    429: "Too many requests; Retry-After says when the next one is taken.",
    500: "Something broke; it is in the log under the id of the request.",
    503: "The database is away or busy; Retry-After says when to try again.",
}


# where a page of a list begins, and how long it is
PLACE = (
    OpenApiParameter("size", type=SIZE, description=f"Rows of a page, up to {MOST:,}."),
    OpenApiParameter("cursor", description="As `next` and `previous` carry it."),
)


class WrongSerializer(serializers.Serializer[Any]):
    """What is wrong with one field, by its place in the body."""

    field = serializers.CharField()
    problem = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal or failure. Source: RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What was refused and why.")
    what_to_do = serializers.CharField(required=False)
    key = serializers.CharField(required=False, help_text="What is wrong.")
    offered = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="What could stand in its place.",
    )
    errors = WrongSerializer(many=True, required=False)
    violation = serializers.CharField(
        required=False,
        help_text="The rule that was tried to be broken, which is on record.",
    )
    request_id = serializers.CharField(required=False, help_text="As in the log.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "The first 25 rows that hold a word",
            value={"filter": {"q": "mail"}, "size": 25},
            request_only=True,
        )
    ]
)
class SearchSerializer(serializers.Serializer[Any]):
    """A list asked for by a body."""

    filter = serializers.DictField(
        required=False,
        help_text="Keys of the list's filter with a value or a list of values.",
    )
    sort = serializers.CharField(required=False)
    size = serializers.IntegerField(required=False, min_value=1, max_value=MOST)
    cursor = serializers.CharField(required=False)


class EndpointSchema(AutoSchema):
    """Describes an endpoint by what it declares; the first sentence of a method is its summary."""

    view: Any

    def get_summary(self) -> str | None:
        """Return the first line of what answers the method."""
        return self._words()[0].rstrip(".")

    def get_description(self) -> str:
        """Return the rest, and which scope and rights it takes."""
        rest = "\n".join(self._words()[1:]).strip()
        return "\n\n".join(filter(None, [rest, self._needed()]))

    def get_override_parameters(self) -> list[Any]:
        """List the keys of the address and the headers that it reads."""
        found = []
        if isinstance(self.view, ListEndpoint) and self.method == "GET":
            found += [*_of_filter(self.view.filterset_class), *_of_list(self.view)]
        if read_by := getattr(self.view, "read_by", None):
            found += _of_filter(read_by)
        if self._creates():
            found.append(
                OpenApiParameter(
                    idempotency.HEADER,
                    location=OpenApiParameter.HEADER,
                    description="Sent again with the same key, the request gives its first answer.",
                )
            )
        return found

    def get_request_serializer(self) -> Any:
        """Return what a body looks like."""
        if isinstance(self.view, SearchEndpoint):
            return SearchSerializer
        return super().get_request_serializer()

    def get_examples(self) -> list[OpenApiExample]:
        """Return the example that a body declares."""
        if self.method not in WITH_BODIES:
            return []
        value = getattr(self.get_request_serializer(), "example", None)
        return [] if value is None else [OpenApiExample("A body", value=value, request_only=True)]

    def get_response_serializers(self) -> Any:
        """Return what an answer looks like: of a list, a page."""
        if isinstance(self.view, ListEndpoint):
            return {200: _page_of(self.view.serializer_class)}
        return super().get_response_serializers()

    def get_operation_id(self) -> str:
        """Name it by path and method, which no other has together."""
        words = re.findall(r"\w+", self.path.removeprefix(problems.PREFIX))
        return "_".join([*words, self.method.lower()])

    def get_tags(self) -> list[str]:
        """Name the area: the first word behind /api/."""
        return [self.path.removeprefix(problems.PREFIX).split("/")[0]]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        found = super()._get_response_bodies(direction)
        for status in sorted(self._refusals()):
            said = self._get_response_for_code(
                ProblemSerializer,
                str(status),
                [problems.TYPE],
                direction,
            )
            found[str(status)] = said | {"description": WHY[status]}
        return found

    def _refusals(self) -> set[int]:
        view: Endpoint = self.view
        found = {*ALWAYS, *view.refusals}
        if "{" in self.path:
            found.add(404)
        if self.method in ("POST", "PUT", "PATCH"):
            found.update(OF_BODIES)
        if self._creates():
            found.add(409)
        return found

    def _creates(self) -> bool:
        return self.method == "POST" and self.view.creates

    def _words(self) -> list[str]:
        handler = getattr(self.view, self.method.lower())
        text = handler.__doc__ or type(self.view).__doc__ or ""
        return [line.strip() for line in re.sub(r"\n +", "\n", text).strip().split("\n")]

    def _needed(self) -> str:
        scope = self.view.scope_of(self.method)
        rights = self.view.rights_for(self.method)
        asked = f" Rights: {', '.join(rights)}." if rights else ""
        return f"Scope: {scope}.{asked}"


def _of_filter(filterset: type[StrictFilterSet]) -> Iterator[OpenApiParameter]:
    """Describe each key of a filter."""
    made = filterset()
    for key, name in made.keys().items():
        filter_ = made.filters[name]
        words = (filter_.label or key, filter_.extra.get("help_text", ""))
        yield OpenApiParameter(
            key,
            type=str,
            many=made.is_multiple(name),
            enum=_choices(filter_.field) or None,
            description=". ".join(str(word).rstrip(".") for word in words if word),
        )


def _choices(field: forms.Field) -> list[str]:
    """List the values of a choice that stands in the code; those from the database are not listed."""
    given = getattr(field, "choices", ())
    return [str(value) for value, _ in given if value] if isinstance(given, list) else []


def _of_list(view: ListEndpoint) -> Iterator[OpenApiParameter]:
    orders = [f"{sign}{name}" for name in view.sorts for sign in ("", "-")]
    if orders:
        yield OpenApiParameter("sort", enum=orders, description=f"By default {view.default_sort}.")
    yield from PLACE


@cache
def _page_of(row: Any) -> Any:
    """Describe a page of these rows: the same class for each endpoint that lists them."""
    name = row.__name__.removesuffix("Serializer")
    columns = {
        "results": row(many=True),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
    }
    return type(f"{name}PageSerializer", (serializers.Serializer,), columns)
