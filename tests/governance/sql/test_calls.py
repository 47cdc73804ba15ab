"""What the database keeps of calls, whoever writes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg.errors import CheckViolation

from governance.models import ToolCall, ToolUsage
from tests import ledgers

pytestmark = pytest.mark.django_db
MARCH = "2026-03-31T23:59:59Z"


def settled(call: ToolCall, status: str = "succeeded", **given) -> str:
    """What `settle_call` says."""
    said = {"duration": 5, "cost": None, "stored": True, "fault": ""} | given
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT governance.settle_call(%s, %s, %s, %s, %s, %s)",
            [call.pk, status, *said.values()],
        )
        return cursor.fetchone()[0]


def usage(period: str, starts: str) -> tuple[int, Decimal] | None:
    return (
        ToolUsage.objects.filter(period=period, starts=starts).values_list("calls", "cost").first()
    )


def test_a_call_is_settled_once_and_the_same_word_again_changes_nothing():
    call = ledgers.call()

    assert settled(call) == "settled"
    assert settled(call) == "same"
    assert settled(call, "failed") == "other"
    assert settled(call, duration=6) == "other"
    assert settled(call, cost=Decimal(3)) == "other"
    call.refresh_from_db()
    assert (call.status, call.duration, call.is_stored) == ("succeeded", 5, True)
    assert call.settled_at is not None


def test_a_call_that_never_was_is_not_settled():
    assert settled(ToolCall(pk=2**62)) == "unknown"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_toolcall SET status = 'failed', settled_at = now()",
        "UPDATE governance_toolusage SET calls = 0",
        "INSERT INTO governance_toolusage (tool, period, starts) VALUES ('x', 'day', now())",
        "DELETE FROM governance_toolusage",
        "DELETE FROM governance_toolcall",
    ],
)
def test_no_client_may_change_a_call_or_what_is_counted_of_it(statement):
    ledgers.call()

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


CALL = """INSERT INTO governance_toolcall (correlation_id, tool_id, tool, tier, canon_version, hub,
    interaction, entity, domain, facts, passed, channel, status, cost, is_stored, fault)
    VALUES ('a', 'TOOL-005', 'scraper-api', 1, 2, 'HUB-BLOG-001', 'READ', '', '', '{}', true, 'code',
        'reserved', 0.001, false, '') RETURNING id"""


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (
            "UPDATE governance_toolcall SET hub = 'x', status = 'failed', settled_at = now()",
            "toolcall_kept",
        ),
        (
            "UPDATE governance_toolcall SET reserved_at = now() - interval '1 day', status = 'failed'",
            "toolcall_kept",
        ),
        ("UPDATE governance_toolcall SET facts = '{\"a\": 1}', status = 'failed'", "toolcall_kept"),
        ("UPDATE governance_toolcall SET cost = 0", "toolcall_settled_once"),
        ("DELETE FROM governance_toolcall", None),
        ("TRUNCATE governance_toolcall CASCADE", None),
    ],
)
def test_even_the_owner_changes_nothing_else_of_a_call(owner_cursor, statement, constraint):
    owner_cursor.execute(CALL)

    with pytest.raises(CheckViolation if constraint else Exception) as fault:
        owner_cursor.execute(statement)

    assert fault.value.diag.constraint_name == constraint
    assert constraint or "governance_toolcall" in str(fault.value)


def test_even_the_owner_settles_no_call_twice(owner_cursor):
    owner_cursor.execute(CALL)
    settle = "UPDATE governance_toolcall SET status = %s, settled_at = now()"
    owner_cursor.execute(settle, ["failed"])

    with pytest.raises(CheckViolation) as fault:
        owner_cursor.execute(settle, ["succeeded"])

    assert fault.value.diag.constraint_name == "toolcall_settled_once"


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"status": "lost", "settled_at": MARCH}, "toolcall_status_known"),
        ({"status": "failed"}, "toolcall_settled_facts_paired"),
        ({"settled_at": MARCH}, "toolcall_settled_facts_paired"),
        ({"cost": -1}, "toolcall_cost_of_a_call"),
        ({"cost": 1_000_001}, "toolcall_cost_of_a_call"),
        (
            {"status": "given_back", "settled_at": MARCH, "cost": 1},
            "toolcall_given_back_costs_nothing",
        ),
        ({"interaction": "GUESS"}, "toolcall_interaction_known"),
        ({"tool": ""}, "toolcall_named"),
        ({"correlation_id": ""}, "toolcall_named"),
    ],
)
def test_a_call_that_cannot_be_is_refused(wrong, constraint):
    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        ledgers.call(**wrong)

    assert fault.value.__cause__.diag.constraint_name == constraint


def test_calls_are_counted_in_the_day_and_month_of_their_reservation_in_utc():
    ledgers.call(reserved_at=MARCH, cost=Decimal("0.001"))
    late = ledgers.call(reserved_at=MARCH, cost=Decimal("0.001"))
    ledgers.call(reserved_at="2026-04-01T00:00:00Z", cost=Decimal("0.001"))
    ledgers.call(reserved_at=MARCH, status="given_back", settled_at=MARCH)

    settled(late, cost=Decimal("0.5"))

    assert usage("month", "2026-03-01") == (2, Decimal("0.501"))
    assert usage("day", "2026-03-31") == (2, Decimal("0.501"))
    assert usage("month", "2026-04-01") == (1, Decimal("0.001"))


def test_what_is_given_back_no_longer_counts():
    call = ledgers.call(reserved_at=MARCH, cost=Decimal("0.001"))

    settled(call, "given_back")

    assert usage("month", "2026-03-01") == (0, 0)
    assert usage("day", "2026-03-31") == (0, 0)
    call.refresh_from_db()
    assert call.cost == 0


def test_what_is_called_off_goes_on_counting():
    call = ledgers.call(cost=Decimal("0.70"))

    assert settled(call, "called_off", cost=Decimal("0.07"), duration=None) == "settled"
    assert settled(call, "called_off", cost=Decimal("0.07"), duration=None) == "same"

    assert set(ToolUsage.objects.values_list("calls", "cost")) == {(1, Decimal("0.07"))}


def test_a_call_is_called_off_within_a_minute():
    call = ledgers.call(reserved_at=timezone.now() - timedelta(seconds=61))

    assert settled(call, "called_off") == "late"
    call.refresh_from_db()
    assert call.status == "reserved"
    assert settled(call, "failed") == "settled"


def test_many_calls_in_one_statement_are_counted():
    ToolCall.objects.bulk_create(ledgers.unsaved(reserved_at=MARCH) for _ in range(30))

    assert usage("month", "2026-03-01")[0] == 30


def test_figures_of_a_tool_and_day_stand_once(owner_cursor):
    add = "INSERT INTO governance_toolusage (tool, period, starts, calls, cost) VALUES ('x', 'day', '2026-03-01', 0, 0)"
    owner_cursor.execute(add)

    with pytest.raises(Exception, match="toolusage_once"):
        owner_cursor.execute(add)
