"""A row that cannot be changed stands alone, whatever the database says of it; all others are changed."""

import secrets
import time

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from governance.models import ApprovalPolicy, HubError, Operation
from governance.services.operations import isolation, runner, undos
from tests import make
from tests.governance import facts
from tests.governance.services.operations import broken

RAISED = "RAISE EXCEPTION 'not this one' USING ERRCODE = '{}'"
KINDS = {
    "22012": ("PERFORM 1 / 0", "division by zero"),
    "23505": (RAISED.format("23505"), "not this one"),
    "P0001": (RAISED.format("P0001"), "not this one"),
    "42501": (RAISED.format("42501"), "not this one"),
    "53100": (RAISED.format("53100"), "there was no room on the disk for it"),
    "53200": (RAISED.format("53200"), "not this one"),
    "55000": (RAISED.format("55000"), "not this one"),
    "57014": ("PERFORM pg_sleep(60)", "it took too long: the statement was cancelled"),
    "XX000": (RAISED.format("XX000"), "not this one"),
}


def failed(operation: Operation) -> dict:
    return {
        key: reason
        for key, (outcome, reason) in facts.outcomes(operation).items()
        if outcome == "failed"
    }


@pytest.fixture
def impatient(monkeypatch):
    """A statement is stopped after a moment."""
    monkeypatch.setattr(isolation, "STATEMENT_MS", 300)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_of_any_kind_costs_the_rows_that_cause_it(
    committed_db, redis_server, impatient, kind
):
    act, reason = KINDS[kind]
    rows = make.errors(40)
    broken.poison([rows[7], rows[8], rows[30]], act)
    operation = broken.running(rows)

    runner.finish(operation)

    assert failed(operation) == {rows[n].pk: reason for n in (7, 8, 30)}
    assert (operation.state, operation.applied) == ("done", 37)
    assert facts.adds_up(operation)


def test_a_text_too_long_for_an_index_costs_its_row_alone(committed_db, redis_server):
    rows = make.errors(20)
    # no compression makes it fit
    HubError.objects.filter(pk=rows[3].pk).update(message=secrets.token_hex(4000))
    with broken.owner() as other:
        other.execute(
            "CREATE INDEX parked ON governance_huberror ((CASE WHEN disposition = 'PARKED' THEN message END))"
        )
    operation = broken.running(list(HubError.objects.all()))

    runner.finish(operation)

    assert [reason[:9] for reason in failed(operation).values()] == ["index row"]
    assert (operation.state, operation.applied) == ("done", 19)


def test_a_row_that_cannot_be_moved_or_taken_back_stands_alone_too(committed_db, redis_server):
    ApprovalPolicy.objects.update(is_active=False)
    rows = make.errors(40)
    parked = broken.running(rows[:20])
    runner.finish(parked)
    broken.poison([rows[3], rows[33]], RAISED.format("54000"))
    undo = undos.plan(parked, by=parked.requester)
    archiving = broken.running(rows[20:], verb="archive", reason="MANUAL")

    runner.run(undo)
    runner.finish(archiving)

    assert failed(undo) == {rows[3].pk: "not this one"}
    assert failed(archiving) == {rows[33].pk: "not this one"}
    assert undo.applied == archiving.applied == 19


def test_three_hundred_refused_rows_end_in_seconds_with_one_step(committed_db, redis_server):
    rows = make.errors(500)
    broken.refuse(rows[::2] + rows[401:500:2])
    operation = broken.running(rows)
    began = time.monotonic()

    runner.finish(operation)

    assert time.monotonic() - began < 20
    assert (operation.state, operation.applied, operation.failed) == ("done", 200, 300)
    told = operation.steps.filter(kind="failed rows").values_list("note", flat=True)
    assert len(told) == 1
    assert "not_these" in told[0]
    assert facts.adds_up(operation)
    assert operation.chunk_rows >= 500


def test_failures_that_differ_in_a_value_share_a_step_too(committed_db, redis_server):
    rows = make.errors(30)
    broken.poison(rows[:20], "RAISE EXCEPTION 'row % of 30 is odd', OLD.id")
    operation = broken.running(rows)

    runner.finish(operation)

    assert len(set(failed(operation).values())) == 20
    assert operation.steps.filter(kind="failed rows").count() == 1


def test_finding_a_few_rows_among_many_costs_few_statements(committed_db, redis_server):
    rows = make.errors(500)
    broken.refuse([rows[100], rows[400]])
    operation = broken.running(rows)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        runner.finish(operation)

    tried = [query for query in asked if "WITH batch" in query["sql"]]
    assert operation.failed == 2
    assert len(tried) <= 2 * 2 * 9 + 6


def test_what_takes_too_long_is_searched_on_in_the_next_chunk(
    committed_db, redis_server, impatient
):
    rows = make.errors(64)
    broken.poison([rows[0]], "PERFORM pg_sleep(60)")
    operation = broken.running(rows)
    suspected = []

    for _ in range(3):
        runner.run_chunk(operation.pk)
        operation.refresh_from_db()
        suspected.append((operation.suspects, operation.failed))

    assert suspected == [(64, 0), (8, 0), (0, 1)]


def test_an_error_that_all_rows_meet_holds_the_operation(committed_db, redis_server):
    rows = make.errors(60)
    broken.poison(rows[10:], RAISED.format("53100"))
    operation = broken.running(rows)

    runner.finish(operation)

    assert (operation.state, operation.applied) == ("paused", 10)
    assert operation.failed == isolation.HOPELESS
    assert operation.state_note.startswith("Held: row after row fails")


def test_rows_side_by_side_do_not_hold_what_works_elsewhere(committed_db, redis_server):
    rows = make.errors(60)
    broken.poison(rows[10:30], RAISED.format("53100"))
    operation = broken.running(rows)

    runner.finish(operation)

    assert (operation.state, operation.applied, operation.failed) == ("done", 40, 20)


@pytest.mark.parametrize(
    "act",
    [
        "PERFORM pg_terminate_backend(pg_backend_pid())",
        RAISED.format("40001"),
        RAISED.format("40P01"),
        RAISED.format("57P01"),
    ],
)
def test_what_no_row_can_cause_fails_none_and_is_done_once_it_has_passed(
    committed_db, redis_server, act
):
    rows = make.errors(10)
    broken.poison([rows[4]], act)
    operation = broken.running(rows)
    with pytest.raises(DatabaseError):
        runner.finish(operation)
    connection.close()
    operation.refresh_from_db()
    untouched = operation.state, operation.accounted

    broken.cure()
    runner.finish(operation)

    assert untouched == ("running", 0)
    assert (operation.state, operation.applied) == ("done", 10)


def test_what_fails_for_every_row_ends_with_all_of_them_failed(committed_db, redis_server):
    """A trigger of statements refuses whatever comes, also where no row is left to come."""
    operation = broken.running(make.errors(3))
    with broken.owner() as other:
        other.execute(
            "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never'; END $$"
        )
        other.execute(
            "CREATE TRIGGER never BEFORE UPDATE ON governance_huberror EXECUTE FUNCTION never()"
        )

    runner.finish(operation)

    operation.refresh_from_db()
    assert (operation.is_final, operation.failed, operation.applied) == (True, 3, 0)
    assert set(operation.items.values_list("outcome", "reason")) == {("failed", "never")}


def test_a_search_halves_what_fails_and_doubles_what_works():
    search = isolation.Search(16)

    search.failed(16)
    assert search.rows == 8
    search.worked(8)
    assert search.rows == 4
    search.failed(4)
    search.failed(2)
    assert search.rows == 1
    search.isolated()
    assert search.rows == 1
    search.worked(1)
    assert search.rows == 2
    search.worked(2)
    assert search.rows == 4


def test_a_search_for_what_takes_long_costs_few_tries_that_fail():
    search = isolation.Search(4096)
    bad, at, long_ones = 3000, 0, 0

    while search.suspects != 1:
        if at <= bad < at + search.rows:
            long_ones += 1
            search.failed(search.rows, share=isolation.MANY_PARTS)
        else:
            at += search.rows
            search.worked(search.rows)

    assert at == bad
    assert long_ones == 4
