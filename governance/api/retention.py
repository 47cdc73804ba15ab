"""Retention: what goes when and under whose approval, giving that, and the account of every error."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.retention import (
    AgreeBody,
    ConsentSerializer,
    ReconciliationSerializer,
    RetentionSerializer,
)
from governance.models import ErrorTable, Token
from governance.queries.archives import accounts, purges, retention
from governance.services.archives import consents
from outreach_admin.api import bodies
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.exceptions import Refused

SEE = "governance.view_archivederror"


class Retention(Endpoint):
    """How long archived errors stay."""

    permission_required = SEE

    @extend_schema(responses={200: RetentionSerializer})
    def get(self, request: Request) -> Response:
        """Tell by error table how long archived errors stay, who agreed to their deletion, and how many go in which month."""
        as_of = timezone.now()
        schedule = retention.clean_up()
        said = {
            "as_of": as_of,
            "schedule": schedule,
            "tables": retention.forecasts(at=as_of, schedule=schedule),
            "purges": purges.recent(),
        }
        return Response(RetentionSerializer(said).data)


class RetentionAgree(Endpoint):
    """Give the standing approval for one table's retention."""

    permission_required = "governance.vote_approval"
    scope = Token.Scope.APPROVE

    @extend_schema(request=AgreeBody, responses={201: ConsentSerializer})
    def post(self, request: Request, table: str) -> Response:
        """Let archived errors of a table be deleted at the end of its retention, until somebody changes that.

        Who has set the retention is refused (403); 409 where it is agreed to already, or another one by now.
        """
        name = _known(table)
        said = bodies.read(AgreeBody, request.data)
        by: Any = request.user
        agreed = consents.agree(name, by=by, **said)
        return self.created(
            ConsentSerializer(agreed).data, location=reverse("api:archive-retention")
        )


class Reconciliation(Endpoint):
    """The account of every error."""

    permission_required = SEE

    @extend_schema(responses={200: ReconciliationSerializer})
    def get(self, request: Request) -> Response:
        """Tell by error table whether live, archived and deleted ones are all that ever came, by counters.

        `checked` is the latest stored check; running the job `reconciliation` counts the rows themselves.
        """
        found = accounts.of_tables()
        said = {
            "as_of": timezone.now(),
            "balances": all(one.balances for one in found),
            "tables": found,
            "checked": accounts.latest_check(),
        }
        return Response(ReconciliationSerializer(said).data)


def _known(table: str) -> str:
    """Return the name of an error table. Raises Refused (404)."""
    found = ErrorTable.objects.filter(pk=table.replace("\0", "")).first()
    if found is None:
        raise Refused(
            "There is no such error table.",
            what_to_do="/api/archive/retention/ names them.",
            status=404,
        )
    return found.name
