"""Every error that came is live, archived or purged, whoever moved or deleted it; the alarm says where not."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.models import (
    ArchivedError,
    ErrorTally,
    HubError,
    PurgeManifest,
    ReconciliationCheck,
)
from governance.queries.archives import accounts as found
from governance.services import counters
from governance.services.archives import accounts
from governance.services.operations import runner, undos
from tests import make, owner
from tests.governance.services.operations.sql.test_moves import moved

pytestmark = pytest.mark.django_db
MOVE = """WITH gone AS (DELETE FROM governance_archivederror RETURNING *)
    INSERT INTO governance_huberror ({0}, disposition) SELECT {0}, 'RETRY' FROM gone"""
OWN = ("disposition", "archived_at")
COLUMNS = ", ".join(f.column for f in HubError._meta.concrete_fields if f.name not in OWN)


def plain(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def account(table: str = make.URL) -> tuple[int, int, int, int]:
    """Live, archived, purged, created: by counters, and exactly."""
    by_counters, exactly = (
        next(one for one in found.of_tables(exact=exact) if one.error_table == table)
        for exact in (False, True)
    )
    assert by_counters == exactly
    assert exactly.balances
    return exactly.live, exactly.archived, exactly.purged, exactly.created


def test_operations_moves_deletions_and_plain_sql_add_up():
    errors = make.errors(4, make.URL)
    assert account() == (4, 0, 0, 4)

    archiving = moved("archive", errors[:3], reason="MANUAL")
    assert account() == (1, 3, 0, 4)
    moved("restore", ArchivedError.objects.filter(pk=errors[0].pk))
    assert account() == (2, 2, 0, 4)
    runner.run(undos.plan(archiving, by=archiving.requester))
    assert account() == (4, 0, 0, 4)
    moved("archive", errors[:2], reason="MANUAL")
    plain("DELETE FROM governance_archivederror WHERE id = %s", errors[0].pk)
    assert account() == (2, 1, 1, 4)
    plain(MOVE.format(COLUMNS))
    assert account() == (3, 0, 1, 4)
    plain("DELETE FROM governance_huberror")
    assert account() == (0, 0, 4, 4)
    counters.fold()
    assert account() == (0, 0, 4, 4)
    assert ErrorTally.objects.filter(error_table=make.URL).count() == 1
    assert set(PurgeManifest.objects.values_list("place", "rows")) == {("archive", 1), ("queue", 3)}


def test_what_takes_the_place_of_an_archived_row_is_one_row_with_it():
    former = make.archived(make.URL)
    error = make.error(make.URL, id=former.pk)
    assert account() == (1, 1, 0, 2)

    moved("archive", [error], reason="MANUAL")

    assert account() == (0, 1, 0, 1)


def test_a_manifest_cannot_be_written_changed_or_deleted():
    make.error(make.URL)
    plain("DELETE FROM governance_huberror")

    for sql in (
        "UPDATE governance_purgemanifest SET rows = 2",
        "DELETE FROM governance_purgemanifest",
        "UPDATE governance_errortally SET created = 0",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|append-only"):
            plain(sql)


def test_the_account_is_one_query_whatever_the_number_of_tables(django_assert_num_queries):
    make.errors(3)

    with django_assert_num_queries(1):
        found.of_tables()
    with django_assert_num_queries(2):
        accounts.reconcile()


def test_a_check_of_its_own_is_exact_and_keeps_what_differs():
    accounts.reconcile_alone()

    check = ReconciliationCheck.objects.get()
    assert (check.is_exact, check.differing) == (True, {})
    assert check.at <= timezone.now()


def test_rows_that_vanish_behind_the_triggers_are_an_alarm_until_they_are_accounted_for(client):
    errors = make.errors(3, make.URL)
    client.force_login(make.viewer())
    plain("SET CONSTRAINTS ALL IMMEDIATE")

    owner.runs("ALTER TABLE governance_huberror DISABLE TRIGGER USER")
    plain("DELETE FROM governance_huberror WHERE id = %s", errors[0].pk)
    owner.runs("ALTER TABLE governance_huberror ENABLE TRIGGER USER")
    # the counters have not noticed either
    assert accounts.reconcile(exact=False).differing == {}
    assert accounts.reconcile().differing == {make.URL: 1}

    said = f"errors that are not accounted for: {make.URL} lacks 1 row"
    with connection.cursor() as cursor:
        assert found.problem(cursor) == said
    assert said[1:] in client.get("/").content.decode()
    owner.runs("SELECT governance.recount_errortally()")
    accounts.reconcile()
    with connection.cursor() as cursor:
        assert found.problem(cursor) == ""
