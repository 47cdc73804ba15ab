"""The schema, and the page to read it."""

from functools import cache
from typing import Any, ClassVar

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from outreach_admin.api.endpoints import Endpoint

# the pages that come with the schema set styles of their own
OF_THE_PAGE = {"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}


class Schema(Endpoint):
    """What there is to call, as OpenAPI 3.1."""

    authentication_classes: ClassVar[Any] = [
        *api_settings.DEFAULT_AUTHENTICATION_CLASSES,
        SessionAuthentication,
    ]
    permission_classes: ClassVar[Any] = [IsAuthenticated]
    renderer_classes: ClassVar[Any] = [OpenApiJsonRenderer2, OpenApiJsonRenderer]

    @extend_schema(responses={200: dict[str, Any]})
    def get(self, request: Request) -> Response:
        """Describe every endpoint."""
        return Response(described())


@method_decorator(csp_update(OF_THE_PAGE), name="dispatch")
class Docs(LoginRequiredMixin, SpectacularSwaggerSplitView):
    """The schema as a page on which endpoints can be tried."""

    authentication_classes: ClassVar[Any] = [SessionAuthentication]
    permission_classes: ClassVar[Any] = [IsAuthenticated]
    url_name = "api-schema"
    title = "Outreach Ops API"
    template_name = "api/docs.html"
    http_method_names: ClassVar[list[str]] = ["get", "head", "options"]


@cache
def described() -> Any:
    """Make the schema once: it is the same for everybody until the program changes."""
    return SchemaGenerator().get_schema(request=None, public=True)
