"""Every statement of the seed's documents that is SQL for these schemas runs, and does what it says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import Disposition, HubError
from tests import make
from tests.governance.sql.surface.asked import changed, rows, value

pytestmark = pytest.mark.django_db
# Source: seed 'Enforcement Implementation Summary', 4 and 5; 'Ops Backlog Cleanup Report', recommendations
CALLS = (
    "SELECT * FROM shq.fn_run_error_governance_jobs();",
    "SELECT * FROM shq.fn_cleanup_expired_archives();",
    "SELECT * FROM shq.vw_error_governance_summary;",
    "SELECT * FROM shq.vw_blocking_errors_by_outreach;",
    "SELECT * FROM shq.vw_promotion_readiness WHERE outreach_id = '{id}';",
    "SELECT * FROM shq.vw_promotion_readiness_summary;",
)
# Source: the same, 6
BY_STATUS = (
    "UPDATE outreach.dol_errors SET disposition = 'RETRY' WHERE resolved_at IS NULL AND disposition IS NULL;",
    "UPDATE outreach.dol_errors SET disposition = 'RESOLVED' WHERE resolved_at IS NOT NULL AND disposition IS NULL;",
)
BY_CODE = (
    "UPDATE outreach.dol_errors SET ttl_tier = 'SHORT' WHERE failure_code IN ('RATE_LIMIT', 'TIMEOUT');",
    "UPDATE outreach.dol_errors SET ttl_tier = 'MEDIUM' WHERE failure_code IN ('VALIDATION_ERROR', 'MISSING_DATA');",
)
EXHAUSTED = """UPDATE outreach.dol_errors
SET retry_exhausted = TRUE,
    disposition = 'PARKED',
    parked_at = NOW(),
    parked_by = 'backfill',
    park_reason = 'MAX_RETRIES_EXCEEDED'
WHERE retry_count >= max_retries AND disposition = 'RETRY';"""


@pytest.mark.parametrize("statement", CALLS)
def test_each_call_answers_with_rows(statement):
    error = make.error(make.DOL, outreach=make.outreach())

    assert rows(statement.format(id=error.outreach_id))


def test_no_error_is_without_a_disposition():
    make.errors(2, make.DOL)

    assert [changed(statement) for statement in BY_STATUS] == [0, 0]


def test_tiers_follow_the_code():
    short = make.error(make.DOL, code="RATE_LIMIT")
    kept = make.error(make.DOL, code="MISSING_DATA", ttl_tier="LONG")

    assert [changed(statement) for statement in BY_CODE] == [1, 1]

    short.refresh_from_db()
    kept.refresh_from_db()
    assert (short.ttl_tier, kept.ttl_tier) == ("SHORT", "MEDIUM")
    assert short.expires_at - short.created_at == timedelta(days=7)


def test_exhausted_retries_are_parked():
    make.error(make.DOL)
    error = make.error(make.DOL, retry_count=5)

    assert changed(EXHAUSTED) == 1

    error.refresh_from_db()
    assert (error.disposition, error.parked_by, error.retry_exhausted) == (
        Disposition.PARKED,
        "backfill",
        True,
    )
    assert timezone.now() - error.parked_at < timedelta(minutes=1)
    assert value("SELECT count(*) FROM outreach.dol_errors WHERE disposition = 'PARKED'") == 1
    assert HubError.objects.filter(disposition="RETRY").count() == 1
