"""Endpoints that do what a test asks for, beside the real ones: `settings.ROOT_URLCONF = probes.__name__`."""

from typing import Any

import psycopg
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import Http404
from django.urls import path
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from governance.models import SavedView
from outreach_admin import urls
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.urls import both
from outreach_admin.api.versions import tag_of
from outreach_admin.exceptions import BadRequest, Refused
from tests import make

HELD = 8_424
CROSSED = OperationalError("deadlock detected")
CROSSED.__cause__ = psycopg.errors.DeadlockDetected()
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
RAISED = {
    "refused": Refused("No.", what_to_do="Ask.", status=409),
    "bad": BadRequest("What?", key="colour", offered=["b", "a"]),
    "invalid": exceptions.ValidationError({"rows": [{}, {"code": ["Not known."]}]}),
    "missing": Http404(),
    "denied": PermissionDenied("Not you."),
    "throttled": exceptions.Throttled(7),
    "unsigned": exceptions.AuthenticationFailed("Who?"),
    "crossed": CROSSED,
    "broken": RuntimeError("a secret of the code"),
}


def made() -> int:
    """Count what the probe has made."""
    return SavedView.objects.filter(query="code=PROBE").count()


class Echo(Endpoint):
    """Say what was sent."""

    creates = False

    def post(self, request: Request) -> Response:
        """Say it."""
        return Response({"said": request.data})


class Making(Endpoint):
    """Make a row, then end as asked."""

    scope = "triage"
    permission_required = "governance.run_operation"
    scopes = {"GET": "read"}
    rights = {"GET": "governance.view_huberror"}
    query_keys = ("why",)

    def get(self, request: Request) -> Response:
        """Count what was made, with the tag of it."""
        self.matching(tag_of(made()))
        return Response({"made": made()}, headers={"ETag": tag_of(made())})

    def post(self, request: Request) -> Response:
        """Make one."""
        view = make.view(query="code=PROBE")
        end = request.data.get("end")
        if end == "wait":
            wait_for_the_test()
        elif end:
            raise RAISED[end]
        return self.created({"id": view.pk}, location=f"/api/probe/{view.pk}/")

    put = post


class Raising(Endpoint):
    """Raise what is asked for."""

    def get(self, request: Request, end: str) -> Response:
        """Raise it."""
        raise RAISED[end]


def wait_for_the_test() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [HELD])


def at(view: Any, route: str) -> list[Any]:
    return both(f"api/probe/{route}", view, f"probe-{view.__name__.lower()}")


urlpatterns = [
    *at(Echo, "echo/"),
    *at(Making, "making/"),
    path("api/probe/raising/<str:end>/", Raising.as_view()),
    *urls.urlpatterns,
]
