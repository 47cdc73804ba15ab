"""A purge that meets people at work: who came first keeps his row, and nothing is listed that did not go."""

import threading
from datetime import timedelta

import psycopg
from django.db import connection
from django.utils import timezone

from governance.models import ArchivedError, Event, HubError, PurgeManifest
from governance.queries.archives import accounts
from governance.services.jobs import runs
from tests import make
from tests.governance.services.archives.test_accounts_of_any_story import COLUMNS
from tests.governance.sql.test_concurrency import wait_until_blocked, wait_until_blocking
from tests.servers import RUNNING, SERVERS

HOLD = """UPDATE governance_archivederror
    SET held_at = now(), held_by = 'counsel', hold_reason = 'Matter 17' WHERE id = %s"""
RESTORE = f"""WITH gone AS (DELETE FROM governance_archivederror WHERE id = %s RETURNING *)
    INSERT INTO governance_huberror ({COLUMNS}, disposition) SELECT {COLUMNS}, 'RETRY' FROM gone"""
PURGE = "SELECT sum(deleted) FROM governance.purge_archives(now())"

SHORTER = "UPDATE governance_errortable SET retention = interval '30 days' WHERE name = %s"
LATER = timedelta(days=2)
LEAVE_OUT = """UPDATE governance_schedule SET leaves_out = ARRAY[%s]
    WHERE job = 'weekly' AND ended_at IS NULL AND enforced_at IS NOT NULL"""


def connected() -> psycopg.Connection:
    return psycopg.connect(SERVERS.url(RUNNING, SERVERS.database))


def test_a_purge_passes_by_what_is_held_or_restored_while_it_waits(committed_db):
    over = timezone.now() - timedelta(days=1)
    kept, back, gone, late = (make.archived(retention_expires_at=over) for _ in range(4))
    deleted: list[int] = []

    with connected() as person, connected() as purger:
        person.execute(HOLD, [kept.pk])
        person.execute(RESTORE, [back.pk])
        work = threading.Thread(target=lambda: deleted.extend(purger.execute(PURGE).fetchone()))
        work.start()
        wait_until_blocked(purger.info.backend_pid)
        person.commit()
        work.join()
        # it has deleted, and has not committed yet: who comes now finds nothing to hold
        holding = threading.Thread(target=person.execute, args=[HOLD, [late.pk]])
        holding.start()
        wait_until_blocked(person.info.backend_pid)
        purger.commit()
        holding.join()

    assert deleted == [2]
    assert list(ArchivedError.objects.all()) == [kept]
    assert HubError.objects.get().pk == back.pk
    (listed,) = PurgeManifest.objects.all()
    assert set(listed.ids) == {gone.pk, late.pk}
    assert Event.objects.filter(action="PURGE").count() == 2
    assert all(one.balances for one in accounts.of_tables(exact=True))


def clean_up() -> None:
    """Run the job as a worker does, on a connection of its own."""
    try:
        runs.run("weekly", trigger="command", started_by="root")
    finally:
        connection.close()


def test_a_purge_waits_for_a_change_of_its_rules_and_a_change_for_the_purge(committed_db):
    over = timezone.now() - timedelta(days=1)
    tables = (make.CT, make.DOL, make.PEOPLE, make.LOG)
    shorter, left_out, by_job, goes = (
        make.archived(table, retention_expires_at=over) for table in tables
    )
    deleted: list[int] = []

    with connected() as person, connected() as purger:
        person.execute(SHORTER, [shorter.error_table_id])
        person.execute(LEAVE_OUT, [left_out.error_table_id])
        work = threading.Thread(target=lambda: deleted.extend(purger.execute(PURGE).fetchone()))
        ArchivedError.objects.filter(pk=by_job.pk).update(retention_expires_at=over + LATER)
        work.start()
        wait_until_blocked(purger.info.backend_pid)
        person.commit()
        work.join()
        changing = threading.Thread(target=person.execute, args=[SHORTER, [goes.error_table_id]])
        changing.start()
        wait_until_blocked(person.info.backend_pid)
        purger.commit()
        changing.join()
        person.commit()

        ArchivedError.objects.filter(pk=by_job.pk).update(retention_expires_at=over)
        person.execute(SHORTER, [by_job.error_table_id])
        job = threading.Thread(target=clean_up)
        job.start()
        wait_until_blocking(person.info.backend_pid)
        person.commit()
        job.join()

    assert deleted == [1]
    assert set(ArchivedError.objects.all()) == {shorter, left_out, by_job}
    assert list(PurgeManifest.objects.values_list("ids", flat=True)) == [[goes.pk]]
