"""A purge that meets people at work: who came first keeps his row, and nothing is listed that did not go."""

import threading
from datetime import timedelta

import psycopg
from django.utils import timezone

from governance.models import ArchivedError, Event, HubError, PurgeManifest
from governance.queries.archives import accounts
from tests import make
from tests.governance.services.archives.test_accounts_of_any_story import COLUMNS
from tests.governance.sql.test_concurrency import wait_until_blocked
from tests.servers import RUNNING, SERVERS

HOLD = """UPDATE governance_archivederror
    SET held_at = now(), held_by = 'counsel', hold_reason = 'Matter 17' WHERE id = %s"""
RESTORE = f"""WITH gone AS (DELETE FROM governance_archivederror WHERE id = %s RETURNING *)
    INSERT INTO governance_huberror ({COLUMNS}, disposition) SELECT {COLUMNS}, 'RETRY' FROM gone"""
PURGE = "SELECT sum(deleted) FROM governance.purge_archives(now())"


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
