"""All runs of an entity, a page at a time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from enrichment.queries.entity import stories
from outreach_admin.exceptions import BadRequest
from tests import make, owner

pytestmark = pytest.mark.django_db
IRONCLAD = ("company", "ironclad.com")


def test_pages_hold_every_run_once_however_many_began_at_one_moment():
    workflow, now = make.workflow(), timezone.now()
    for n in range(7):
        at = now - timedelta(hours=n // 3)
        make.run("failed", workflow=workflow, entity_key="ironclad.com", ran_at=at)
    make.run("failed", workflow=workflow, entity_key="other.example")
    found, mark = [], ""

    while True:
        page = stories.of(*IRONCLAD, after=mark, most=2)
        found += page.runs
        assert page.total == 7
        mark = page.after
        if not mark:
            break

    assert len(found) == len({run.pk for run in found}) == 7
    assert found == sorted(found, key=lambda run: (run.ran_at, run.pk), reverse=True)


def test_who_has_no_run_has_no_story():
    assert stories.of(*IRONCLAD) == stories.Story([])


@pytest.mark.parametrize("mark", ["x", "2026-1", "\0", "20260101T000000.000000-zz"])
def test_a_broken_mark_is_refused(mark):
    with pytest.raises(BadRequest):
        stories.of(*IRONCLAD, after=mark)


def test_runs_are_read_by_the_index_of_their_entity():
    run = make.run(entity_key="ironclad.com")
    rows = """INSERT INTO enrichment_run
        (workflow_id, entity_type, entity_key, raw_key, status, source, trigger, completed_at, layers, error_class, error_text)
        SELECT %s, 'company', 'c' || n || '.example', '', 'completed', '', 'request', now(), '{}', '', ''
        FROM generate_series(1, 3000) n"""
    with connection.cursor() as cursor:
        cursor.execute(rows, [run.workflow_id])
    owner.runs("ANALYZE enrichment_run")
    with connection.cursor() as cursor:
        cursor.execute(
            """EXPLAIN SELECT * FROM enrichment_run WHERE entity_type = 'company'
            AND entity_key = 'ironclad.com' ORDER BY ran_at DESC, id DESC LIMIT 21"""
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "run_entity" in plan
