"""The errors of one company, live and archived."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from governance.models import ArchivedError, HubError
from governance.models.errors import HubErrorQuerySet

MOST_OPEN = 50
MOST_ARCHIVED = 10
ARCHIVE = "archive"
# what is not open, by disposition, and what is archived
COUNTED = """
    SELECT disposition, count(*) FROM governance_huberror
    WHERE outreach_id = %(company)s AND NOT governance.error_is_open(disposition)
    GROUP BY 1
    UNION ALL
    SELECT %(archive)s, count(*) FROM governance_archivederror
    WHERE outreach_id = %(company)s HAVING count(*) > 0
    ORDER BY 1"""


@dataclass(frozen=True)
class Errors:
    """The newest open errors and the last archived ones; `others` counts live errors that are not open, by disposition."""

    open: list[HubError]
    archived: list[ArchivedError]
    archived_count: int = 0
    others: dict[str, int] = field(default_factory=dict)


def of(outreach_id: UUID) -> Errors:
    """Read up to 50 open errors and 10 archived ones, and count the rest. Two queries, three where there is an archive."""
    live = HubError.objects.filter(outreach=outreach_id)
    counted = _counted(outreach_id)
    archived = counted.pop(ARCHIVE, 0)
    return Errors(
        _newest_open(live),
        _last_archived(outreach_id) if archived else [],
        archived,
        counted,
    )


def _newest_open(live: HubErrorQuerySet) -> list[HubError]:
    rows = live.open().select_related("error_table").defer("message", "message_key", "details")
    return list(rows.order_by("-created_at", "-pk")[:MOST_OPEN])


def _last_archived(outreach_id: UUID) -> list[ArchivedError]:
    rows = ArchivedError.objects.filter(outreach=outreach_id)
    lean = rows.defer("message", "message_key", "details")
    return list(lean.order_by("-archived_at", "-pk")[:MOST_ARCHIVED])


def _counted(outreach_id: UUID) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"company": outreach_id, "archive": ARCHIVE})
        return dict(cursor.fetchall())
