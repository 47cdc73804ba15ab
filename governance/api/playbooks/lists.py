"""Playbooks: the list, one with its rules and versions, what its rules would do."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.playbooks import (
    PlaybookDetailSerializer,
    PlaybookSerializer,
    SimulateBody,
    SimulationSerializer,
)
from governance.filters.reports import PlaybookFilter
from governance.models import Playbook, PlaybookVersion
from governance.queries.playbooks import rules as playbook_rules
from governance.queries.playbooks.rules import RuleCount
from governance.services.playbooks import versions
from outreach_admin.api import bodies
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint
from outreach_admin.exceptions import BadRequest

SEE = "governance.view_playbook"
FORWARD = Q(versions__runs__undoes=None)


class PlaybookList(ListEndpoint):
    """Every playbook with its newest version and its last run."""

    permission_required = SEE
    filterset_class = PlaybookFilter
    serializer_class = PlaybookSerializer
    sorts = {"name": "slug"}
    default_sort = "name"

    def get_queryset(self) -> QuerySet[Any]:
        """Give all with version and runs; runs that only take back do not count."""
        return Playbook.objects.annotate(
            version=Max("versions__number"),
            runs=Count("versions__runs", filter=FORWARD, distinct=True),
            last_run=Max("versions__runs", filter=FORWARD),
        )


class PlaybookSearch(PlaybookList, SearchEndpoint):
    """Playbooks, by a filter in the body."""


class OfPlaybook(Endpoint):
    """What is about one playbook."""

    permission_required: str | tuple[str, ...] = SEE

    def found(self) -> Playbook:
        """Find the playbook in the address. Raises Http404."""
        playbook = Playbook.objects.filter(slug=self.kwargs["slug"]).first()
        if playbook is None:
            raise Http404
        return playbook


class PlaybookDetail(OfPlaybook):
    """One playbook."""

    query_keys = ("version",)

    @extend_schema(
        parameters=[OpenApiParameter("version", int, description="By default the newest.")],
        responses={200: PlaybookDetailSerializer},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Read one playbook: its rules in order, its versions."""
        playbook = self.found()
        kept = list(
            playbook.versions.select_related("author")
            .annotate(number_of_runs=Count("runs", filter=Q(runs__undoes=None)))
            .order_by("-number")
        )
        version = self.wanted(kept)
        said = {
            "slug": playbook.slug,
            "name": playbook.name,
            "description": playbook.description,
            "version": version.number,
            "is_current": version.number == kept[0].number,
            "rules": told(version.rules),
            "versions": [_version(one) for one in kept],
        }
        return Response(PlaybookDetailSerializer(said).data)

    def wanted(self, kept: Sequence[PlaybookVersion]) -> PlaybookVersion:
        """Choose the version that is asked for, else the newest. Raises BadRequest, Http404."""
        text = self.request.query_params.get("version")
        if text is None:
            return kept[0]
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise BadRequest(f"“{text[:60]}” is not a version.", key="version")
        for version in kept:
            if version.number == int(text):
                return version
        raise Http404


class PlaybookSimulate(OfPlaybook):
    """What rules would do."""

    permission_required = "governance.run_playbook"
    scope = "triage"
    creates = False

    @extend_schema(request=SimulateBody, responses={200: SimulationSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Count what each rule would do on the rows as they are now; nothing is kept."""
        playbook = self.found()
        said = bodies.read(SimulateBody, request.data)
        rules = said.get("rules") or playbook.current.rules
        counts = versions.simulate(playbook, rules, by=request.user)
        return Response(SimulationSerializer({"rules": told(rules, counts)}).data)


def told(
    rules: Sequence[Mapping[str, Any]],
    counts: Sequence[RuleCount] = (),
) -> list[playbook_rules.Shown]:
    """Put rules into words."""
    return playbook_rules.shown([dict(rule) for rule in rules], counts)


def _version(version: Any) -> dict[str, Any]:
    author = version.author
    return {
        "number": version.number,
        "author": author.get_username() if author else None,
        "note": version.note,
        "created_at": version.created_at,
        "runs": version.number_of_runs,
    }
