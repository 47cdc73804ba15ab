"""Planning over 100,000 rows: what is frozen, hashed and counted, against a plain INSERT .. SELECT of the same rows."""

import statistics
import time

import psycopg
import pytest

from governance.models import HubError, Operation
from governance.services.operations import plans
from tests import make
from tests.bench.backlogs import backlog
from tests.bench.visits import stretch
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.bench
ROWS = 100_000
ROUNDS = 3
PLAIN = """INSERT INTO plain SELECT 1, id, version, 'planned', NULL FROM governance_huberror
    WHERE error_table = 'outreach.dol_errors' AND id <= (SELECT id FROM governance_huberror WHERE error_table = 'outreach.dol_errors' ORDER BY id OFFSET %s LIMIT 1)"""


def planned(ops) -> float:
    """Plan the parking of the rows; the seconds it took, with its counts and its effect on companies."""
    dol = HubError.objects.filter(error_table="outreach.dol_errors").order_by("pk")
    last = dol.values_list("pk", flat=True)[ROWS - 1]
    started = time.perf_counter()
    operation = plans.make(
        "park",
        rows=dol.filter(pk__lte=last),
        by=ops,
        filter="error_table=outreach.dol_errors",
        scope="all",
        reason="DATA_QUALITY",
    )
    seconds = time.perf_counter() - started
    assert (operation.eligible, operation.state) == (ROWS, Operation.State.PLANNED)
    return seconds


def copied() -> float:
    """Copy the same rows, bare, into a table with the same key."""
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database), autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS plain")
        database.execute(
            """CREATE TABLE plain (operation_id bigint, subject_id text COLLATE "C", version int,
            outcome text, reason text, PRIMARY KEY (operation_id, subject_id))"""
        )
        started = time.perf_counter()
        rows = database.execute(PLAIN, [ROWS - 1]).rowcount
        seconds = time.perf_counter() - started
    assert rows == ROWS
    return seconds


def test_planning_a_hundred_thousand_rows_takes_at_most_three_seconds(
    django_db_setup, django_db_blocker
):
    with django_db_blocker.unblock(), backlog(4):
        ops = make.triager()
        rounds = [(planned(ops), copied()) for _ in range(ROUNDS)]
    plan, plain = (statistics.median(column) for column in zip(*rounds, strict=True))

    print(
        f"\nplanning {ROWS:,} rows: {plan:.2f} s (target 3), {ROWS / plan:,.0f} rows/s; plain INSERT .. SELECT {plain:.2f} s, ratio {plan / plain:.1f}"
    )
    print("rounds:", "  ".join(f"{a:.2f}/{b:.2f}" for a, b in rounds))
    assert plan <= 3 * stretch()
