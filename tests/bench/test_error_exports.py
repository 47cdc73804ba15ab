"""Exports of a million rows: their pace against a bare COPY, and the memory of the process that sends them."""

import subprocess
import sys
import time

import psycopg
import pytest
from django.db import connection
from django.http import QueryDict

from governance.resources.exports import EXPORTS
from tests.bench.backlogs import MILLION, backlog
from tests.servers import ROOT, RUNNING, SERVERS

pytestmark = pytest.mark.bench
MOST_TIMES_COPY = 2.5
MOST_KB_MORE = 16_384
SMALL = "code=NO_STATE&code=CT-M-NO-MX"
# a process of its own sends what a request would send, and says what it took
SENDER = """
import sys, time
from pathlib import Path
import django
django.setup()
from django.http import QueryDict
from governance.resources.exports import EXPORTS
name, text, format = sys.argv[1:]
export = EXPORTS[name]
started = time.perf_counter()
stream = export.stream(export.filtered(QueryDict(text)), format)
sent = sum(len(block) for block in stream.blocks)
seconds = time.perf_counter() - started
# what getrusage says would include the parent's memory at the fork
peak = next(line.split()[1] for line in Path('/proc/self/status').read_text().splitlines() if line.startswith('VmHWM'))
print(stream.rows, sent, seconds, peak)
"""


@pytest.fixture(scope="module")
def million(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), backlog(MILLION):
        yield


def sent(name: str, filter: str, format: str) -> tuple[int, int, float, int]:
    """Export in a process of its own; rows, bytes, seconds, peak memory in kB."""
    command = [sys.executable, "-W", "ignore", "-c", SENDER, name, filter, format]
    words = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    return int(words[0]), int(words[1]), float(words[2]), int(words[3])


def bare(name: str) -> tuple[int, float]:
    """COPY the same columns of the same rows in the same order, nothing done to them; rows and seconds."""
    export = EXPORTS[name]
    rows = export.rows(export.filtered(QueryDict("")))
    order = ", ".join(
        f"{one.removeprefix('-')}{' DESC' if one.startswith('-') else ''}" for one in rows.order
    )
    query = connection.ops.compose_sql(rows.query, rows.params)
    with (
        psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as database,
        database.cursor() as cursor,
    ):
        started = time.perf_counter()
        with cursor.copy(
            f"COPY (SELECT * FROM ({query}) q ({', '.join(rows.columns)}) ORDER BY {order}) TO STDOUT (FORMAT csv, HEADER)"
        ) as copy:
            size = sum(len(block) for block in copy)
        return size, time.perf_counter() - started


@pytest.mark.parametrize("format", ["csv", "json"])
def test_an_export_of_everything_keeps_pace_with_copy(million, format):
    bytes_copied, plain = bare("errors")
    rows, bytes_sent, seconds, memory = sent("errors", "", format)

    print(
        f"\n{format} of {rows:,} errors: {seconds:.1f} s, {rows / seconds:,.0f} rows/s, {bytes_sent / 1e6:.0f} MB; "
        f"COPY {plain:.1f} s, {bytes_copied / 1e6:.0f} MB; ratio {seconds / plain:.2f} (target {MOST_TIMES_COPY}); peak memory {memory / 1024:.0f} MB"
    )
    # JSON names every column in every row: it is judged by what it writes
    assert seconds / plain <= MOST_TIMES_COPY * max(1, bytes_sent / bytes_copied)


@pytest.mark.parametrize("format", ["csv", "json"])
def test_a_million_rows_take_no_more_memory_than_a_hundred_thousand(million, format):
    few, _, _, small = sent("errors", SMALL, format)
    many, _, _, large = sent("errors", "", format)

    print(
        f"\npeak memory of {format}: {few:,} rows {small / 1024:.0f} MB, {many:,} rows {large / 1024:.0f} MB"
    )
    assert many > 1_000_000 > 5 * few
    assert large - small <= MOST_KB_MORE
