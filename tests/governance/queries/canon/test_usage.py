"""How much of each tool is used, as the ledger counts it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.queries.canon import kept, usage
from governance.queries.canon.usage import Quota
from tests import ledgers

pytestmark = pytest.mark.django_db
CENT = Decimal("0.01")


def use(slug="scraper-api", *, at=None):
    tools = kept.in_force().canon.tools.values()
    return usage.of(tools, at=at or timezone.now())[slug]


def test_calls_and_dollars_of_this_month_are_used():
    for _ in range(3):
        ledgers.call(cost=CENT)

    found = use()

    assert found.quotas == [Quota(3, 100_000, "month")]
    assert found.rates == ["10 per second"]
    assert found.budget == Quota(Decimal("0.03"), Decimal(100), "month")
    assert found.budget.left == Decimal("99.97")
    assert (found.days, found.today) == ([0] * 13 + [3], 3)


def test_what_is_limited_by_the_day_counts_the_day_alone():
    yesterday = timezone.now() - timedelta(days=1)
    ledgers.call(tool="mx-lookup", tool_id="TOOL-001")
    ledgers.call(tool="mx-lookup", tool_id="TOOL-001", reserved_at=yesterday)

    found = use("mx-lookup")

    assert (found.quotas, found.budget) == ([Quota(1, 50_000, "day")], None)
    assert found.days[-2:] == [1, 1]


def test_a_tool_that_only_its_rate_limits_has_no_quota():
    found = use("composio-router")

    assert (found.quotas, found.budget, found.days) == ([], None, [0] * 14)


def test_another_month_begins_at_nothing():
    ledgers.call(cost=CENT)

    found = use(at=timezone.now() + timedelta(days=40))

    assert found.quotas == [Quota(0, 100_000, "month")] and found.budget.used == 0


@pytest.mark.parametrize(
    ("used", "fill", "left"), [(0, "run", 10), (8, "run", 2), (9, "warn", 1), (12, "bad", 0)]
)
def test_what_is_scarce_or_used_up_looks_so(used, fill, left):
    quota = Quota(used, 10, "day")

    assert (quota.fill, quota.left) == (fill, left)


def test_all_tools_cost_one_query_whatever_the_ledger_holds():
    tools = kept.in_force().canon.tools.values()
    for _ in range(5):
        ledgers.call()

    with CaptureQueriesContext(connection) as asked:
        usage.of(tools, at=timezone.now())

    assert len([one for one in asked if "governance_toolusage" in one["sql"]]) == 1


def test_a_limit_that_leaves_nothing_is_used_up():
    ledgers.call(cost=Decimal(100))

    found = use()

    assert found.used_up == [found.budget]
    assert use("mx-lookup").used_up == []


def test_what_is_spent_is_of_all_budgets():
    ledgers.call(cost=CENT)

    found = usage.spent([use(), use("retell-caller"), use("mx-lookup")])

    assert found == (CENT, Decimal(300))


def test_the_days_that_are_drawn_begin_at_a_midnight():
    at = datetime(2026, 2, 14, 9, 30, tzinfo=UTC)

    assert usage.midnight(at) == datetime(2026, 2, 14, tzinfo=UTC)
    assert usage.midnight(at, days_before=13) == datetime(2026, 2, 1, tzinfo=UTC)
