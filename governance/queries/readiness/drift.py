"""The definition of readiness: which rows differ from it, what it asks for, and since when."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from governance.models import ReadinessPolicy
from governance.models.readiness import DEFINITION

NAMED = 3


def drift(*, limit: int = 20) -> tuple[int, list[UUID]]:
    """Return how many ids differ from the definition, and the first `limit` of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT outreach_id FROM governance.readiness_drift ORDER BY outreach_id")
        found = [row[0] for row in cursor.fetchall()]
    return len(found), found[:limit]


def required_slots() -> int:
    """Return how many slots a company must have filled now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.required_slots()")
        return int(cursor.fetchone()[0])


def definition_at(moment: datetime) -> int:
    """Return the mark of the definition that held at a moment; no two definitions ever have the same."""
    return DEFINITION + ReadinessPolicy.objects.filter(at__lte=moment).count()


def problem(cursor: CursorWrapper) -> str:
    """Say what the latest check found to differ, empty where nothing did."""
    cursor.execute(
        "SELECT differing, first FROM governance_readinesscheck ORDER BY at DESC, id DESC LIMIT 1"
    )
    found = cursor.fetchone()
    if found is None or not found[0]:
        return ""
    differing, first = found[0], [str(outreach_id) for outreach_id in found[1]]
    more = ", .." if differing > NAMED else ""
    companies = "company differs" if differing == 1 else "companies differ"
    return f"readiness of {differing:,} {companies} from its definition: {', '.join(first[:NAMED])}{more}"
