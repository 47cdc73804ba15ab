"""The cleanup of 35,197 errors against the same change as hand-written SQL, in paired rounds."""

import statistics
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection

from governance.models import Operation, Playbook
from governance.services.approvals import requests, votes
from governance.services.operations import runner
from governance.services.playbooks import run_plans
from outreach_admin.db.roles import as_owner
from tests.bench.backlogs import MILLION, backlog
from tests.bench.visits import stretch
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.bench
ROUNDS = 5
ERRORS = 35_197
ROWS_A_SECOND, HALF_A_MILLION = 20_000, 12_365
# what is left beyond hand-written SQL: docs/decisions.md
RATIO, AT_MOST = 1.2, 1.5
# of the pace measured before
WITHIN = 0.9
PARK = "disposition = 'PARKED', parked_at = now(), parked_by = 'ops', park_reason = '{reason}'"
RETRY = (
    "retry_count = retry_count + 1, last_retry_at = now(), "
    "next_retry_at = now() + least((retry_count + 1) * 300 * (0.9 + 0.2 * random()), 3600) * interval '1 second'"
)
RULES = [
    (
        "outreach.dol_errors",
        "code IN ('NO_MATCH', 'NO_STATE')",
        "PARK",
        PARK.format(reason="STRUCTURAL_NO_DOL_MATCH"),
    ),
    (
        "outreach.company_target_errors",
        "code = 'CT-M-NO-MX' AND retry_count >= 2",
        "PARK",
        PARK.format(reason="NO_MX_AFTER_RETRIES"),
    ),
    (
        "outreach.company_target_errors",
        "code = 'CT-M-NO-MX' AND last_retry_at IS DISTINCT FROM now()",
        "RETRY",
        RETRY,
    ),
    ("people.people_errors", "retry_count >= 2", "PARK", PARK.format(reason="RETRIES_EXHAUSTED")),
    ("people.people_errors", "true", "RETRY", RETRY),
]
AUDIT = """CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),
    action text NOT NULL, entity_type text NOT NULL, entity_id uuid NOT NULL, details jsonb NOT NULL);
    CREATE INDEX audit_entity ON audit (entity_id, id)"""


def console(*, errors: int = ERRORS) -> float:
    """Run the playbook over that many errors; seconds from the claim of the first chunk to the last commit."""
    ops, manager = (User.objects.get(username=name) for name in ("ops", "manager"))
    run = run_plans.make(Playbook.objects.get(slug="ops-backlog-cleanup").current, by=ops)
    votes.approve(requests.make(run, by=ops), by=manager)
    started = time.perf_counter()
    while operation := Operation.objects.filter(playbook_run=run, state="running").first():
        runner.finish(operation)
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    assert run.state == "done"
    assert sum(run.operations.exclude(verb="reset").values_list("applied", flat=True)) == errors
    return seconds


def by_hand(*, chunk: int) -> float:
    """Make the same change with plain statements and one audit insert each; no trigger of ours runs."""
    with as_owner() as database, database.cursor() as cursor:
        cursor.execute(AUDIT)
        cursor.execute("ALTER TABLE governance_huberror DISABLE TRIGGER USER")
    seconds = 0.0
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as database:
        started = time.perf_counter()
        changed = sum(count for rule in RULES for count in _chunks(database, rule, chunk))
        seconds = time.perf_counter() - started
    assert changed == ERRORS
    return seconds


def _chunks(
    database: psycopg.Connection, rule: tuple[str, str, str, str], chunk: int
) -> Iterator[int]:
    table, condition, action, change = rule
    last = "00000000-0000-0000-0000-000000000000"
    count = chunk
    while count == chunk:
        count, last = database.execute(
            f"""WITH batch AS MATERIALIZED (
                SELECT id FROM governance_huberror WHERE error_table = %s AND disposition = 'RETRY' AND {condition} AND id > %s ORDER BY id LIMIT %s),
            changed AS (UPDATE governance_huberror e SET {change} FROM batch b WHERE e.id = b.id RETURNING e.*),
            noted AS (
                INSERT INTO audit (action, entity_type, entity_id, details)
                SELECT %s, error_table, id, jsonb_build_object('outreach_id', outreach_id, 'actor', 'ops', 'reason', park_reason, 'retry_count', retry_count,
                    'next_retry_at', next_retry_at) FROM changed)
            SELECT count(*), (SELECT id FROM batch ORDER BY id DESC LIMIT 1) FROM changed""",
            [table, last, chunk, action],
        ).fetchone()
        database.commit()
        yield count


def test_the_cleanup_costs_little_more_than_hand_written_sql(django_db_setup, django_db_blocker):
    rounds: list[tuple[float, float, float]] = []
    with django_db_blocker.unblock():
        for _ in range(ROUNDS):
            with backlog(1):
                ours = console()
            with backlog(1):
                chunked = by_hand(chunk=5000)
            with backlog(1):
                whole = by_hand(chunk=1_000_000)
            rounds.append((ours, chunked, whole))
    ours, chunked, whole = (statistics.median(column) for column in zip(*rounds, strict=True))
    # others use the machine: the two of one round meet the same of them
    ratio = statistics.median(ours / chunked for ours, chunked, _ in rounds)

    print(
        f"\ncleanup of {ERRORS:,}: {ours:.2f} s, {ERRORS / ours:,.0f} rows/s (target {ROWS_A_SECOND:,}); in chunks by hand {chunked:.2f} s, as one statement {whole:.2f} s"
    )
    print(
        f"ratio to chunks {ratio:.2f} (target {RATIO}), to one statement {ours / whole:.2f} (target 3)"
    )
    print(
        "rounds:",
        "  ".join(f"{a:.2f}/{b:.2f}/{c:.2f}" for a, b, c in rounds),
        f"PostgreSQL {connection.pg_version}",
    )
    assert ratio <= RATIO * AT_MOST
    assert ours / whole <= 3.0
    assert ERRORS / ours >= ROWS_A_SECOND / AT_MOST / stretch()


def test_half_a_million_errors_are_cleaned_up_at_the_same_pace(django_db_setup, django_db_blocker):
    errors = ERRORS * MILLION
    with django_db_blocker.unblock(), backlog(MILLION):
        seconds = console(errors=errors)

    print(
        f"\ncleanup of {errors:,}: {seconds:.1f} s, {errors / seconds:,.0f} rows/s (target {HALF_A_MILLION:,})"
    )
    assert errors / seconds >= WITHIN * HALF_A_MILLION / stretch()
