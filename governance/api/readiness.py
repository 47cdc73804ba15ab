"""Readiness: its figures now, the days that were kept, how they went, who moved, what would change."""

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.readiness import (
    ChangesSerializer,
    ErrorsFilterSerializer,
    MoveCountsSerializer,
    MoveSerializer,
    ReadinessNowSerializer,
    SnapshotSerializer,
    TrendSerializer,
)
from governance.filters.errors import ErrorFilter
from governance.filters.readiness import days
from governance.filters.readiness.moves import TIERS, MoveFilter
from governance.filters.readiness.snapshots import SnapshotFilter
from governance.models import HubError, ReadinessSnapshot, TierTransition
from governance.models.errors import OPEN_DISPOSITIONS
from governance.queries.errors import clearing
from governance.queries.readiness import drift, figures, moves, snapshots, trends
from governance.queries.readiness.trends import Measure, Trend
from governance.tables.moves import MoveTable
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, only, query_of, text_of
from outreach_admin.exceptions import BadRequest, Refused

SEE = "governance.view_readiness"
# days of a trend, and between two that are compared, when none is named
USUAL, APART = 30, 7
NOTHING_KEPT = "No two days have been kept yet."
DAYS = (
    OpenApiParameter("from", date, description="The first day, as 2026-02-04."),
    OpenApiParameter("to", date, description="The last day, today where none is named."),
)
Compared = tuple[ReadinessSnapshot, ReadinessSnapshot]
OPEN = {"disposition": [str(disposition) for disposition in OPEN_DISPOSITIONS]}


def written(snapshot: ReadinessSnapshot) -> dict[str, Any]:
    """Write a day with its figures."""
    found = figures.of_snapshot(snapshot)
    return {
        "day": snapshot.day,
        "at": snapshot.at,
        "definition": snapshot.definition,
        "companies": found.companies,
        "promotable": found.promotable,
        "tiers": found.tiers,
        "reasons": found.reasons,
    }


class ReadinessNow(Endpoint):
    """How companies stand now."""

    permission_required = SEE

    @extend_schema(responses={200: ReadinessNowSerializer})
    def get(self, request: Request) -> Response:
        """Count companies by tier, promotion, bottleneck and what they lack, as of now."""
        as_of = timezone.now()
        found = figures.now()
        said = {
            "as_of": as_of,
            "definition": drift.definition_at(as_of),
            "required_slots": drift.required_slots(),
            "companies": found.companies,
            "promotable": found.promotable,
            "tiers": found.tiers,
            "reasons": found.reasons,
            "bottlenecks": found.bottlenecks,
        }
        return Response(ReadinessNowSerializer(said).data)


class SnapshotList(ListEndpoint):
    """The days that were kept, each with its figures."""

    permission_required = SEE
    queryset = ReadinessSnapshot.objects.prefetch_related("figures")
    filterset_class = SnapshotFilter
    serializer_class = SnapshotSerializer  # type: ignore[assignment]
    sorts = {"day": "day"}
    default_sort = "-day"

    def shown(self, rows: list[Any]) -> Any:
        """Add up the figures of each day."""
        return super().shown([written(row) for row in rows])


class SnapshotDetail(Endpoint):
    """One day that was kept."""

    permission_required = SEE

    @extend_schema(responses={200: SnapshotSerializer})
    def get(self, request: Request, day: str) -> Response:
        """Read how companies stood at the end of a day, written as 2026-02-04."""
        named = days.named(day)
        found = ReadinessSnapshot.objects.filter(day=named).first()
        if found is None:
            raise Refused(
                f"There is no snapshot of {named}.",
                what_to_do="Choose another day.",
                status=404,
            )
        return Response(SnapshotSerializer(written(found)).data)


class Trends(Endpoint):
    """How readiness went over some days."""

    permission_required = SEE
    query_keys = days.KEYS

    @extend_schema(parameters=[*DAYS], responses={200: TrendSerializer})
    def get(self, request: Request) -> Response:
        """Tell tiers, promotable companies and what the others lack, day by day; a year at most."""
        wanted = days.of_address(
            named_in(request.query_params),
            today=timezone.now().date(),
            usual=USUAL,
        )
        trend = trends.over(wanted.first, wanted.last)
        said = {
            "first": wanted.first,
            "last": wanted.last,
            "missing": trend.missing,
            "measures": [measured(trend, one) for one in trends.MEASURES],
            "days": [told(day) for day in trend.days],
        }
        return Response(TrendSerializer(said).data)


def measured(trend: Trend, measure: Measure) -> dict[str, Any]:
    """Say how one measure went: its last figure, how it changed, the lowest and the highest."""
    known = [value for value in trend.values(measure) if value is not None]
    return {
        "name": measure.name,
        "label": measure.label,
        "filter": measure.filter,
        "last": known[-1] if known else None,
        "change": trend.change(measure),
        "low": min(known, default=None),
        "high": max(known, default=None),
    }


def told(day: trends.Day) -> dict[str, Any]:
    """Write one day of a trend."""
    is_kept = day.figures is not None
    return {
        "day": day.day,
        "at": day.at,
        "definition": day.definition,
        "is_break": day.is_break,
        "figures": {one.name: day.value(one) for one in trends.MEASURES} if is_kept else None,
    }


def compared(asked: QueryDict) -> Compared:
    """Find the snapshots of two days; without days the latest one and that of a week before.

    Raises BadRequest where they cannot be compared.
    """
    named = named_in(asked)
    if any(named.values()):
        today = timezone.now().date()
        wanted = days.of_address(named, today=today, usual=APART + 1)
        return snapshots.comparable(wanted.first, wanted.last)
    found = snapshots.latest_two(apart=APART)
    if found is None:
        raise BadRequest(
            NOTHING_KEPT,
            what_to_do="Come back tomorrow: a snapshot is taken as each day ends.",
        )
    return found


def named_in(asked: QueryDict) -> dict[str, str]:
    """Read which days are named, each once."""
    return {key: only(asked, key) or "" for key in days.KEYS}


class MoveList(ListEndpoint):
    """Companies that stood otherwise at the end of `to` than at the end of `from`."""

    permission_required = SEE
    filterset_class = MoveFilter
    serializer_class = MoveSerializer
    sorts = MoveTable.sorts()
    default_sort = MoveTable.default_sort

    @cached_property
    def compared(self) -> Compared:
        """Find the two snapshots."""
        return compared(self.asked)

    @property
    def identity(self) -> str:
        """Name the days as well: those that nobody named are others tomorrow."""
        first, last = self.compared
        return f"{super().identity}|{first.day}|{last.day}"

    def get_queryset(self) -> QuerySet[TierTransition]:
        """Give a row for each company that moved."""
        return moves.between(*self.compared)

    @cached_property
    def filterset(self) -> MoveFilter:  # type: ignore[override]
        """Read the filter, and give it the changes that it can look through."""
        found: MoveFilter = super().filterset  # type: ignore[assignment]
        found.changes = moves.inside(*self.compared)
        return found


class MoveCounts(Endpoint):
    """The same companies counted from tier to tier."""

    permission_required = SEE
    query_keys = days.KEYS

    @extend_schema(parameters=[*DAYS], responses={200: MoveCountsSerializer})
    def get(self, request: Request) -> Response:
        """Count the companies that moved from each tier to each tier between the ends of two days."""
        first, last = compared(request.query_params)
        cube = moves.counted(first, last)
        said = {
            "first": first.day,
            "last": last.day,
            "companies": cube.total({}).count,
            "ways": {
                stood: {
                    stands: cube.total({"from_tier": [stood], "to_tier": [stands]}).count
                    for stands, _ in TIERS
                }
                for stood, _ in TIERS
            },
        }
        return Response(MoveCountsSerializer(said).data)


class Changes(Endpoint):
    """What would change for companies if the errors of a filter were cleared."""

    permission_required = (SEE, "governance.view_huberror")
    creates = False

    @extend_schema(
        request=ErrorsFilterSerializer,
        responses={200: ChangesSerializer},
        examples=[
            OpenApiExample(
                "Errors of one code",
                {"filter": {"code": "NO_MATCH"}},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Count, for each target, the companies that clearing these errors would let go on; nothing is changed."""
        errors = self.errors
        meant = ErrorFilter.from_text(errors, HubError.objects.all(), as_of=timezone.now())
        found = clearing.of(meant.qs)
        said = {
            "errors": errors,
            "companies": found.companies,
            "held": found.held,
            "targets": [
                {
                    "target": target,
                    "label": label,
                    "companies": found.freed[target],
                    "filter": {"errors": errors, "freed_for": target},
                }
                for target, label in clearing.TARGETS
            ],
        }
        return Response(ChangesSerializer(said).data)

    @cached_property
    def errors(self) -> str:
        """Read the filter in its one form; an empty one means the open errors, since what is closed holds nobody."""
        body = self.request.data
        if not isinstance(body, dict):
            raise BadRequest("The body is not an object.")
        for key in body:
            if key != "filter":
                raise BadRequest(
                    f"Unknown key “{key[:60]}”. Nothing is selected.",
                    key=key,
                    offered=["filter"],
                )
        asked = ErrorFilter.from_text(text_of(body.get("filter")))
        return asked.canonical() or ErrorFilter.from_text(query_of(OPEN).urlencode()).canonical()
