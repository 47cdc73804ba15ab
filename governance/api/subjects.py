"""The endpoints of a subject: its list, by address or body, the counts beside it, one row."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property, classproperty
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import subjects
from governance.subjects import Subject
from outreach_admin.api import versions
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint
from outreach_admin.lists import tallies
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.listings import Listing
from outreach_admin.lists.tallies import Tally


class TallySerializer(serializers.Serializer[Any]):
    """A number of rows; `at_least` where counting was stopped before the end."""

    count = serializers.IntegerField()
    at_least = serializers.BooleanField()


class FacetsSerializer(serializers.Serializer[Any]):
    """How many rows fit, and how many each value of each facet would leave."""

    total = TallySerializer()
    facets = serializers.DictField(child=serializers.DictField(child=TallySerializer()))


class OfSubject(ListEndpoint):
    """What the endpoints of a subject take from its declaration."""

    subject = ""

    @classproperty
    def declared(cls) -> Subject:
        """Return the declaration."""
        return subjects.named(cls.subject)

    @classproperty
    def filterset_class(cls) -> type[StrictFilterSet]:  # type: ignore[override]
        return cls.declared.resolve("filterset")

    @classproperty
    def listing_class(cls) -> type[Listing]:  # type: ignore[override]
        return cls.declared.resolve("listing")

    @classproperty
    def sorts(cls) -> Mapping[str, str]:  # type: ignore[override]
        return cls.declared.resolve("table").sorts()

    @classproperty
    def default_sort(cls) -> str:  # type: ignore[override]
        return cls.declared.resolve("table").default_sort

    def get_queryset(self) -> QuerySet[Any]:
        """Give every row, with what it is shown with."""
        return self.declared.rows.select_related(*self.declared.related)


class SubjectSearch(OfSubject, SearchEndpoint):
    """The list of a subject, asked for by a body."""


class SubjectFacets(OfSubject):
    """The numbers beside a list."""

    @extend_schema(responses={200: FacetsSerializer})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Count the rows that fit, and the values of each facet."""
        listing = self.listing
        names = self.filterset_class.facets
        return Response(
            {
                "total": _said(listing.total(seconds=tallies.PATIENCE)),
                "facets": {name: _counted(listing.facet_counts(name)) for name in names},
            }
        )


class SubjectDetail(Endpoint):
    """One row of a subject, with the tag of its version."""

    subject = ""
    serializer_class: ClassVar[type[serializers.BaseSerializer[Any]]]

    @cached_property
    def row(self) -> Any:
        """Find the row. Raises Http404."""
        declared = subjects.named(self.subject)
        rows = declared.rows.select_related(*declared.related)
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read one row."""
        return Response(
            self.serializer_class(self.row).data,
            status=HTTPStatus.OK,
            headers={"ETag": versions.tag_of(self.row.pk, self.row.version)},
        )


def _said(tally: Tally) -> dict[str, Any]:
    return {"count": tally.count, "at_least": tally.at_least}


def _counted(values: Mapping[str, Tally]) -> dict[str, Any]:
    return {value: _said(tally) for value, tally in values.items()}
