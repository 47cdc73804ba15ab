"""Recorded differences are folded into one row a combination; no sum changes."""

import pytest
from django.db import connection
from django.db.models import Sum

from governance.models import (
    ArchiveCount,
    ErrorCount,
    ErrorHour,
    ErrorTally,
    HubError,
    ReadinessCount,
    RetentionMonth,
)
from governance.services import counters
from tests import make

pytestmark = pytest.mark.django_db


def sums() -> tuple[int, int]:
    """The sum over the counters of queue and archive."""
    return tuple(
        model.objects.aggregate(total=Sum("rows"))["total"] or 0
        for model in (ErrorCount, ArchiveCount)
    )


def test_folding_leaves_one_row_a_combination_and_the_same_sums():
    for _ in range(3):
        make.error(make.DOL)
        make.archived()
    before = sums()

    left = counters.fold()

    assert before == sums() == (3, 3)
    counts = [model.objects.count() for model in (ErrorCount, ArchiveCount, ReadinessCount)]
    # the three may lie on both sides of an hour
    others = [ErrorHour, ErrorTally, RetentionMonth]
    assert (left - sum(one.objects.count() for one in others), counts) == (4, [1, 1, 2])
    assert [one.objects.count() for one in (ErrorTally, RetentionMonth)] == [2, 1]
    assert ErrorHour.objects.aggregate(total=Sum("rows")) == {"total": 3}
    assert ErrorHour.objects.count() <= 2


def test_combinations_that_nothing_has_any_more_are_dropped():
    make.error(make.DOL)
    counters.fold()
    HubError.objects.update(severity="LOW")

    counters.fold()

    assert list(ErrorCount.objects.values_list("severity", "rows")) == [("LOW", 1)]


def places() -> set[str]:
    """Where each row of the counter lies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM governance_errorcount")
        return {place for (place,) in cursor.fetchall()}


def test_folding_writes_only_the_combinations_that_changed():
    for severity in ("LOW", "HIGH", "CRITICAL"):
        make.error(make.DOL, severity=severity)
    counters.fold()
    before = places()
    make.error(make.DOL, severity="LOW")

    counters.fold()

    assert len(before) == len(places()) == 3
    assert len(before & places()) == 2


def test_folding_twice_changes_nothing():
    make.errors(4, make.DOL)
    counters.fold()
    before = list(ErrorCount.objects.order_by("severity").values_list("code", "rows"))

    others = [ErrorHour, ReadinessCount, ErrorTally, RetentionMonth]
    assert counters.fold() == 1 + sum(one.objects.count() for one in others)
    assert list(ErrorCount.objects.order_by("severity").values_list("code", "rows")) == before
