"""What a plan holds: lines that add up, a sample that everybody shares, rows wherever they are."""

import pytest
from django.db import connection

from governance.models import ArchivedError, CompanyTarget, HubError, Operation, OperationItem
from governance.queries.operations import outcomes
from governance.services.operations import plans, runner, steering, undos
from governance.verbs.registry import VERBS
from outreach_admin.lists import tallies
from tests import make

pytestmark = pytest.mark.django_db


def parking(rows, **given) -> Operation:
    return plans.make("park", errors=rows, by=make.triager(), **{"reason": "DATA_QUALITY"} | given)


def change(*rows: HubError) -> None:
    HubError.objects.filter(pk__in=[row.pk for row in rows]).update(owner="Somebody")


def lines(operation: Operation) -> list[tuple]:
    return [(line.outcome, line.reason, line.rows) for line in outcomes.by_reason(operation)]


def test_a_plan_is_listed_from_its_counters(django_assert_num_queries):
    operation = parking([*make.errors(3), *make.errors(2, disposition="PARKED"), make.error()])
    gone_by = Operation(state="done", planned=6, applied=4, skipped=2, refusals=operation.refusals)

    with django_assert_num_queries(0):
        found = [outcomes.by_reason.__wrapped__(one) for one in (operation, gone_by)]

    assert [[(line.outcome, line.reason, line.rows) for line in one] for one in found] == [
        [("skipped", "already parked", 2), ("planned", "", 4)],
        [("applied", "", 4), ("skipped", "already parked", 2)],
    ]


def test_reasons_that_came_up_while_it_ran_are_read_from_the_rows():
    rows = [*make.errors(4), make.error(disposition="PARKED")]
    operation = parking(rows)
    HubError.objects.filter(pk__in=[row.pk for row in rows[:2]]).update(owner="Somebody")
    runner.run(operation)

    assert lines(operation) == [
        ("applied", "", 2),
        ("skipped", "changed since plan", 2),
        ("skipped", "already parked", 1),
    ]


def test_a_running_operation_says_what_is_left():
    operation = parking(make.errors(5))
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=2)
    steering.start(operation, by=operation.requester)
    runner.run_chunk(operation.pk)
    operation.refresh_from_db()

    assert lines(operation) == [("applied", "", 2), ("planned", "", 3)]


@pytest.mark.parametrize("small", [1000, 0])
def test_a_sample_is_five_eligible_rows_and_the_same_for_every_reader(monkeypatch, small):
    monkeypatch.setattr(outcomes, "SMALL_PLAN", small)
    operation = parking([*make.errors(9), *make.errors(4, disposition="PARKED")])

    first, second = outcomes.sample(operation), outcomes.sample(operation)

    assert [one.row.pk for one in first] == [one.row.pk for one in second]
    assert len({one.row.pk for one in first}) == 5
    assert {(one.now, one.then) for one in first} == {("RETRY", "PARKED")}


def test_a_sample_of_few_rows_is_all_of_them():
    rows = make.errors(2)

    assert {one.row for one in outcomes.sample(parking(rows))} == set(rows)


def test_the_sample_of_an_undo_says_what_each_row_was():
    operation = plans.make(
        "resolve",
        errors=[make.error(disposition="PARKED"), make.error()],
        by=make.triager(),
        note="fixed",
    )
    runner.run(operation)

    found = outcomes.sample(undos.plan(operation, by=operation.requester))

    assert sorted((one.now, one.then) for one in found) == [
        ("RESOLVED", "PARKED"),
        ("RESOLVED", "RETRY"),
    ]


def test_rows_are_found_where_they_live_now_and_gone_ones_are_left_out():
    stays, moves, goes = make.errors(3, disposition="RESOLVED")
    operation = parking([stays, moves, goes])
    runner.run(plans.make("archive", errors=[moves], by=make.triager(), reason="MANUAL"))
    keys = [str(row.pk) for row in (moves, goes, stays)]
    goes.delete()

    found = outcomes.rows_of(operation, keys)

    assert list(found) == [str(moves.pk), str(stays.pk)]
    assert {key: outcomes.state_of(row, "disposition") for key, row in found.items()} == {
        str(moves.pk): "ARCHIVED",
        str(stays.pk): "RESOLVED",
    }


def test_what_is_not_stored_yet_is_new():
    assert outcomes.state_of(HubError(disposition="RETRY"), "disposition") == "new"


def test_overlaps_are_live_operations_over_the_same_rows_the_largest_first():
    rows = make.errors(4)
    mine, one, three = parking(rows), parking(rows[:1]), parking(rows[1:])
    parking(make.errors(2))
    discarded = parking(rows)
    steering.discard(discarded, by=discarded.requester)

    found = [(overlap.operation, overlap.rows) for overlap in outcomes.overlaps([mine])]

    assert found == [(three, 3), (one, 1)]


def test_plans_of_one_request_do_not_overlap_with_each_other():
    rows = make.errors(2)

    assert outcomes.overlaps([parking(rows), parking(rows)]) == []


def test_rows_changed_since_the_plans_are_counted_plan_by_plan():
    rows = make.errors(3)
    make.target()
    mine, whole = parking(rows), parking(make.errors(2))
    other = plans.make("reset", rows=CompanyTarget.objects.all(), by=make.triager())
    change(*rows[:2])
    rows[0].delete()
    CompanyTarget.objects.update(email_method="first.last")

    found = outcomes.moved_since([mine, whole, other])

    assert [(one.operation, one.rows, one.at_least) for one in found] == [
        (mine, 2, False),
        (other, 1, False),
    ]


def test_an_undo_asks_its_rows_where_they_went():
    rows = make.errors(2, make.LOG)
    done = plans.make("archive", errors=rows, by=make.triager(), reason="MANUAL")
    runner.run(done)
    undo = undos.plan(done, by=make.triager())

    assert outcomes.moved_since([undo]) == []
    ArchivedError.objects.filter(pk=rows[0].pk).update(owner="Somebody")
    assert [one.rows for one in outcomes.moved_since([undo])] == [1]


def test_where_counting_takes_too_long_the_first_rows_speak(monkeypatch):
    rows = make.errors(4)
    operation = parking(rows)
    change(*rows)
    monkeypatch.setattr(tallies, "AT_LEAST", 3)
    monkeypatch.setattr(tallies, "within", lambda seconds, read: None)

    found = outcomes.moved_since([operation])

    assert [(one.rows, one.at_least) for one in found] == [(3, True)]


def test_values_read_as_on_pages_also_those_from_json():
    assert outcomes.said(HubError, "owner", None) == "none"
    assert outcomes.said(HubError, "owner", "Platform team") == "Platform team"
    assert (
        outcomes.said(HubError, "expires_at", "2026-02-04T03:32:00+01:00")
        == "2026-02-04 02:32:00 UTC"
    )
    assert outcomes.said(HubError, "expires_at", "by policy") == "by policy"


def test_an_item_says_what_its_row_was_once_it_was_changed():
    assigned, verb = make.error(), VERBS["assign"]
    operation = plans.make("assign", errors=[assigned], by=make.triager(), owner="Platform team")
    assert outcomes.was(operation.items.get(), verb) == ""

    runner.run(operation)

    assert outcomes.was(operation.items.get(), verb) == assigned.owner
    assert outcomes.was(OperationItem(before={"owner": None}), verb) == "none"
    back = undos.plan(operation, by=operation.requester)
    assert [(one.now, one.then) for one in outcomes.sample(back)] == [
        ("Platform team", assigned.owner)
    ]


def test_overlaps_are_never_looked_up_row_by_row():
    """Before a new plan has statistics, its rows looked like one, and each was sought anew: 42 s."""
    rows = make.errors(3)
    mine, _ = parking(rows), parking(rows)
    allowed = []

    def note(execute, sql, params, many, context):
        if "theirs" in sql:
            with connection.cursor() as cursor:
                cursor.execute("SHOW enable_nestloop")
                allowed.append(cursor.fetchone()[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert [one.rows for one in outcomes.overlaps([mine])] == [3]

    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        assert (allowed, cursor.fetchone()[0]) == (["off"], "on")
