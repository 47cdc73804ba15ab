"""The facet counters say what a count over the errors says, whatever happens to these."""

import random
from collections import Counter
from datetime import datetime

import pytest
from django.db import connection
from django.db.models import Case, Count, Sum, When

from governance.models import ErrorCount, ErrorHour, ErrorTally, HubError, ReadinessCount
from governance.models.errors import OPEN_DISPOSITIONS
from governance.services import counters
from tests import make

pytestmark = pytest.mark.django_db
FACETS = [
    field.name
    for field in ErrorCount._meta.fields
    if field.name not in ("id", "rows", "error_table", "message_key")
]
HOURS = ("disposition", "escalation_level", "parked_hour", "expires_hour")
CHANGES = [
    "disposition = 'PARKED', parked_at = now(), parked_by = 'x', park_reason = 'DATA_QUALITY' WHERE disposition = 'RETRY' AND {half}",
    "disposition = 'RETRY' WHERE disposition = 'PARKED' AND {half}",
    "retry_count = retry_count + 1 WHERE {half}",
    "owner = 'Platform team' WHERE {half}",
    "ttl_tier = 'LONG' WHERE {half}",
    "message = message || ' again' WHERE {half}",
    "outreach_id = NULL WHERE {half}",
]


def counted() -> dict[tuple[object, ...], int]:
    facets = [name for name in FACETS if name != "blocks"]
    rows = (
        ErrorCount.objects.values_list("error_table", *facets, "blocks")
        .annotate(n=Sum("rows"))
        .order_by()
    )
    return {row[:-1]: row[-1] for row in rows if row[-1]}


def real() -> dict[tuple[object, ...], int]:
    facets = [name for name in FACETS if name != "blocks"]
    blocks = Case(When(blocks=True, outreach__isnull=False, then=True), default=False)
    rows = HubError.objects.values_list("error_table", *facets, blocks).annotate(n=Count("pk"))
    return {row[:-1]: row[-1] for row in rows.order_by()}


def hours() -> dict[tuple[object, ...], int]:
    rows = ErrorHour.objects.values_list(*HOURS).annotate(n=Sum("rows")).order_by()
    return {row[:-1]: row[-1] for row in rows if row[-1]}


def real_hours() -> Counter[tuple[object, ...]]:
    return Counter(
        (
            error.disposition,
            error.escalation_level,
            error.parked_at and hour_of(error.parked_at),
            hour_of(error.expires_at) if error.disposition in OPEN_DISPOSITIONS else None,
        )
        for error in HubError.objects.all()
    )


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("seed", range(5))
def test_counters_equal_counts_after_any_changes(seed):
    chance = random.Random(seed)
    make.errors(30, make.CT)
    make.errors(30, make.DOL)

    for _ in range(12):
        half = f"('x' || md5(id::text))::bit(32)::int %% 2 = {chance.randint(0, 1)}".replace(
            "%%", "%"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE governance_huberror SET {chance.choice(CHANGES).format(half=half)}"
            )
        if chance.random() < 0.3:
            HubError.objects.filter(pk=HubError.objects.order_by("?").values("pk")[:1]).delete()

    assert counted() == real()
    assert hours() == real_hours()


def test_folding_changes_no_sum():
    make.errors(10)
    HubError.objects.update(owner="Platform team")
    before = counted()

    left = counters.fold()

    assert counted() == before == real()
    assert hours() == real_hours()
    others = ReadinessCount.objects.count() + ErrorTally.objects.count()
    assert left == len(before) + len(hours()) + others


def test_counting_anew_keeps_what_blocks_nobody_apart():
    make.errors(3)
    make.errors(2, outreach=None)
    before = counted()

    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.recount_errorcount()")

    assert counted() == before == real()
    assert ErrorCount.objects.filter(blocks=True).aggregate(rows=Sum("rows")) == {"rows": 3}
