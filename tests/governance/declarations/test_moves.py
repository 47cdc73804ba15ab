"""Whoever archives an error comes to the same row: an operation, plain SQL, the jobs of who has SQL alone."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.declarations import moves
from governance.models import ApprovalPolicy, ArchivedError, Event, HubError, PurgeManifest
from governance.queries.archives import accounts
from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.django_db
# who did it and why is what they differ in; plain SQL changes the row before it moves
OWN = ("id", "version", "updated_at", "archived_at", "archived_by", "archive_reason")


@pytest.fixture(autouse=True)
def nobody_asks():
    ApprovalPolicy.objects.update(is_active=False)


def plain(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def by_operation(error: HubError) -> None:
    runner.run(plans.make("archive", errors=[error], by=make.triager(), reason="MANUAL"))


def by_update(error: HubError) -> None:
    plain("UPDATE governance_huberror SET disposition = 'ARCHIVED' WHERE id = %s", error.pk)


def by_keys(error: HubError) -> None:
    plain(
        "SELECT governance.archive_errors(ARRAY[%s]::uuid[], ARRAY[%s], 'MANUAL')",
        error.pk,
        error.version,
    )


# an operation is attributed until its transaction ends, so it comes last
WAYS = (by_update, by_keys, by_operation)


def facts_of(row: ArchivedError) -> dict:
    kept = {f.column: getattr(row, f.attname) for f in ArchivedError._meta.concrete_fields}
    until = row.retention_expires_at - row.archived_at
    return {name: kept[name] for name in kept if name not in OWN} | {"retention_expires_at": until}


def test_every_way_leaves_the_same_in_the_archive():
    at = timezone.now() - timedelta(days=3)
    given = {"disposition": "PARKED", "parked_at": at, "escalation_level": 1, "escalated_at": at}
    given |= {"outreach": make.outreach(), "domain": "a.example", "message": "no mail server"}
    found = []

    for way in WAYS:
        error = make.error(details={"mx": []}, created_at=at, retry_count=2, **given)
        way(error)
        found.append(facts_of(ArchivedError.objects.get(pk=error.pk)))

    assert found[0] == found[1] == found[2]
    assert found[0]["final_disposition"] == "PARKED"
    assert found[0]["parked_at"] == at
    assert not HubError.objects.exists()


@pytest.mark.parametrize("way", WAYS)
def test_every_way_takes_the_place_of_what_was_archived_by_that_id(way):
    former = make.archived(message="as it was")
    error = make.error(id=former.pk, message="as it came again")

    way(error)

    assert ArchivedError.objects.get().message == "as it came again"
    assert not HubError.objects.exists()
    kept = Event.objects.filter(subject_id=former.pk, before__isnull=False)
    assert "as it was" in [event.before["message"] for event in kept]


def test_a_held_twin_keeps_no_other_row_from_going_by_keys():
    former = make.archived(held_at=timezone.now(), held_by="counsel", hold_reason="Matter 17")
    stays, goes = make.error(id=former.pk), make.error()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT governance.archive_errors(%s::uuid[], %s, 'TTL_EXPIRED')",
            [[stays.pk, goes.pk], [stays.version, goes.version]],
        )
        assert cursor.fetchone() == (1,)

    assert list(HubError.objects.values_list("pk", flat=True)) == [stays.pk]
    assert set(ArchivedError.objects.values_list("pk", flat=True)) == {former.pk, goes.pk}


def read_in_full(table: str) -> int:
    """Rows of a table that this session has come by without an index and not reported yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = %s", [table]
        )
        return cursor.fetchone()[0]


def test_rows_move_and_go_by_key_although_the_archive_was_empty_when_it_was_analysed():
    ids = [make.error().pk for _ in range(30)]
    plain("SELECT tests.run('ANALYZE governance_archivederror')")
    read = {name: read_in_full(name) for name in (moves.LIVE, moves.ARCHIVE)}

    plain("SELECT governance.archive_errors(%s::uuid[], %s, 'MANUAL')", ids, [1] * 30)
    assert read_in_full(moves.ARCHIVE) == read[moves.ARCHIVE]

    plain("DELETE FROM governance_archivederror WHERE id = %s", ids[0])
    assert read_in_full(moves.LIVE) == read[moves.LIVE]


def test_what_a_row_takes_along_is_all_but_what_a_move_gives_it():
    columns = moves.columns_of(HubError)

    assert "version" not in columns
    assert not set(columns) & set(moves.ARCHIVE_FACTS)
    assert set(moves.PARKED_FACTS) < set(columns)


def twins() -> tuple[ArchivedError, HubError]:
    """An archived error, and another one that came since under its id."""
    former = make.archived(message="as it was")
    return former, make.error(id=former.pk, message="as it came again")


@pytest.mark.parametrize(
    ("table", "place", "action", "message"),
    [
        (moves.LIVE, "queue", "DELETE", "as it came again"),
        (moves.ARCHIVE, "archive", "PURGE", "as it was"),
    ],
)
def test_who_is_deleted_beside_a_twin_is_gone_and_not_moved(table, place, action, message):
    twin, _ = twins()

    plain(f"DELETE FROM {table} WHERE id = %s", twin.pk)

    event = Event.objects.filter(subject_id=twin.pk).latest("pk")
    assert (event.action, event.to_state, event.before["message"]) == (action, None, message)
    listed = PurgeManifest.objects.get()
    assert (listed.place, listed.ids) == (place, [twin.pk])
    (account,) = [one for one in accounts.of_tables(exact=True) if one.created]
    assert (account.purged, account.created, account.balances) == (1, 2, True)


@pytest.mark.parametrize("table", [moves.LIVE, moves.ARCHIVE])
def test_no_twin_with_the_same_hold_stands_for_a_held_row(table):
    twin, _ = twins()
    for held in (moves.LIVE, moves.ARCHIVE):
        plain(f"UPDATE {held} SET held_at = now(), held_by = 'x', hold_reason = 'Matter 17'")

    with pytest.raises(DatabaseError, match="under legal hold since"):
        plain(f"DELETE FROM {table} WHERE id = %s", twin.pk)


def test_what_makes_an_error_the_same_is_said_once_more_by_holds():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'refuse_deleting_held'")
        ((text,),) = cursor.fetchall()

    assert ", ".join(f"OLD.{name}" for name in moves.SAME) in text
