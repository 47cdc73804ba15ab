"""The registry: its entries, one of them, what they lack; making and changing them."""

from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from enrichment.api.serializers.workflows import (
    ChangedSerializer,
    CompletenessSerializer,
    EntryBody,
    WorkflowDetailSerializer,
    WorkflowSerializer,
    entry_of,
)
from enrichment.models import Workflow
from enrichment.queries import entries as told
from enrichment.queries import scans, workflowpages
from enrichment.services import entries
from governance.api.subjects import OfSubject, SubjectFacets, SubjectSearch
from governance.models import Operation, Token
from outreach_admin.api import bodies, versions
from outreach_admin.api.endpoints import Endpoint

SEE = "enrichment.view_workflow"
CHANNEL = "api"
NEW = OpenApiExample("A workflow", EntryBody.example, request_only=True)
CHANGE = OpenApiExample(
    "Its owner",
    {"owner": "Data team", "fresh_days": 60},
    request_only=True,
)


class Workflows(OfSubject):
    """Entries, companies first."""

    permission_required = SEE
    subject = "workflow"
    serializer_class = WorkflowSerializer


class WorkflowList(Workflows):
    """Entries by their filter; a new one."""

    scopes: Mapping[str, str] = {"POST": Token.Scope.TRIAGE}
    rights: Mapping[str, str | tuple[str, ...]] = {"POST": entries.ADD}
    refusals = (409, 422)

    def check_keys(self, request: Request) -> None:
        """Refuse keys in the address of a new entry."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)

    @extend_schema(request=EntryBody, responses={201: WorkflowSerializer}, examples=[NEW])
    def post(self, request: Request) -> Response:
        """Register a workflow with its tables and other names. 409 where its name is, or was, another one's."""
        said = entry_of(bodies.read(EntryBody, request.data))
        made = entries.register(said, by=request.user, channel=CHANNEL)  # type: ignore[arg-type]
        where = reverse("enrichment-api:workflow-detail", args=[made.workflow_name])
        return self.created(WorkflowSerializer(made).data, location=where)


class WorkflowSearch(Workflows, SubjectSearch):
    """Entries, by a filter in the body."""


class WorkflowFacets(Workflows, SubjectFacets):
    """The numbers beside the list."""


class WorkflowDetail(Endpoint):
    """One workflow, by its name or one that it had."""

    permission_required = SEE
    scopes: Mapping[str, str] = {"POST": Token.Scope.TRIAGE}
    rights: Mapping[str, str | tuple[str, ...]] = {"POST": entries.CHANGE}
    refusals = (404, 409, 412, 422)

    @cached_property
    def workflow(self) -> Workflow:
        """Find it. Raises Http404."""
        name = self.kwargs["slug"]
        named = Q(workflow_name=name) | Q(aliases__alias=name)
        found = Workflow.objects.filter(named).distinct().first()
        if found is None:
            raise Http404
        return found

    @extend_schema(responses={200: WorkflowDetailSerializer})
    def get(self, request: Request, slug: str) -> Response:
        """Read an entry with its tables, what the code says of it, its coverage and what was saved."""
        return Response(
            WorkflowDetailSerializer(detail(self.workflow)).data,
            headers={"ETag": tag_of(self.workflow)},
        )

    @extend_schema(
        request=EntryBody,
        responses={200: ChangedSerializer, 202: ChangedSerializer},
        examples=[CHANGE],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Change what the body names; the rest stays. 202 where a policy asks for an approval first.

        What changes is an operation that can be undone. With If-Match, nothing is done to an entry that changed since.
        """
        said = entry_of(bodies.read(EntryBody, request.data))
        self.matching(tag_of(self.workflow))
        done = entries.edit(
            self.workflow,
            said,
            by=request.user,  # type: ignore[arg-type]
            version=self.workflow.version,
            channel=CHANNEL,
        )
        self.workflow.refresh_from_db()
        waits = bool(done and done.state in Operation.WAITING_STATES)
        return Response(
            ChangedSerializer({"entry": self.workflow, "operation": done and _said(done)}).data,
            status=HTTPStatus.ACCEPTED if waits else HTTPStatus.OK,
            headers={"ETag": tag_of(self.workflow)},
        )


class Completeness(Endpoint):
    """What the registry lacks."""

    permission_required = SEE

    @extend_schema(responses={200: CompletenessSerializer})
    def get(self, request: Request) -> Response:
        """Read how many entries there are, what they lack, and how they stand beside the code."""
        found = told.completeness()
        said = {name: getattr(found, name) for name in FIGURES}
        missing = [{"field": label, "entries": number} for label, number in found.missing.items()]
        scanned = found.scan and found.scan.scanned_at
        whole = said | {"missing": missing, "scanned_at": scanned}
        return Response(CompletenessSerializer(whole).data)


FIGURES = (
    "entries",
    "active",
    "complete",
    "filled",
    "fields",
    "short",
    "called",
    "agreeing",
    "functions",
    "waiting",
)


def tag_of(workflow: Workflow) -> str:
    """Name the state of an entry."""
    return versions.tag_of(workflow.pk, workflow.version)


def detail(workflow: Workflow) -> dict[str, Any]:
    """Gather what is told of one workflow. Eight queries."""
    aliases = list(workflow.aliases.values_list("alias", flat=True))
    scan = scans.newest().first()
    line = workflowpages.buckets(workflow)
    return {
        "entry": workflow,
        "flows": workflow.flows.all(),
        "aliases": aliases,
        "scanned_at": scan and scan.scanned_at,
        "differences": told.said_of(workflow, aliases).differences,
        "coverage": line and {"entities": line.entities, **line.buckets},
        "already_enriched": workflowpages.needless(workflow, at=timezone.now()),
    }


def _said(done: Operation) -> dict[str, Any]:
    return {
        "pk": done.pk,
        "reference": done.reference,
        "state": done.state,
        "waits": done.state in Operation.WAITING_STATES,
    }
