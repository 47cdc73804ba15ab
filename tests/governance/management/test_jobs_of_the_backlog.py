"""The daily jobs on the seed's backlog do what Python works out from the rows, once."""

import json
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from governance.models import ErrorTable, Event, HubError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("backlog")]
ARCHIVE, PARK, ESCALATE = (
    "archive_expired_errors",
    "auto_park_exhausted_retries",
    "escalate_stale_parked_errors",
)
DAYS = {"SHORT": 7, "MEDIUM": 30, "LONG": 90}
# what is left of the TTL decides; some rows live longer, some of these are exhausted, parked, or queued
SPREAD = """
    UPDATE governance_huberror SET ttl_tier = CASE abs(hashtext(id::text)) %% 3
        WHEN 0 THEN 'INFINITE' ELSE 'LONG' END
    WHERE error_table <> 'company.url_discovery_failures' AND abs(hashtext(id::text)) %% 10 < 2;
    UPDATE governance_huberror SET retry_count = max_retries,
        last_retry_at = %(now)s::timestamptz - interval '1 minute' * (abs(hashtext(id::text)) %% 9)
    WHERE ttl_tier <> 'MEDIUM' AND abs(hashtext(id::text)) %% 4 = 0
        AND error_table <> 'company.url_discovery_failures';
    UPDATE governance_huberror SET next_retry_at = NULL
    WHERE retry_count = max_retries AND abs(hashtext(id::text)) %% 3 > 0;
    UPDATE governance_huberror SET disposition = 'PARKED', parked_by = 'ops', park_reason = 'DATA_QUALITY',
        parked_at = %(now)s::timestamptz - interval '1 hour' * (abs(hashtext(id::text)) %% 240)
    WHERE ttl_tier <> 'MEDIUM' AND abs(hashtext(id::text)) %% 4 = 1
        AND error_table <> 'company.url_discovery_failures';
    UPDATE governance_huberror SET disposition = 'RETRY', retry_count = 1
    WHERE error_table = 'company.url_discovery_failures' AND abs(hashtext(id::text)) %% 50 = 0;"""


def printed(*words) -> dict[str, dict[str, int]]:
    out = StringIO()
    call_command("governance_jobs", "daily", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def level_of(row, at) -> int:
    age = at - row.parked_at
    if age > timedelta(days=7):
        return 3
    if age > timedelta(hours=48):
        return 2
    return int(age > timedelta(hours=24) or row.retry_count >= row.max_retries)


def job_of(row, at) -> str:
    """Which job takes a row, by the words of the policy."""
    expired = row.ttl_tier != "INFINITE" and at - row.created_at >= timedelta(
        days=DAYS[row.ttl_tier]
    )
    if expired:
        return ARCHIVE
    if row.disposition == "PARKED":
        return ESCALATE if level_of(row, at) > row.escalation_level else ""
    asked = row.last_retry_at and at - row.last_retry_at < timedelta(minutes=5)
    asked = asked or (row.next_retry_at and row.next_retry_at > at)
    used_up = row.retry_count >= row.max_retries and not asked
    return PARK if used_up and row.disposition == "RETRY" else ""


def test_the_daily_jobs_change_what_python_works_out_and_nothing_twice():
    at = HubError.objects.latest("created_at").created_at + timedelta(days=31)
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, {"now": at})
    tables_ = list(ErrorTable.objects.values_list("name", flat=True))
    wanted: dict[str, Counter[str]] = {ARCHIVE: Counter(), PARK: Counter(), ESCALATE: Counter()}
    for row in HubError.objects.only(
        *("error_table", "ttl_tier", "created_at", "disposition", "parked_at", "retry_count"),
        *("max_retries", "escalation_level", "last_retry_at", "next_retry_at"),
    ).iterator():
        if job := job_of(row, at):
            wanted[job][row.error_table_id] += 1
    last = Event.objects.latest("id").id

    dry, first, second = (
        printed("--now", at.isoformat(), *more) for more in (["--dry-run"], [], [])
    )

    found = {job: Counter(tables) for job, tables in first.items()}
    assert {job: +tables for job, tables in found.items()} == wanted
    assert dry == first
    assert min(sum(tables.values()) for tables in first.values()) > 300
    assert [sum(tables.values()) for tables in second.values()] == [0, 0, 0]
    changed = Event.objects.filter(id__gt=last, subject_type__in=tables_)
    assert changed.count() == sum(sum(tables.values()) for tables in first.values())
    assert changed.values("subject_id").distinct().count() == changed.count()
