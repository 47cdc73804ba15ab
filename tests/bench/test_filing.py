"""Filing 10,000 errors by one statement of plain SQL, with all its triggers."""

import statistics
import time

import psycopg
import pytest

from tests.bench.backlogs import MILLION, backlog
from tests.bench.visits import stretch
from tests.servers import RUNNING, SERVERS

pytestmark = pytest.mark.bench
ROWS = 10_000
ROUNDS = 5
ROWS_A_SECOND = 6_000
INCOMING = (
    f"CREATE TEMP TABLE incoming AS SELECT * FROM governance_huberror ORDER BY id LIMIT {ROWS}"
)
# words that differ from row to row, as those of a pipeline do
FILE = """INSERT INTO governance_huberror
    (id, error_table, outreach_id, domain, code, message, details)
    SELECT gen_random_uuid(), error_table, outreach_id, domain, code,
        format('%s after %s ms, attempt %s of worker-%s',
            message, (random() * 1000)::int, (random() * 9)::int, left(md5(id::text), 6)),
        details
    FROM incoming"""


def filed() -> float:
    """File the rows as the running role; the seconds to the end of the commit."""
    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as database:
        database.execute(INCOMING)
        database.commit()
        started = time.perf_counter()
        rows = database.execute(FILE).rowcount
        database.commit()
        seconds = time.perf_counter() - started
    assert rows == ROWS
    return seconds


@pytest.mark.parametrize("scale", [1, MILLION])
def test_filing_by_plain_sql_takes_six_thousand_errors_a_second(
    django_db_setup, django_db_blocker, scale
):
    with django_db_blocker.unblock(), backlog(scale):
        rounds = [filed() for _ in range(ROUNDS)]
    seconds = statistics.median(rounds)

    print(
        f"\nfiling {ROWS:,} errors beside {scale} x 77,545: {seconds:.2f} s, "
        f"{ROWS / seconds:,.0f} rows/s (target {ROWS_A_SECOND:,})"
    )
    print("rounds:", "  ".join(f"{one:.2f}" for one in rounds))
    assert ROWS / seconds >= ROWS_A_SECOND / stretch()
