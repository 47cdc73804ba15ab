"""Runs of before are inferred from when rows came into extracted tables."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from enrichment.models import Run, State
from enrichment.services import backfills
from outreach_admin.db.connections import apart
from tests import make, owner

pytestmark = pytest.mark.django_db
THEN = datetime(2024, 1, 15, 10, 30, tzinfo=UTC)
TABLE = "extracted.company_discovery"


def a_table(columns="domain text, created_at timestamptz"):
    role = connection.settings_dict["USER"]
    owner.runs("CREATE SCHEMA IF NOT EXISTS extracted")
    owner.runs(f"GRANT USAGE ON SCHEMA extracted TO {role}")
    owner.runs(f"DROP TABLE IF EXISTS {TABLE} CASCADE")
    owner.runs(f"CREATE TABLE {TABLE} ({columns})")
    owner.runs(f"GRANT SELECT, INSERT ON {TABLE} TO {role}")


def put(*rows):
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {TABLE} VALUES (%s, %s)", rows)


def a_workflow(**given):
    wanted = {"extracted_table": TABLE, "key_column": "domain"}
    return make.workflow(**wanted | given)


def inferred(*workflows, **how):
    return list(backfills.infer(workflows, **how))


def test_a_key_without_a_run_gets_one_of_when_its_rows_came():
    a_table()
    put(("https://www.Ironclad.com", THEN), ("ironclad.com", THEN + timedelta(days=1)))
    workflow = a_workflow()

    (told,) = inferred(workflow)

    run, state = Run.objects.get(), State.objects.get()
    assert (told.made, told.table, told.moment) == (1, TABLE, "created_at")
    assert (run.entity_key, run.status, run.trigger) == ("ironclad.com", "completed", "inferred")
    assert run.ran_at == run.completed_at == THEN + timedelta(days=1)
    assert (run.records_out, state.records_in_extracted, run.by) == (2, 2, None)


def test_what_has_a_run_is_left_alone_and_a_second_backfill_makes_nothing():
    a_table()
    put(("ironclad.com", THEN), ("other.com", THEN))
    workflow = a_workflow()
    make.run("cancelled", workflow=workflow, entity_key="ironclad.com")

    (first,) = inferred(workflow)
    (second,) = inferred(workflow)

    assert (first.made, first.had_runs) == (1, 1)
    assert (second.made, second.had_runs) == (0, 2)
    assert Run.objects.filter(trigger="inferred").get().entity_key == "other.com"


def test_keys_that_are_none_are_counted():
    a_table()
    future = timezone.now() + timedelta(days=9)
    put((None, THEN), ("", THEN), (" ", THEN), ("not a domain", THEN), ("a.com", None))
    put(("b.com", "infinity"), ("c.com", "0044-03-15 BC"), ("d.com", future))

    (told,) = inferred(a_workflow())

    assert (told.blank_keys, told.refused_keys, told.without_moment) == (3, 1, 3)
    assert told.made == 1
    assert Run.objects.get().completed_at <= timezone.now()


def test_a_rehearsal_makes_nothing_and_counts_the_same():
    a_table()
    put(("ironclad.com", THEN), ("other.com", THEN))
    workflow = a_workflow()

    (told,) = inferred(workflow, dry_run=True)
    assert (told.made, Run.objects.count()) == (2, 0)

    assert inferred(workflow)[0].made == 2


def test_keys_come_in_batches_and_none_is_lost(monkeypatch):
    monkeypatch.setattr(backfills, "BATCH", 3)
    a_table()
    put(*((f"company{n}.example", THEN) for n in range(10)), ("company3.example", THEN))

    (told,) = inferred(a_workflow())

    assert (told.keys, told.made) == (10, 10)
    assert Run.objects.get(entity_key="company3.example").records_out == 2


def test_who_begins_again_after_a_break_goes_on(monkeypatch):
    monkeypatch.setattr(backfills, "BATCH", 2)
    a_table()
    put(*((f"company{n}.example", THEN) for n in range(5)))
    workflow, write = a_workflow(), backfills._write
    calls = iter(range(9))

    def breaks(*given):
        if next(calls) == 1:
            raise KeyboardInterrupt
        return write(*given)

    monkeypatch.setattr(backfills, "_write", breaks)
    with pytest.raises(KeyboardInterrupt):
        inferred(workflow)
    assert Run.objects.count() == 2

    assert inferred(workflow)[0].made == 3


def test_another_column_tells_when_rows_came_where_there_is_no_created_at():
    a_table('domain text, "updated_at" date')
    put(("ironclad.com", THEN.date()))

    (told,) = inferred(a_workflow())

    assert told.moment == "updated_at"
    assert Run.objects.get().completed_at.date() == THEN.date()


@contextmanager
def another_session(statement, *given):
    """Let somebody else have done this in a transaction that goes on."""
    other = apart()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(statement, given)
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()


def test_of_two_at_once_the_later_one_makes_nothing():
    a_table()
    put(("ironclad.com", THEN))
    workflow = a_workflow()
    held = backfills.TURN.replace("pg_try_", "pg_")

    with another_session(held, workflow.pk):
        (overtaken,) = inferred(workflow)
        (counted,) = inferred(workflow, dry_run=True)

    assert (overtaken.made, overtaken.left) == (0, "Another backfill of it is under way.")
    assert (counted.made, counted.left) == (1, "")
    assert inferred(workflow)[0].made == 1


def test_what_somebody_else_holds_is_left_and_the_next_workflow_has_its_turn():
    a_table()
    put(("ironclad.com", THEN))
    second = a_workflow(workflow_name="second", extracted_table=None)

    with another_session("LOCK TABLE enrichment_run IN SHARE MODE"):
        held, asked = inferred(a_workflow(), second)

    assert (held.made, held.left[:15]) == (0, "Somebody writes")
    assert "names no extracted table" in asked.left


@pytest.mark.parametrize(
    ("columns", "given", "why"),
    [
        ("domain text", {}, "no column that tells when"),
        ("domain text, created_at text", {}, "no column that tells when"),
        ("created_at timestamptz", {}, "has no column “domain”"),
        ("domain text", {"extracted_table": "extracted.nothing"}, "has no table"),
        ("domain text", {"extracted_table": None}, "names no extracted table"),
        ("domain text", {"key_column": 'x"; DROP TABLE enrichment_run; --'}, "has no column"),
    ],
)
def test_a_workflow_without_anything_to_read_says_why(columns, given, why):
    a_table(columns)
    sound = a_workflow(workflow_name="sound", extracted_table=None)

    left, _ = inferred(a_workflow(**given), sound)

    assert why in left.left
    assert left.made == 0
