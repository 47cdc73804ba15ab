"""Words of one entity's page."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from enrichment.queries import status
from enrichment.queries.entity import standings
from enrichment.tables.entity import Moment, Rights, Row, place
from tests import make

pytestmark = pytest.mark.django_db


def row(state="completed", **given):
    as_of = timezone.now()
    make.run(state, entity_key="ironclad.com", **given)
    (standing,) = standings.of(status.of("company", "ironclad.com"))
    return Row(standing.entry, standing, as_of)


@pytest.mark.parametrize(
    ("state", "given", "note"),
    [
        ("failed", {"error_class": "SCHEMA_MISMATCH", "attempt": 3}, "SCHEMA_MISMATCH, try 3"),
        ("failed", {}, "no reason told"),
        ("pending", {"queued_at": timezone.now() - timedelta(hours=2)}, "queued 2 h ago"),
        ("running", {"heartbeat_at": timezone.now() - timedelta(hours=2)}, "heartbeat 2 h ago"),
        ("stale", {}, "no last heartbeat"),
        ("completed", {}, ""),
    ],
)
def test_a_state_says_what_it_leaves_open(state, given, note):
    assert row(state, **given).note == note


def test_a_gap_is_named_or_unknown_until_records_were_counted():
    counted = {"records_in_extracted": 2, "records_in_core": 0}
    workflow = make.workflow(intent="should", core_table="core.x")

    assert row(workflow=workflow, **counted).gap == "missing in core"
    assert row(workflow=workflow, **counted | {"records_in_core": 2}).gap == "no"


def test_records_that_nobody_counted_are_no_gap_and_no_assurance():
    assert row().gap == "unknown"


def test_freshness_ends():
    workflow = make.workflow(fresh_days=2)
    now = timezone.now()

    old = row(workflow=workflow, completed_at=now - timedelta(days=3))
    assert old.freshness.startswith("past freshness since")
    assert row(workflow=workflow, completed_at=now).freshness.startswith("fresh until")


@pytest.mark.parametrize(
    ("state", "days", "button"),
    [
        ("completed", 1, ""),
        ("completed", 40, "Run again"),
        ("failed", 0, "Run again"),
        ("pending", 0, ""),
    ],
)
def test_a_run_is_offered_where_one_is_due(state, days, button):
    now = timezone.now() - timedelta(days=days)
    ended = {"completed_at": now} if state != "pending" else {}
    shown = row(state, ran_at=now, **ended)
    may = replace(shown, may=Rights(open=True, cancel=True))

    assert may.runs == button and may.cancels is (state == "pending")
    assert shown.runs == "" and not shown.cancels


def test_a_failure_after_a_success_is_not_called_fresh():
    workflow = make.workflow()
    make.run(workflow=workflow, entity_key="ironclad.com")

    assert row("failed", workflow=workflow).freshness == ""


@pytest.mark.parametrize(
    ("state", "given", "words", "fact"),
    [
        ("running", {"source": "clay"}, "started", "source clay"),
        ("failed", {"error_class": "Timeout", "attempt": 3}, "failed, attempt 3", "Timeout"),
        ("stale", {}, "went stale", "request"),
        ("completed", {"records_in_extracted": 25}, "completed", "25 records in extracted"),
        ("cancelled", {"error_text": "Cancelled by Mei Tanaka."}, "cancelled", "Mei Tanaka"),
    ],
)
def test_a_run_is_told_as_a_moment(state, given, words, fact):
    moment = Moment(make.run(state, **given), timezone.now())

    assert moment.words == words
    assert fact in moment.facts


def test_a_needless_request_says_what_it_saved_and_who_asked():
    asker = make.user(first_name="Mei", last_name="Tanaka")
    given = {"refused_for": make.run(), "credits_saved": Decimal("2.00"), "by": asker}

    facts = Moment(make.run("skipped", **given), timezone.now()).facts

    assert "already enriched, 2 credits saved" in facts and "by Mei Tanaka" in facts


def test_a_needless_request_looks_like_nothing_that_went_wrong():
    assert Moment(make.run("skipped"), timezone.now()).look.tone == "none"


def test_what_has_no_page_has_no_address():
    assert place("enrichment:no-such-page") == ""
