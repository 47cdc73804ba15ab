"""Calls that broke a rule unseen: found by their index alone, however large the ledger is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import ToolCall
from governance.queries.canon import suspects
from tests import ledgers, make, owner

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HUNTER = {"tool_id": "TOOL-008", "tool": "hunter-enricher", "tier": 2, "interaction": "ENRICH"}
MX = {"tool_id": "TOOL-001", "tool": "mx-lookup", "tier": 0, "interaction": "VALIDATE"}
PLAN = f"EXPLAIN {suspects.FIRST}"


def call(kind: dict, *, since: float, took: float | None = None, **given):
    """A call that was reserved so many minutes ago, and settled after so many."""
    began = NOW - timedelta(minutes=since)
    ended = None if took is None else began + timedelta(minutes=took)
    status = "reserved" if took is None else "succeeded"
    wanted = {"status": status, "settled_at": ended, "is_stored": took is not None}
    return ledgers.call(**kind | wanted | {"reserved_at": began} | given)


def found() -> list[tuple[int, str, float]]:
    return [
        (one.call_id, one.code, (NOW - one.at).total_seconds() / 60)
        for one in suspects.first(NOW, most=100)
    ]


def test_each_rule_finds_its_calls_from_the_moment_on_that_they_broke_it():
    unasked = call(HUNTER, since=90, took=1, passed=False)
    late = call(HUNTER, since=80, took=14)
    left = call(HUNTER, since=70)
    unstored = call(MX, since=50, took=2, is_stored=False)
    lost = call(MX, since=40)

    assert found() == [
        (unasked.pk, "V-SCOPE-002", 90),
        (late.pk, "V-TYPE-002", 70),
        (left.pk, "V-TYPE-002", 60),
        (unstored.pk, "V-TYPE-003", 48),
        (lost.pk, "V-TYPE-003", 30),
    ]
    assert suspects.counted(NOW) == {"V-SCOPE-002": 1, "V-TYPE-002": 2, "V-TYPE-003": 2}


def test_a_call_that_broke_two_rules_is_found_by_both():
    one = call(HUNTER, since=30, passed=False)

    assert [(key, code) for key, code, _ in found()] == [
        (one.pk, "V-SCOPE-002"),
        (one.pk, "V-TYPE-002"),
    ]


def test_calls_in_order_are_left_alone():
    call(HUNTER, since=60, took=10)
    call(HUNTER, since=9)
    call(MX, since=60, took=1)
    call(MX, since=60, took=1, status="failed", is_stored=False)
    call(MX, since=60, took=30, status="given_back", is_stored=False)
    call(HUNTER, since=60, took=30, status="given_back", passed=False)
    # neither gated nor asked for its answer
    ledgers.call(passed=False, reserved_at=NOW - timedelta(hours=1))

    assert found() == []


def test_what_is_a_violation_already_is_not_found_again():
    one = call(HUNTER, since=30, passed=False)
    make.violation("V-SCOPE-002", call_id=one.pk)

    assert [code for _, code, _ in found()] == ["V-TYPE-002"]


def test_no_part_of_the_question_reads_the_whole_ledger():
    calls = [
        ledgers.unsaved(
            **MX | {"status": "succeeded", "settled_at": NOW, "is_stored": True},
            reserved_at=NOW - timedelta(minutes=1),
        )
        for _ in range(3_000)
    ]
    ToolCall.objects.bulk_create(calls)
    call(MX, since=5, took=1, is_stored=False)

    owner.runs("ANALYZE governance_toolcall")
    with connection.cursor() as cursor:
        cursor.execute(PLAN, {"at": NOW, "within": suspects.LATE, "most": 100})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan on governance_toolcall" not in plan
    assert "toolcall_audited" in plan and "toolcall_unusual" in plan
