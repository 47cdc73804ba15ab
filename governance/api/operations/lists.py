"""Operations and the rows of one, as lists; planning one."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.operations import asking, details
from governance.api.serializers.operations import (
    ItemSerializer,
    OperationDetailSerializer,
    OperationSerializer,
)
from governance.api.serializers.plans import PlanBody, PreviewSerializer
from governance.filters.operations import (
    ItemFilter,
    ItemListing,
    OperationFilter,
)
from governance.models import Operation
from governance.queries.operations import outcomes, standings
from governance.services.operations import plans, previews
from governance.tables.operations import ItemTable, OperationTable, called
from governance.verbs import registry
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint
from outreach_admin.db import jsonfields


class OperationListing(ListEndpoint):
    """Every operation ever planned."""

    permission_required = details.SEE
    queryset = standings.with_standing(Operation.objects.all()).select_related(
        "requester",
        "actor",
    )
    filterset_class = OperationFilter
    serializer_class = OperationSerializer
    sorts = OperationTable.sorts()
    default_sort = OperationTable.default_sort


class OperationList(OperationListing):
    """Every operation ever planned, by the filter of its page; planning one."""

    scopes = {"POST": "triage"}
    # the verb has a right of its own
    rights = {"POST": ()}
    refusals = (413,)

    def check_keys(self, request: Request) -> None:
        """Refuse keys in the address of a plan: its rows are named by the body alone."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)

    @extend_schema(
        request=PlanBody,
        responses={201: OperationDetailSerializer},
        examples=[asking.EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Plan an operation: freeze which rows it would change, count them, find its gate."""
        verb, asked = asking.read(request)
        operation = plans.make(
            verb,
            by=request.user,
            channel="api",
            **asked,
        )
        return details.answer(details.found(operation.pk), status=201)


class OperationSearch(OperationListing, SearchEndpoint):
    """Operations, by a filter in the body."""


class OperationPreview(Endpoint):
    """What a plan would be."""

    creates = False
    scope = "triage"

    @extend_schema(
        request=PlanBody,
        responses={200: PreviewSerializer},
        examples=[asking.EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Count what a plan would hold; nothing is kept."""
        verb, asked = asking.read(request)
        found = previews.preview(
            verb,
            by=request.user,
            channel="api",
            **asked,
        )
        names = ("verb", "planned", "eligible", "skipped", "refusals", "gate", "effect")
        said = {name: getattr(found.operation, name) for name in names}
        return Response(PreviewSerializer(said | {"sample": found.sample}).data)


class ItemList(ListEndpoint):
    """The rows of one operation with their outcomes, in the order they are taken."""

    permission_required = details.SEE
    filterset_class = ItemFilter
    listing_class = ItemListing
    serializer_class = ItemSerializer
    sorts = ItemTable.sorts()
    default_sort = ItemTable.default_sort

    @cached_property
    def operation(self) -> Operation:
        """Find the operation in the address. Raises Http404."""
        found = Operation.objects.select_related("import_file").filter(pk=self.kwargs["pk"])
        operation = found.first()
        if operation is None:
            raise Http404
        return operation

    def get_queryset(self) -> QuerySet[Any]:
        """Give its rows."""
        return self.operation.items.all()

    def shown(self, rows: list[Any]) -> list[dict[str, Any]]:
        """Write rows with what they say now. A query a table they can be in."""
        keys = [item.subject_id for item in rows]
        found = outcomes.rows_of(self.operation, keys)
        return [self.told(item, found.get(item.subject_id)) for item in rows]

    def told(self, item: Any, row: Any) -> dict[str, Any]:
        """Write one row; what no page shows of it stays hidden."""
        verb = registry.VERBS[self.operation.verb]
        name, domain = called(row) if row else ("", "")
        hidden = getattr(verb, "hidden", ())
        before = jsonfields.fields(item.before)
        kept = {column: value for column, value in before.items() if column not in hidden}
        return {
            "row_id": item.subject_id,
            "outcome": item.outcome,
            "reason": item.reason,
            "planned_version": item.version,
            "was": outcomes.was(item, verb),
            "now": outcomes.state_of(row, verb.shows) if row else "gone",
            "code": getattr(row, "code", ""),
            "company_name": name,
            "domain": domain,
            "before": kept if item.before is not None else None,
        }
