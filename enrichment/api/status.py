"""What has run for an entity: asked by a body, as the seed wants it."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from enrichment.api.serializers.status import (
    EntitiesBody,
    EntityBody,
    StatusesSerializer,
    StatusSerializer,
)
from enrichment.queries import status
from outreach_admin.api import bodies
from outreach_admin.api.endpoints import Endpoint

SEE = "enrichment.view_state"


class Status(Endpoint):
    """One company or person."""

    permission_required = SEE
    creates = False
    refusals = (422,)

    @extend_schema(
        request=EntityBody,
        responses={200: StatusSerializer},
        examples=[OpenApiExample("A company", EntityBody.example, request_only=True)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Tell for every active workflow whether it ran; an unknown entity has run none."""
        said = bodies.read(EntityBody, request.data)
        return written(status.text_of(said["entity_type"], said["entity_key"]))


class StatusList(Endpoint):
    """Up to 500 at once."""

    permission_required = SEE
    creates = False
    refusals = (422,)

    @extend_schema(
        request=EntitiesBody,
        responses={200: StatusesSerializer},
        examples=[OpenApiExample("People", EntitiesBody.example, request_only=True)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Tell it for many in their order; a key that is none has its problem instead."""
        said = bodies.read(EntitiesBody, request.data)
        found = status.texts_of(said["entity_type"], said["entity_keys"])
        return written(f'{{"results":[{",".join(found)}]}}')


def written(text: str) -> HttpResponse:
    """Answer with JSON that the database has written."""
    return HttpResponse(text, content_type="application/json")
