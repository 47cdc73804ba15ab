"""The seed's question: every active workflow once, states that sum, gaps with their reason."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from enrichment.keys import KeyRefused
from enrichment.models import Run, Workflow
from enrichment.queries import status
from tests import make

COMPANY = "company"


def states(answer):
    return {one["workflow_name"]: one["status"] for one in answer["enrichments"]}


def only(answer):
    (found,) = answer["enrichments"]
    return found


class TestSums(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from([*Run.Status, None]),
                st.booleans(),
                st.sampled_from([COMPANY, "person", None]),
            ),
            max_size=12,
        )
    )
    def test_buckets_sum_and_every_active_workflow_of_the_type_is_there_once(self, drawn):
        expected = {}
        for state, is_active, key_type in drawn:
            workflow = make.workflow(is_active=is_active, key_type=key_type)
            if state and key_type == COMPANY:
                make.run(state, workflow=workflow, entity_key="ironclad.com")
            if is_active and key_type == COMPANY:
                says_nothing = state in (None, "skipped", "cancelled")
                expected[workflow.workflow_name] = "not_run" if says_nothing else str(state)

        answer = status.of(COMPANY, "ironclad.com")

        assert states(answer) == expected
        coverage = dict(answer["coverage"])
        assert coverage.pop("total_workflows") == len(expected) == sum(coverage.values())
        assert set(coverage) == set(status.BUCKETS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("intent", "core_table", "extracted", "core", "gap"),
    [
        ("should", "core.x", 25, 0, "missing_in_core"),
        ("should", None, 25, 0, "no_path_to_core"),
        (None, None, 25, 0, "no_path_to_core"),
        (None, "core.x", 25, 0, "no_path_to_core"),
        ("legacy", None, 25, 0, "no_path_to_core"),
        ("by_design_not", None, 25, 0, None),
        ("should", "core.x", 25, 1, None),
        ("should", "core.x", 0, 0, None),
        ("should", "core.x", None, None, None),
        ("should", "core.x", 25, None, None),
    ],
)
def test_a_gap_is_what_should_be_in_core_and_is_not(intent, core_table, extracted, core, gap):
    workflow = make.workflow(intent=intent, core_table=core_table)
    counts = {"records_in_extracted": extracted, "records_in_core": core}
    make.run(workflow=workflow, entity_key="ironclad.com", **counts)

    found = only(status.of(COMPANY, "ironclad.com"))

    assert (found["gap"], found["gap_reason"]) == (gap is not None, gap)


@pytest.mark.django_db
def test_a_failure_after_a_success_says_when_it_last_succeeded():
    workflow = make.workflow()
    run = make.run(workflow=workflow, entity_key="ironclad.com")
    make.run("failed", workflow=workflow, entity_key="ironclad.com")

    found = only(status.of(COMPANY, "ironclad.com"))

    assert found["status"] == "failed"
    assert datetime.fromisoformat(found["completed_at"]) == run.completed_at


@pytest.mark.django_db
def test_a_moment_is_written_in_utc_without_fractions_that_it_has_not():
    at = datetime(2026, 1, 14, 10, 12, tzinfo=timezone(timedelta(hours=1)))
    make.run(entity_key="ironclad.com", ran_at=at, completed_at=at)

    assert only(status.of(COMPANY, "ironclad.com"))["completed_at"] == "2026-01-14T09:12:00Z"


@pytest.mark.django_db
def test_without_workflows_the_answer_is_empty_and_whole():
    answer = status.of(COMPANY, "ironclad.com")

    assert answer["enrichments"] == [] and set(answer["coverage"].values()) == {0}
    assert list(answer["coverage"]) == ["total_workflows", *status.BUCKETS]


@pytest.mark.django_db
def test_many_are_answered_in_their_order_by_one_query():
    workflow = make.workflow()
    make.run(workflow=workflow, entity_key="a.example")
    asked = ["b.example", "https://www.A.example/x", "no domain", "a.example", "b.example"]

    with CaptureQueriesContext(connection) as captured:
        found = [json.loads(text) for text in status.texts_of(COMPANY, asked)]

    assert len(captured) == 1
    assert [one["entity_key"] for one in found] == [
        "b.example",
        "a.example",
        "no domain",
        "a.example",
        "b.example",
    ]
    assert set(found[2]) == {"entity_key", "problem"}
    assert [only(one)["status"] for one in (found[0], found[1], found[3])] == [
        "not_run",
        "completed",
        "completed",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entity_type", "raw", "refusal"),
    [("planet", "x.com", 400), (COMPANY, "no domain", 422), ("person", "x.com", 422)],
)
def test_what_is_no_entity_is_refused(entity_type, raw, refusal):
    with pytest.raises(KeyRefused) as raised:
        status.of(entity_type, raw)

    assert raised.value.status == refusal


@pytest.mark.django_db
def test_it_reads_by_key_however_many_there_are():
    workflow = make.workflow()
    rows = """INSERT INTO enrichment_run (workflow_id, entity_type, entity_key, raw_key, status,
            source, trigger, layers, completed_at, error_class, error_text)
        SELECT %s, 'company', 'c' || n || '.example', '', 'failed', '', 'request', '{}', now(), '', ''
        FROM generate_series(1, 20000) n"""
    with connection.cursor() as cursor:
        cursor.execute(rows, [workflow.pk])
        cursor.execute(
            f"EXPLAIN {status.STATES}",
            {"keys": ["c7.example"], "type": COMPANY},
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan on enrichment_state" not in plan
    assert Workflow.objects.count() == 1


@pytest.mark.django_db
def test_an_unknown_type_is_refused_even_without_keys():
    with pytest.raises(KeyRefused) as raised:
        status.texts_of("planet", [])

    assert raised.value.status == 400
    assert status.texts_of(COMPANY, []) == []
