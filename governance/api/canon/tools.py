"""The canon in force, and its tools."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.canon.tools import CanonSerializer, ToolsSerializer
from governance.models import CanonVersion
from governance.queries.canon import kept, tools
from governance.queries.canon.tools import Row
from governance.toolbox import wording
from governance.toolbox.entries import Canon
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.exceptions import Refused

SEE = "governance.view_canonversion"


class OfCanon(Endpoint):
    """What is read of the canon in force."""

    permission_required = SEE
    refusals = (503,)

    def found(self) -> tuple[CanonVersion, Canon]:
        """Return the canon in force. Raises Refused (503) where none is, or nobody understands it."""
        version, canon, trouble = kept.in_force()
        if version is None or canon is None:
            raise Refused(trouble, status=503)
        return version, canon


class CanonInForce(OfCanon):
    """The canon in force."""

    @extend_schema(responses={200: CanonSerializer})
    def get(self, request: Request) -> Response:
        """Read which version of the canon is in force."""
        version, canon = self.found()
        by = version.enforced_by
        hours = canon.calling_hours
        return Response(
            {
                "version": version.version,
                "sha256": version.sha256,
                "enforced_at": version.enforced_at,
                "enforced_by": by.get_username() if by else None,
                "calling_hours": {
                    "opens": f"{hours.opens:%H:%M}",
                    "closes": f"{hours.closes:%H:%M}",
                },
                "hubs": {hub.id: hub.name for hub in canon.hubs.values()},
            }
        )


class ToolList(OfCanon):
    """The tools in force."""

    @extend_schema(responses={200: ToolsSerializer})
    def get(self, request: Request) -> Response:
        """List the tools of the canon in force, and what stops them."""
        _, canon = self.found()
        stops = tools.stops()
        everything = stops.get(tools.ALL)
        rows = [row for tier in tools.by_tier(canon, stops) for row in tier.rows]
        return Response(
            {
                "results": [written(row, everything) for row in rows],
                "next": None,
                "previous": None,
            }
        )


def written(row: Row, everything: Any) -> dict[str, Any]:
    """Write a tool; what stops it is its own switch, or the one on all tools."""
    tool = row.tool
    stop = row.stop or everything
    return {
        "id": tool.id,
        "slug": tool.slug,
        "name": tool.name,
        "software": tool.software,
        "tier": tool.tier.value,
        "hubs": sorted(tool.hubs),
        "interaction": tool.interaction.value,
        "gates": [gate.words for gate in tool.gates],
        "approval": row.approval,
        "limits": [limit.words for limit in tool.limits],
        "cost": tool.cost.words,
        "monthly_cap": wording.dollars(tool.monthly_cap),
        "backoff": tool.backoff.words,
        "cache": wording.length(tool.cache),
        "api_key_env": tool.api_key_env,
        "stopped": stop.reason if stop else None,
    }
