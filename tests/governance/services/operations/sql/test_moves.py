"""Rows that move between queue and archive: nothing is lost on the way, and nothing stays behind."""

from datetime import timedelta

import pytest
from django.db import connection
from django.forms import model_to_dict

from governance.models import (
    ApprovalPolicy,
    ArchivedError,
    ErrorTable,
    Event,
    HubError,
    Operation,
)
from governance.services.operations import plans, runner, undos
from governance.services.operations.sql import moves
from tests import make

pytestmark = pytest.mark.django_db
KEPT = ("code", "message", "domain", "severity", "category", "retry_count", "details", "created_at")


@pytest.fixture(autouse=True)
def nobody_asks():
    """Archiving what blocks needs no second person here."""
    ApprovalPolicy.objects.update(is_active=False)


def moved(verb, rows, **asked) -> Operation:
    operation = plans.make(verb, errors=rows, by=make.triager(), **asked)
    runner.run(operation)
    return operation


def undone(operation: Operation) -> Operation:
    back = undos.plan(operation, by=operation.requester)
    runner.run(back)
    return back


def facts_of(row) -> dict:
    return {name: getattr(row, name) for name in KEPT}


def test_an_archived_row_is_the_live_one_with_facts_of_its_own():
    error = make.error(retry_count=2, details={"mx": []}, disposition="PARKED")

    operation = moved("archive", [error], reason="SUPERSEDED")

    row = ArchivedError.objects.get(pk=error.pk)
    assert not HubError.objects.exists()
    assert facts_of(row) == facts_of(error)
    assert (row.archived_by, row.archive_reason) == (operation.requester.username, "SUPERSEDED")
    assert (row.final_disposition, row.version) == ("PARKED", error.version + 1)
    retention = ErrorTable.objects.get(pk=make.CT).retention
    assert row.retention_expires_at - row.archived_at == retention > timedelta(days=1)


def test_a_restored_row_waits_for_a_retry_and_has_forgotten_why_it_was_closed():
    error = make.error(disposition="RESOLVED", resolution_note="once")
    moved("archive", [error], reason="MANUAL")

    moved("restore", ArchivedError.objects.all())

    row = HubError.objects.get(pk=error.pk)
    assert not ArchivedError.objects.exists()
    assert facts_of(row) == facts_of(error)
    assert (row.disposition, row.resolution_note, row.resolved_at) == ("RETRY", None, None)


def test_where_a_table_does_not_allow_retry_a_row_comes_back_as_the_table_files_it():
    archived = make.archived(make.LOG)
    table = ErrorTable.objects.get(pk=make.LOG)
    assert "RETRY" not in table.allowed_dispositions

    moved("restore", [archived])

    assert HubError.objects.get().disposition == table.default_disposition


def test_taking_an_archiving_back_gives_the_row_its_former_state():
    error = make.error(disposition="PARKED", park_reason="EXTERNAL_DEPENDENCY", owner="Somebody")
    before = model_to_dict(error)

    undone(moved("archive", [error], reason="MANUAL"))

    after = model_to_dict(HubError.objects.get(pk=error.pk))
    assert after["version"] == before["version"] + 2
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"version", "updated_at"}


def test_taking_a_restore_back_gives_the_archive_its_facts_again():
    archived = make.archived(archive_reason="SUPERSEDED", archived_by="somebody")

    undone(moved("restore", [archived]))

    row = ArchivedError.objects.get(pk=archived.pk)
    assert not HubError.objects.exists()
    for name in moves.ARCHIVE_FACTS:
        assert getattr(row, name) == getattr(archived, name)


def test_a_row_goes_back_and_forth_as_often_as_its_time_ends():
    error = make.error(details={"mx": []})

    for _ in range(2):
        moved("archive", HubError.objects.all(), reason="SUPERSEDED")
        assert (HubError.objects.count(), ArchivedError.objects.count()) == (0, 1)
        moved("restore", ArchivedError.objects.all())
        assert (HubError.objects.count(), ArchivedError.objects.count()) == (1, 0)

    row = HubError.objects.get(pk=error.pk)
    assert facts_of(row) == facts_of(error)
    assert row.version == error.version + 4


def test_what_came_anew_under_an_archived_id_takes_its_place_and_the_former_row_is_kept():
    former = make.archived(message="as it was", archived_by="somebody")
    error = make.error(id=former.pk, message="as it came again")

    operation = moved("archive", [error], reason="MANUAL")

    row = ArchivedError.objects.get(pk=former.pk)
    assert not HubError.objects.exists()
    assert (operation.applied, operation.skipped, operation.failed) == (1, 0, 0)
    assert (row.message, row.archived_by) == ("as it came again", operation.requester.username)
    kept = Event.objects.get(subject_id=former.pk, before__isnull=False).before
    assert (kept["message"], kept["archived_by"]) == ("as it was", "somebody")


def test_the_archive_has_every_column_of_the_live_errors_and_none_is_narrower():
    """Asked of the catalog, so that it holds for columns of later versions too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT l.attname, format_type(l.atttypid, l.atttypmod),
                format_type(a.atttypid, a.atttypmod), l.attnotnull, a.attnotnull
            FROM pg_attribute l LEFT JOIN pg_attribute a
                ON a.attrelid = 'governance_archivederror'::regclass AND a.attname = l.attname
                AND NOT a.attisdropped
            WHERE l.attrelid = 'governance_huberror'::regclass
                AND l.attnum > 0 AND NOT l.attisdropped"""
        )
        columns = cursor.fetchall()

    assert len(columns) > 30
    assert [name for name, live, kept, *_ in columns if live != kept] == []
    asked = {name for name, _, _, always, asked in columns if asked and not always}
    assert asked <= set(moves.ARCHIVE_FACTS)
    own = {name for name, *_ in columns} - {*moves.MOVED, "version"}
    assert own <= set(moves.ARCHIVE_FACTS)


def test_every_way_between_the_subjects_has_its_statement():
    assert {
        ("error", "archive"): moves.archive,
        ("archive", "error"): moves.restore,
    } == moves.WAYS
    assert "version" not in moves.MOVED
    assert set(moves.UNDONE_BY_RESTORE) <= set(moves.MOVED)
