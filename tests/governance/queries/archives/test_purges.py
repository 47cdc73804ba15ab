"""What has reached the end of its retention: counted by table and by what keeps it, through its index."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import PurgeConsent
from governance.queries.archives import purges
from tests import make
from tests.governance.sql.test_holds import held

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_rows_are_counted_to_delete_held_and_waiting():
    make.archived(retention_expires_at=AT)
    make.archived(retention_expires_at=AT + timedelta(seconds=1))
    make.archived(make.DOL, retention_expires_at=AT)
    held(retention_expires_at=AT)
    PurgeConsent.objects.filter(error_table=make.DOL).update(
        voided_at=timezone.now(), voided_by="somebody"
    )

    past = purges.past_retention(AT)

    assert past.deletable == {make.CT: 1}
    assert past.held == {make.CT: 1}
    assert past.waiting == {make.DOL: 1}


def test_it_reads_only_what_is_over():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'past_retention'")
        ((body,),) = cursor.fetchall()
        cursor.execute("EXPLAIN " + body.replace("<= at", "<= %s"), [AT])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "archive_retention" in plan


def test_what_the_seeds_function_would_delete_is_the_same():
    row = make.archived(retention_expires_at=AT)
    held(retention_expires_at=AT)

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, error_table FROM governance.purgeable(%s)", [AT])
        assert cursor.fetchall() == [(row.pk, make.CT)]
