"""Which companies stood otherwise at one snapshot than at an earlier one: as rows, and counted."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from governance.models import Readiness, ReadinessSnapshot, TierTransition
from outreach_admin.lists.tallies import Cell, Cube

# where a company was not there before, or is no more
ABSENT = "absent"
# of a company that lacks nothing
NOTHING = "none"
FACETS = ("from_tier", "to_tier", "from_reason", "to_reason")
COUNTED = """
    SELECT coalesce(f.from_tier, %(absent)s), coalesce(l.to_tier, %(absent)s),
        coalesce(nullif(f.from_reason, ''), %(nothing)s), coalesce(nullif(l.to_reason, ''), %(nothing)s), count(*)
    FROM (
        SELECT min(id) AS first, max(id) AS last
        FROM governance_tiertransition
        WHERE at > %(after)s AND at <= %(until)s
        GROUP BY outreach_id) each
    JOIN governance_tiertransition f ON f.id = each.first
    JOIN governance_tiertransition l ON l.id = each.last
    WHERE (f.from_tier, f.from_reason) IS DISTINCT FROM (l.to_tier, l.to_reason)
    GROUP BY 1, 2, 3, 4"""


def inside(first: ReadinessSnapshot, last: ReadinessSnapshot) -> QuerySet[TierTransition]:
    """Give every change after one snapshot up to the other."""
    return TierTransition.objects.filter(at__gt=first.at, at__lte=last.at)


def between(first: ReadinessSnapshot, last: ReadinessSnapshot) -> QuerySet[TierTransition]:
    """Give one row for each company that stood otherwise: its first change, with how it stood before it and after the last.

    The texts `stood_tier`, `stands_tier` are `absent` where there was no such company; reasons are empty where nothing lacked.
    """
    changes = inside(first, last)
    same = changes.filter(outreach_id=OuterRef("outreach_id"))
    final = same.order_by("-pk")
    now = Readiness.objects.filter(pk=OuterRef("outreach_id"))
    return (
        changes.filter(~Exists(same.filter(pk__lt=OuterRef("pk"))))
        .annotate(
            stood_tier=_text(F("from_tier"), ABSENT),
            stands_tier=_text(Subquery(final.values("to_tier")[:1]), ABSENT),
            stood_reason=_text(F("from_reason")),
            stands_reason=_text(Subquery(final.values("to_reason")[:1])),
            company_name=_text(Subquery(now.values("company_name"))),
            domain=_text(Subquery(now.values("domain"))),
        )
        .exclude(
            Q(stood_tier=F("stands_tier")) & Q(stood_reason=F("stands_reason")),
        )
    )


def counted(first: ReadinessSnapshot, last: ReadinessSnapshot) -> Cube:
    """Count the same companies by where they came from and went to, in one query."""
    given: dict[str, Any] = {
        "after": first.at,
        "until": last.at,
        "absent": ABSENT,
        "nothing": NOTHING,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, given)
        found: Sequence[Any] = cursor.fetchall()
    return Cube(
        [Cell(dict(zip(FACETS, values, strict=True)), rows) for *values, rows in found],
    )


def _text(expression: Any, instead: str = "") -> Coalesce:
    return Coalesce(expression, Value(instead), output_field=TextField())
