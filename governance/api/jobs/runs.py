"""Runs of jobs: the list, one in full, the gates it opened, asking for one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.jobs.runs import (
    JobRunDetailSerializer,
    JobRunSerializer,
    OpenedGateSerializer,
)
from governance.filters.jobs import AnyGateFilter, JobRunFilter, OpenedGateFilter
from governance.models import JobRun
from governance.queries.jobs import stories
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint

SEE = "governance.view_jobrun"
WHOLE = {200: JobRunDetailSerializer}


class JobRunList(ListEndpoint):
    """Runs of jobs by their filter; `idle=hidden` leaves out those of frequent jobs that found nothing, as the page does."""

    permission_required = SEE
    queryset = JobRun.objects.all()
    filterset_class = JobRunFilter
    serializer_class = JobRunSerializer
    sorts: Mapping[str, str] = {"run": "id"}
    default_sort = "-run"


class JobRunSearch(JobRunList, SearchEndpoint):
    """Runs of jobs, by a filter in the body."""


class JobRunDetail(Endpoint):
    """One run of a job."""

    permission_required = SEE

    @extend_schema(responses=WHOLE)
    def get(self, request: Request, pk: int) -> Response:
        """Read one run: rows by job and table, its steps with their operations, how many gates it opened."""
        return Response(whole(get_object_or_404(JobRun, pk=pk)))


class JobRunGates(ListEndpoint):
    """The companies that may go on because an error expired in one run."""

    permission_required = SEE
    filterset_class = OpenedGateFilter
    serializer_class = OpenedGateSerializer
    # by the index that holds a run's companies together, however many gates other runs opened
    sorts: Mapping[str, str] = {"company": "outreach_id"}
    default_sort = "company"

    def get_queryset(self) -> QuerySet[Any]:
        """Give the gates of the run. Raises Http404."""
        pk = self.kwargs.get("pk")
        if pk is not None and not JobRun.objects.filter(pk=pk).exists():
            raise Http404
        return stories.opened(pk)


class OpenedGateList(ListEndpoint):
    """The companies that may go on because an error expired, whichever run it was, the latest first."""

    permission_required = SEE
    filterset_class = AnyGateFilter
    serializer_class = OpenedGateSerializer
    sorts: Mapping[str, str] = {"run": "id"}
    default_sort = "-run"

    def get_queryset(self) -> QuerySet[Any]:
        """Give the gates of all runs."""
        return stories.all_gates()


class OpenedGateSearch(OpenedGateList, SearchEndpoint):
    """Opened gates, by a filter in the body."""


def whole(run: JobRun) -> dict[str, Any]:
    """Write all that its page says of it."""
    told: Any = run
    opened = stories.opened(run.pk)
    told.gates_opened = opened.count()
    told.gates_to_review = opened.filter(reviewed_at=None).count()
    told.links = {
        "gates": reverse("api:jobrun-gates", args=[run.pk]),
        "page": reverse("governance:jobrun-detail", args=[run.pk]),
    }
    said: dict[str, Any] = JobRunDetailSerializer(told).data
    return said
