"""Every statement of the seed's documents that is SQL for these schemas runs, and does what it says."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from governance.models import Disposition, HubError
from outreach_admin.db import sqlfiles
from tests import make
from tests.governance.sql.surface.asked import changed, rows, value

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
DOCUMENTED = [
    text for text, _ in sqlfiles.statements((HERE / "seed.sql").read_text(), source="seed.sql")
]
CALLS = [text for text in DOCUMENTED if text.startswith("SELECT")]
*BY_STATUS, SHORT, MEDIUM, EXHAUSTED = (text for text in DOCUMENTED if text.startswith("UPDATE"))
ANYBODY = "uuid-here"


def test_no_statement_of_the_seed_is_left_out():
    assert (len(CALLS), len(BY_STATUS), len(DOCUMENTED)) == (7, 2, 12)


@pytest.mark.parametrize("statement", CALLS)
def test_each_call_answers_with_rows(statement):
    error = make.error(make.DOL, outreach=make.outreach())

    assert rows(statement.replace(ANYBODY, str(error.outreach_id)))


def test_no_error_is_without_a_disposition():
    make.errors(2, make.DOL)

    assert [changed(statement) for statement in BY_STATUS] == [0, 0]


def test_tiers_follow_the_code():
    short = make.error(make.DOL, code="RATE_LIMIT")
    kept = make.error(make.DOL, code="MISSING_DATA", ttl_tier="LONG")

    assert [changed(statement) for statement in (SHORT, MEDIUM)] == [1, 1]

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
