"""Which companies stood otherwise at one snapshot than at an earlier one: as rows, and counted."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from governance.models import Readiness, ReadinessSnapshot, Reason, Tier, TierTransition
from governance.models.snapshots import STANDINGS
from outreach_admin.db import sessions
from outreach_admin.lists.tallies import Cell, Cube

# where a company was not there before, or is no more
ABSENT = "absent"
# of a company that lacks nothing
NOTHING = "none"
FACETS = ("from_tier", "to_tier", "from_reason", "to_reason")
STATES = [ABSENT, *Tier.values]
REASONS = [NOTHING, *Reason.values]

# room for the reasons of a tier, as governance.number_of_standing() numbers them
REASONS_A_TIER = 16
COUNTED = f"""
    SELECT stood %% {STANDINGS}, stands %% {STANDINGS}, count(*)
    FROM (
        SELECT min(from_mark) AS stood, max(to_mark) AS stands
        FROM governance_tiertransition
        WHERE at > %(after)s AND at <= %(until)s
        GROUP BY outreach_id) each
    WHERE stood %% {STANDINGS} <> stands %% {STANDINGS}
    GROUP BY 1, 2"""


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
    """Count the same companies by where they came from and went to, in one query.

    It has room for a million companies in memory: with less, their changes are read one by one along an index.
    """
    days = {"after": first.at, "until": last.at}
    with transaction.atomic(), connection.cursor() as cursor:
        sessions.give_memory(cursor, megabytes=256)
        cursor.execute(COUNTED, days)
        found: Sequence[Any] = cursor.fetchall()
    return Cube(
        [Cell(_values(stood, stands), rows) for stood, stands, rows in found],
    )


def _values(stood: int, stands: int) -> dict[str, str]:
    texts = (
        *(STATES[number // REASONS_A_TIER] for number in (stood, stands)),
        *(REASONS[number % REASONS_A_TIER] for number in (stood, stands)),
    )
    return dict(zip(FACETS, texts, strict=True))


def _text(expression: Any, instead: str = "") -> Coalesce:
    return Coalesce(expression, Value(instead), output_field=TextField())
