"""Running a job, dry or for real; reviewing the gates that a run opened."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.jobs.lists import OfJob
from governance.api.jobs.runs import whole
from governance.api.serializers.jobs.acts import JobRunBody, ReviewBody, ReviewedSerializer
from governance.api.serializers.jobs.runs import JobRunDetailSerializer
from governance.models import JobRun, Token
from governance.queries.jobs import stories
from governance.services.jobs import gates, runs
from outreach_admin.api import bodies
from outreach_admin.api.endpoints import Endpoint


class JobRunNow(OfJob):
    """Run a job."""

    permission_required = "governance.run_jobrun"
    scope = Token.Scope.TRIAGE

    @extend_schema(request=JobRunBody, responses={201: JobRunDetailSerializer})
    def post(self, request: Request, job: str) -> Response:
        """Have the workers run a job at once, dry or for real; read the run until it has ended.

        A run for real is the one that was due, where that has not begun. 409 while a run of the job waits or goes on.
        """
        name = self.job().name
        said = bodies.read(JobRunBody, request.data)
        by: Any = request.user
        run = runs.ask(name, by=by, is_dry=said["dry"])
        return self.created(whole(run), location=reverse("api:jobrun-detail", args=[run.pk]))


class JobRunReview(Endpoint):
    """Review the gates that a run opened."""

    permission_required = "governance.review_openedgate"
    scope = Token.Scope.TRIAGE

    @extend_schema(request=ReviewBody, responses={200: ReviewedSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """State that somebody has looked at companies whose gate a run opened, at all of them where none is named."""
        run = get_object_or_404(JobRun, pk=pk)
        said = bodies.read(ReviewBody, request.data)
        named = [str(key) for key in said.get("outreach_ids", ())]
        reviewed = gates.review(run, named, by=request.user)
        left = stories.opened(run.pk).filter(reviewed_at=None).count()
        return Response({"reviewed": reviewed, "gates_to_review": left})
