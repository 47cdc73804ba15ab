"""Open errors in groups, each with the filter that means its rows."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.groups import (
    VIEWS,
    GroupPageSerializer,
    GroupSearchSerializer,
    GroupSerializer,
    group_of,
)
from governance.filters.errors import ErrorFilter
from governance.listings.groups import GroupListing
from governance.models import HubError
from governance.tables.groups import reference_of, row_of
from governance.verbs import registry
from outreach_admin.api import cursors
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint
from outreach_admin.exceptions import BadRequest

FURTHEST = 100_000
VIEW = OpenApiParameter(
    "view",
    enum=VIEWS,
    description="The way of grouping; by default cause.",
)


class GroupList(ListEndpoint):
    """Open errors by cause, tries used, owner or day of expiry."""

    permission_required = "governance.view_huberror"
    filterset_class = ErrorFilter
    serializer_class = GroupSerializer
    own_keys: ClassVar[tuple[str, ...]] = ("view", "size", "cursor")

    def get_queryset(self) -> QuerySet[Any]:
        """Give every live error."""
        return HubError.objects.all()

    @cached_property
    def grouping(self) -> str:
        """Read the way of grouping. Raises BadRequest for one that is not offered."""
        view = self.own("view") or VIEWS[0]
        if view not in VIEWS:
            raise BadRequest(
                f"“{view[:60]}” is not a way of grouping. Nothing is selected.",
                key="view",
                offered=VIEWS,
            )
        return view

    @property
    def identity(self) -> str:
        """Name groups, filter and way of grouping: what a cursor belongs to."""
        return f"{self.request.path.rstrip('/')}|{self.filterset.canonical()}|{self.grouping}"

    @cached_property
    def groups(self) -> GroupListing:
        """Give what reads the page of groups that is asked for."""
        place = cursors.read(self.own("cursor"), of=self.identity)
        return GroupListing(
            self.filterset,
            self.grouping,
            after=_offset(place.after or "0"),
            size=self.size,
        )

    @extend_schema(parameters=[VIEW], responses={200: GroupPageSerializer})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List groups of open errors, the largest first, with what clearing each would change."""
        return Response(
            self.said()
            | {
                "next": self.address_of(_place(self.groups.later), "after"),
                "previous": self.address_of(_place(self.groups.earlier), "after"),
            }
        )

    def said(self) -> dict[str, Any]:
        """Write the page."""
        found = self.groups.found
        reference = reference_of(found.groups, self.grouping)
        rows = [self._row(group, reference) for group in found.groups]
        return {
            "results": rows,
            "total": {
                "groups": found.number,
                "errors": found.rows,
                "at_least": found.at_least,
            },
        }

    def _row(self, group: Any, reference: Any) -> dict[str, Any]:
        row = row_of(
            group,
            self.grouping,
            reference,
            beside=self.filterset.pairs(),
            effect=self.groups.effects.get(group.key),
            usable=self.usable,
            at=self.filterset.as_of,
        )
        return group_of(group, row, self.grouping)

    @cached_property
    def usable(self) -> set[str]:
        """Name the verbs that the account may do."""
        return {
            verb.name
            for verb in registry.offered_for("error")
            if self.request.user.has_perm(verb.permission)
        }


class GroupSearch(GroupList, SearchEndpoint):
    """Groups of open errors, by a filter in the body."""

    @extend_schema(request=GroupSearchSerializer, responses={200: GroupPageSerializer})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List groups of open errors, with cursors to the pages beside this one."""
        _ = self.groups
        return Response(
            self.said()
            | {
                "next": self._cursor(self.groups.later),
                "previous": self._cursor(self.groups.earlier),
            }
        )

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take no GET."""
        return self.http_method_not_allowed(request)

    def _cursor(self, offset: int | None) -> str | None:
        return cursors.written(_place(offset), direction="after", of=self.identity)


def _place(offset: int | None) -> str | None:
    return None if offset is None else str(offset)


def _offset(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) <= FURTHEST):
        raise BadRequest("This cursor does not fit the groups.", key="cursor")
    return int(text)
