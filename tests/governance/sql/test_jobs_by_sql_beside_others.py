"""The jobs of who has SQL alone, beside people at work: a row that changed since its selection stays as they left it."""

import threading
from datetime import timedelta

from django.utils import timezone

from governance.models import ArchivedError, HubError, JobRun, JobStep
from tests import make
from tests.governance.sql.test_concurrency import wait_until_blocked
from tests.governance.sql.test_purges_beside_others import connected

CHANGES = {
    "fn_archive_expired_errors": "ttl_tier = 'INFINITE'",
    "fn_auto_park_exhausted_retries": "disposition = 'RESOLVED', resolved_at = now()",
    "fn_escalate_stale_parked_errors": "disposition = 'RETRY'",
}


def errors_for_each() -> list[HubError]:
    now = timezone.now()
    three_days_ago = now - timedelta(days=3)
    return [
        make.error(created_at=now - timedelta(days=40)),
        make.error(retry_count=3),
        make.error(make.DOL, disposition="PARKED", parked_at=three_days_ago),
    ]


def test_what_somebody_changes_between_selection_and_its_turn_stays_as_they_left_it(committed_db):
    errors = errors_for_each()

    for (name, change), error in zip(CHANGES.items(), errors, strict=True):
        with connected() as person, connected() as running:
            person.execute(f"UPDATE governance_huberror SET {change} WHERE id = %s", [error.pk])
            work = threading.Thread(target=running.execute, args=[f"SELECT * FROM shq.{name}()"])
            work.start()
            wait_until_blocked(running.info.backend_pid)
            person.commit()
            work.join()
            running.commit()

    stand = [HubError.objects.get(pk=error.pk) for error in errors]
    assert [row.disposition for row in stand] == ["RETRY", "RESOLVED", "RETRY"]
    assert [row.escalation_level for row in stand] == [0, 0, 0]
    assert not ArchivedError.objects.exists()
    assert list(JobRun.objects.values_list("state", flat=True)) == ["done"] * 3
    assert sum(step.rows for step in JobStep.objects.all()) == 0
