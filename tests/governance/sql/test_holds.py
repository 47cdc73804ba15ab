"""What is under legal hold, against every way to delete it: plain SQL, moves, plans of before, undo."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.models import ApprovalPolicy, ArchivedError, ErrorTable, HubError
from governance.services.files import imports
from governance.services.operations import plans, runner, undos
from tests import make
from tests.governance import facts
from tests.governance.services.files.uploads import checked
from tests.governance.services.operations.sql.test_moves import moved

pytestmark = pytest.mark.django_db
KEPT = "under legal hold since .* lift the hold first"
ALONE = "lifted by an operation that somebody else has agreed to"
TABLES = {"governance_huberror": make.error, "governance_archivederror": make.archived}


@pytest.fixture(autouse=True)
def nobody_asks():
    ApprovalPolicy.objects.exclude(name="LEGAL-HOLD").update(is_active=False)


def held(make_row=make.archived, **given):
    return make_row(held_at=timezone.now(), held_by="counsel", hold_reason="Matter 17", **given)


def plain(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize("table", TABLES)
def test_plain_sql_deletes_nothing_that_is_held(table):
    row, free = held(TABLES[table]), TABLES[table]()

    for where in ("id = %s", "id = %s OR true"):
        with pytest.raises(DatabaseError, match=KEPT):
            plain(f"DELETE FROM {table} WHERE {where}", row.pk)
    plain(f"DELETE FROM {table} WHERE id = %s", free.pk)

    assert list(type(row).objects.values_list("pk", flat=True)) == [row.pk]


@pytest.mark.parametrize("table", TABLES)
def test_plain_sql_lifts_no_hold_and_rewrites_none(table):
    row = held(TABLES[table])

    for change in (
        "held_at = NULL, held_by = NULL, hold_reason = NULL",
        "held_at = now()",
        "hold_reason = 'another'",
        "held_by = 'another'",
    ):
        with pytest.raises(DatabaseError, match=ALONE):
            plain(f"UPDATE {table} SET {change} WHERE id = %s", row.pk)

    plain(f"UPDATE {table} SET hold_reason = hold_reason, domain = 'a.example'")
    assert type(row).objects.get(pk=row.pk).hold_reason == "Matter 17"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change",
    ["held_at = now()", "held_by = 'x'", "held_at = now(), held_by = 'x', hold_reason = ''"],
)
def test_a_hold_is_whole_or_not_there(table, change):
    TABLES[table]()

    with pytest.raises(DatabaseError, match="hold_facts_paired"):
        plain(f"UPDATE {table} SET {change}")


def test_plain_sql_moves_a_held_row_only_with_its_hold():
    row = held()
    own = ("disposition", "archived_at")
    columns = [f.column for f in HubError._meta.concrete_fields if f.column not in own]
    listed = ", ".join(columns)
    move = """WITH gone AS (DELETE FROM governance_archivederror RETURNING *)
        INSERT INTO governance_huberror ({0}, disposition) SELECT {0}, 'RETRY' FROM gone"""
    without = ", ".join(
        name for name in columns if name not in ("held_at", "held_by", "hold_reason")
    )

    with pytest.raises(DatabaseError, match=KEPT):
        plain(move.format(without))
    plain(move.format(listed))

    assert HubError.objects.get(pk=row.pk).hold_reason == "Matter 17"


def test_a_hold_survives_archive_and_restore_and_their_undo():
    error = held(make.error)

    archiving = moved("archive", [error], reason="MANUAL")
    assert ArchivedError.objects.get().hold_reason == "Matter 17"
    runner.run(undos.plan(archiving, by=archiving.requester))
    assert HubError.objects.get().hold_reason == "Matter 17"
    moved("archive", HubError.objects.all(), reason="MANUAL")
    restoring = moved("restore", ArchivedError.objects.all())
    assert HubError.objects.get().hold_reason == "Matter 17"
    runner.run(undos.plan(restoring, by=restoring.requester))

    assert ArchivedError.objects.get().hold_reason == "Matter 17"


def test_a_plan_of_before_the_hold_leaves_the_row_alone():
    error = make.error()
    operation = plans.make("archive", errors=[error], by=make.triager(), reason="MANUAL")

    runner.run(plans.make("hold", errors=[error], by=make.triager(), reason="Matter 17"))
    runner.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "changed since plan")}


def test_nothing_takes_the_place_of_an_archived_row_that_is_held():
    former = held(message="as it was")
    error = make.error(id=former.pk)

    operation = plans.make("archive", errors=[error], by=make.triager(), reason="MANUAL")

    because = "an archived error of this id is under legal hold"
    assert facts.outcomes(operation) == {error.pk: ("skipped", because)}
    assert ArchivedError.objects.get().message == "as it was"


def test_a_hold_that_comes_while_a_twin_is_archived_makes_that_row_fail_alone():
    former = make.archived()
    error, other = make.error(id=former.pk), make.error()
    operation = plans.make("archive", errors=[error, other], by=make.triager(), reason="MANUAL")

    plain(
        """UPDATE governance_archivederror
        SET held_at = now(), held_by = 'counsel', hold_reason = 'Matter 17'"""
    )
    runner.run(operation)

    found = facts.outcomes(operation)
    assert found[other.pk] == ("applied", None)
    assert found[error.pk][0] == "failed"
    assert ALONE in found[error.pk][1]
    assert HubError.objects.get().pk == error.pk


def test_the_seeds_views_delete_nothing_that_is_held_and_archive_it_with_its_hold():
    row = held(make.error, table=make.DOL)

    with pytest.raises(DatabaseError, match=KEPT):
        plain("DELETE FROM outreach.dol_errors WHERE error_id = %s", row.pk)
    plain("UPDATE outreach.dol_errors SET disposition = 'ARCHIVED' WHERE error_id = %s", row.pk)
    with pytest.raises(DatabaseError, match="kept as they are"):
        plain("DELETE FROM outreach.dol_errors_archive WHERE error_id = %s", row.pk)

    assert ArchivedError.objects.get().hold_reason == "Matter 17"


def test_a_row_that_was_restored_is_as_held_as_before():
    row = held(retention_expires_at=timezone.now())
    moved("restore", [row])

    with pytest.raises(DatabaseError, match=KEPT):
        plain("DELETE FROM governance_huberror WHERE id = %s", row.pk)
    moved("archive", HubError.objects.all(), reason="MANUAL")
    ArchivedError.objects.update(retention_expires_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(deleted) FROM governance.purge_archives(now())")
        assert cursor.fetchone() == (0,)

    assert ArchivedError.objects.get().hold_reason == "Matter 17"


@pytest.mark.parametrize("is_planned_before", [True, False])
def test_undoing_an_import_deletes_no_row_that_is_held(is_planned_before):
    by = make.triager()
    operation = imports.plan(checked(by, 2), by=by)
    runner.run(operation)
    row = HubError.objects.order_by("pk").first()

    back = undos.plan(operation, by=by) if is_planned_before else None
    runner.run(plans.make("hold", errors=[row], by=by, reason="Matter 17"))
    back = back or undos.plan(operation, by=by)
    runner.run(back)

    assert facts.outcomes(back)[row.pk][0] == "skipped"
    assert HubError.objects.get().hold_reason == "Matter 17"


def test_a_held_row_outlives_its_company():
    company = make.outreach()
    live, kept = held(make.error, outreach=company), held(outreach=company)

    plain("DELETE FROM governance_outreach WHERE outreach_id = %s", company.pk)

    assert HubError.objects.get() == live
    assert ArchivedError.objects.get() == kept


def test_a_cascade_stops_at_a_held_row():
    held(make.error)

    plain("SET CONSTRAINTS ALL IMMEDIATE")
    for sql, asked in (
        ("DELETE FROM governance_errortable WHERE name = %s", make.CT),
        ("DELETE FROM governance_hub WHERE id = %s", "HUB-COMPANY-TARGET"),
    ):
        with pytest.raises(DatabaseError, match="still referenced"):
            plain(sql, asked)
    with pytest.raises(DatabaseError, match=r"TRUNCATE refused|permission denied"):
        plain("TRUNCATE governance_huberror CASCADE")

    assert ErrorTable.objects.filter(name=make.CT).exists()
