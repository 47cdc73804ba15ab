"""The history grows by no more than the README states."""

import re
from collections.abc import Callable

import pytest
from django.db import connection

from governance.models import Event, HubError
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner
from tests import make
from tests.servers import ROOT

ROWS = 2_000
DETAILS = """jsonb_build_object('raw_input', jsonb_build_object('domain', 'company.example',
    'stage', 'M1', 'mx', '[]'::jsonb, 'resolver', '192.0.2.53', 'rcode', 'NXDOMAIN'),
    'blocking_reason', 'mail cannot reach the company', 'retry_allowed', true,
    'stack_trace', 'imo.stages.mx:88 NoMailServer: company.example')"""
NEW = f"""INSERT INTO governance_huberror (id, error_table, outreach_id, domain, code, message, details)
    SELECT gen_random_uuid(), '{make.CT}', gen_random_uuid(), 'company' || n || '.example',
        'CT-M-NO-MX', 'company' || n || '.example has no mail server', {DETAILS}
    FROM generate_series(1, {ROWS}) n"""


def stated(what: str) -> int:
    """Read a line of the README's table."""
    found = re.search(
        rf"^\| {what}.* \| ([\d,]+) \|$", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    return int(found[1].replace(",", ""))


def plain(statement: str) -> Callable[[], None]:
    def execute() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return execute


def operated() -> None:
    rows = HubError.objects.all()
    by = make.triager()
    operation = plans.make("park", rows=rows, by=by, reason="DATA_QUALITY")
    votes.approve(requests.make(operation, by=by), by=make.manager())
    operation.refresh_from_db()
    runner.run(operation)


def grown(change: Callable[[], None]) -> tuple[int, float]:
    """Events that a change wrote, and what the history grew by for each row."""
    size = "SELECT pg_total_relation_size('governance_event')"
    with connection.cursor() as cursor:
        cursor.execute(size)
        before, events = cursor.fetchone()[0], Event.objects.count()
        change()
        cursor.execute(size)
        return Event.objects.count() - events, (cursor.fetchone()[0] - before) / ROWS


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("comes in new", plain(NEW)),
        ("is changed by an operation", operated),
        ("is changed by plain SQL", plain("UPDATE governance_huberror SET owner = 'x'")),
    ],
)
def test_a_row_adds_no_more_to_the_history_than_is_stated(committed_db, what, change):
    if what != "comes in new":
        plain(NEW)()

    events, size = grown(change)

    assert events >= ROWS
    assert stated(what) / 3 < size <= stated(what)


def test_rows_that_are_written_as_they_were_add_nothing(committed_db):
    plain(NEW)()

    assert stated("is written as it was") == 0
    assert grown(plain("UPDATE governance_huberror SET owner = owner")) == (0, 0)
