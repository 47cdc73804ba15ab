"""Companies by how they stand: lists, one with all that its page shows, and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Min, OuterRef, QuerySet, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.companies import (
    CompanySerializer,
    CompanyTimelineSerializer,
    ListedCompanySerializer,
)
from governance.api.subjects import OfSubject, SubjectFacets, SubjectSearch
from governance.models import HubError, Readiness
from governance.queries.companies import errors, facts, hubs, promotion, records, timeline
from governance.queries.companies.errors import Errors
from governance.queries.companies.records import Company
from governance.queries.companies.timeline import Stretch
from governance.queries.errors import blockers
from governance.queries.errors.blockers import Blocker
from governance.resources.columns import READINESS
from outreach_admin.api import cursors, lists
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.openapi.schema import PLACE
from outreach_admin.exceptions import Refused

SEE = "governance.view_readiness"
MAY_LOOK = (SEE, "governance.view_huberror")
# columns of files that are put in words by the database
IN_WORDS = {
    "in_words": READINESS["blockers"],
    "bottleneck_in_words": READINESS["bottleneck"],
    "reason_in_words": READINESS["reason"],
}
# when the oldest blocking error of a company was filed
FIRST_BLOCKER = Subquery(
    HubError.objects.blocking()
    .filter(outreach=OuterRef("pk"))
    .order_by()
    .values("outreach")
    .annotate(first=Min("created_at"))
    .values("first")
)


def told(rows: QuerySet[Readiness]) -> QuerySet[Any]:
    """Give rows with what is put in words."""
    return rows.annotate(**IN_WORDS)


def dated(rows: Sequence[Any]) -> Sequence[Any]:
    """Tell each row since when it is blocked. One query."""
    since = blockers.oldest([row.pk for row in rows])
    for row in rows:
        row.blocked_since = since.get(row.pk)
    return rows


class OfCompanies(OfSubject):
    """Companies."""

    subject = "company"
    permission_required = SEE
    serializer_class = ListedCompanySerializer

    def get_queryset(self) -> QuerySet[Any]:
        """Give every company."""
        return told(Readiness.objects.all())

    def shown(self, rows: list[Any]) -> Any:
        """Add since when each is blocked."""
        return super().shown(list(dated(rows)))


class CompanyList(OfCompanies):
    """Companies, by the filter of their page."""


class CompanySearch(OfCompanies, SubjectSearch):
    """Companies, by a filter in the body."""


class CompanyFacets(SubjectFacets):
    """The numbers beside the companies."""

    subject = "company"
    permission_required = SEE
    serializer_class = ListedCompanySerializer


class OneCompany(Endpoint):
    """Whatever is about one company of the spine."""

    permission_required = MAY_LOOK

    @cached_property
    def company(self) -> Company:
        """Find the company. Raises Refused (404) where the spine does not know it."""
        found = records.find(self.kwargs["pk"])
        if found is None:
            raise Refused(
                f"The spine knows no company with the outreach id {self.kwargs['pk']}.",
                what_to_do="It was never there, or it was deleted. Search for its name or domain.",
                status=404,
            )
        return found


@dataclass(frozen=True)
class CompanyPage:
    """What the page of one company shows, read part by part."""

    company: Company
    blockers: list[Blocker]
    errors: Errors

    @classmethod
    def of(cls, company: Company) -> "CompanyPage":
        """Read what blocks it, and its errors."""
        readiness = company.readiness
        return cls(
            company,
            blockers.read(readiness.pk, readiness),
            errors.of(readiness.pk),
        )

    @property
    def row(self) -> Any:
        """Its columns in lists."""
        rows = told(Readiness.objects.annotate(blocked_since=FIRST_BLOCKER))
        return rows.get(pk=self.company.readiness.pk)

    @property
    def waits_for(self) -> Any:
        return hubs.bottleneck(self.company, self.blockers)

    @property
    def hubs(self) -> Any:
        return hubs.standings(self.company, self.blockers)

    @property
    def criteria(self) -> Any:
        return hubs.criteria(self.company)

    @property
    def targets(self) -> Any:
        return promotion.answers(self.company)

    @property
    def held_by(self) -> Any:
        return blockers.shown(self.blockers)

    @property
    def held_by_count(self) -> int:
        return len(self.blockers)

    @property
    def master(self) -> Any:
        return self.company.master

    @property
    def email_method(self) -> str | None:
        return getattr(self.company.target, "email_method", None)

    @property
    def bit_score(self) -> str:
        return facts.of_score(self.company)

    @property
    def filings(self) -> Any:
        return self.company.filings

    @property
    def slots(self) -> Any:
        return self.company.slots

    @property
    def people(self) -> Any:
        return self.company.people


class CompanyDetail(OneCompany):
    """One company: how it stands at each hub and why, what it may be promoted to, its errors and rows."""

    @extend_schema(responses={200: CompanySerializer})
    def get(self, request: Request, pk: UUID) -> Response:
        """Read one company with all that its page shows."""
        page = CompanyPage.of(self.company)
        return Response(CompanySerializer(page).data)


class CompanyTimeline(OneCompany):
    """Everything that ever happened to a company."""

    query_keys = ("size", "cursor")

    @extend_schema(
        parameters=[*PLACE],
        responses={200: CompanyTimelineSerializer},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List what happened to a company, newest first, a page at a time."""
        stretch = self.stretch()
        found = {
            "results": stretch.moments,
            "next": self.address_of(stretch.after, "after"),
            "previous": self.address_of(stretch.before, "before"),
        }
        return Response(
            CompanyTimelineSerializer(found).data,
            headers=lists.link_header({"next": found["next"], "prev": found["previous"]}),
        )

    def stretch(self) -> Stretch:
        """Read the moments that are asked for."""
        asked = self.request.query_params
        size = lists.size_of(lists.only(asked, "size"))
        place = cursors.read(lists.only(asked, "cursor"), of=self.identity)
        known = self.company.spine.pk
        if place.before:
            mark = timeline.read_mark(place.before)
            return timeline.until(known, mark, most=size)
        after = timeline.read_mark(place.after) if place.after else None
        return timeline.of_company(known, after=after, most=size)

    @property
    def identity(self) -> str:
        """Name the list that a cursor belongs to."""
        return f"timeline|{self.company.spine.pk}"

    def address_of(self, mark: str, direction: str) -> str | None:
        """Give the address of a neighbouring page; None where there is none."""
        cursor = cursors.written(mark or None, direction=direction, of=self.identity)
        return lists.beside(self.request, cursor)
