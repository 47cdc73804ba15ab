"""Exports of 1,000,000 readiness rows against COPY of the same rows, in paired rounds; memory by the system's own count."""

import statistics
import time

import pytest
from django.db import connection
from psycopg import sql

from governance.resources.exports import EXPORTS
from outreach_admin.lists.files import copies, streams
from tests import spent

pytestmark = pytest.mark.bench
ROUNDS = 3
ROWS = 1_000_000
SPINE = """INSERT INTO governance_outreach (outreach_id, sovereign_id, domain, created_at, updated_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 'company' || n || '.example', now(), now() FROM generate_series(1, %s) n"""
COMPANIES = """INSERT INTO governance_companymaster (company_unique_id, outreach_id, company_name)
    SELECT 'CO-' || outreach_id, outreach_id, initcap(replace(domain, '.example', ' Incorporated')) FROM governance_outreach"""


@pytest.fixture
def million(committed_db) -> None:
    """A million companies with their maintained rows."""
    with connection.cursor() as cursor:
        cursor.execute(SPINE, [ROWS])
        cursor.execute(COMPANIES)
        cursor.execute(
            "ANALYZE governance_outreach, governance_companymaster, governance_readiness"
        )


def copied() -> float:
    """Seconds of a plain COPY of the same columns in the same order, read to its end."""
    export = EXPORTS["readiness"]
    rows = export.rows(export.from_text(""))
    started = time.perf_counter()
    with streams.snapshot() as cursor:
        plain = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT csv, HEADER)").format(
            copies.ordered(rows, copies.bound(cursor, rows))
        )
        with cursor.copy(plain) as copy:
            for _ in copy:
                pass
    return time.perf_counter() - started


def streamed(format: str) -> float:
    """Seconds of our export, count and header included, read to its end."""
    export = EXPORTS["readiness"]
    started = time.perf_counter()
    stream = export.stream(export.from_text(""), format)
    for _ in stream.blocks:
        pass
    assert stream.rows == ROWS
    return time.perf_counter() - started


def test_a_million_rows_cost_at_most_two_and_a_half_times_copy(million):
    rounds = [(copied(), streamed("csv"), streamed("json")) for _ in range(ROUNDS)]

    plain, table, objects = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"\nexport of {ROWS:,} rows: COPY {plain:.2f} s, CSV {table:.2f} s ({ROWS / table:,.0f} rows/s), JSON {objects:.2f} s ({ROWS / objects:,.0f} rows/s)"
    )
    print(f"ratio to COPY: CSV {table / plain:.2f}, JSON {objects / plain:.2f} (target 2.5)")
    assert table / plain <= 2.5
    assert objects / plain <= 2.5


def test_a_million_rows_take_no_more_memory_than_none(million, tmp_path):
    none = spent.by(
        "manage.py",
        "export",
        "readiness",
        "--output",
        str(tmp_path / "none.csv"),
        "--filter",
        "tier=TIER_3_CAMPAIGN_READY",
    )
    for kind in ("csv", "json"):
        all_rows = spent.by(
            "manage.py", "export", "readiness", "--format", kind, "--output", str(tmp_path / "all")
        )
        print(
            f"\n{kind} of {ROWS:,} rows: {all_rows.seconds:.1f} s, peak {all_rows.megabytes:.0f} MB (without rows {none.megabytes:.0f} MB)"
        )
        assert all_rows.megabytes - none.megabytes < 16
