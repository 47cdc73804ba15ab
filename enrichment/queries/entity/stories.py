"""Every run for one entity, of whatever workflow, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, F, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from enrichment.models import Run
from outreach_admin.exceptions import BadRequest

MOST = 20
FORM = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True)
class Story:
    """Some of all runs; `after` marks where older ones begin, empty where there are none."""

    runs: Sequence[Run]
    total: int = 0
    after: str = ""


def of(
    entity_type: str,
    key: str,
    *,
    after: str = "",
    most: int = MOST,
) -> Story:
    """Tell the runs before a mark, or the newest. One query. Raises BadRequest where a mark is none."""
    every = Run.objects.filter(entity_type=entity_type, entity_key=key)
    rows = every.annotate(total=_count(every))
    if after:
        place = Tuple(F("ran_at"), F("id"))
        rows = rows.filter(TupleLessThan(place, _read(after)))
    shown = rows.select_related("workflow", "by").order_by("-ran_at", "-id")
    found = list(shown[: most + 1])
    kept = found[:most]
    return Story(
        kept,
        total=found[0].total if found else 0,
        after=_mark(kept[-1]) if len(found) > most else "",
    )


def _count(rows: QuerySet[Run]) -> Subquery:
    """Count rows once, beside each of them."""
    of_one = rows.order_by().values("entity_type")
    return Subquery(of_one.annotate(total=Count("pk")).values("total"))


def _mark(run: Run) -> str:
    return f"{run.ran_at.astimezone(UTC):{FORM}}-{run.pk.hex}"


def _read(mark: str) -> tuple[datetime, UUID]:
    at, _, key = mark.partition("-")
    try:
        return datetime.strptime(at, FORM).replace(tzinfo=UTC), UUID(key)
    except ValueError:
        raise BadRequest(
            "This page address does not fit the runs: its place marker is broken.",
            what_to_do="Go back to the newest entries.",
        ) from None
