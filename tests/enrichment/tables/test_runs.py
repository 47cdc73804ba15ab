"""What a cell of the runs says."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from enrichment.models import Run
from enrichment.tables.runs import LOOKS, RunTable, badge, cost, count, note, took

NOW = timezone.now()


def run(status: str, **given) -> Run:
    return Run(status=status, started_at=NOW - timedelta(seconds=90), **given)


def test_every_state_has_a_shape_of_its_own():
    assert LOOKS.keys() == set(Run.Status.values)
    assert len({shape for shape, _ in LOOKS.values()}) == len(LOOKS)
    assert "is-good" not in badge(run("skipped"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": "running", "heartbeat_at": NOW - timedelta(seconds=6)}, "heartbeat 6 s ago"),
        ({"status": "running"}, "no heartbeat"),
        ({"status": "pending", "queued_at": NOW - timedelta(minutes=5)}, "queued 5 min ago"),
        ({"status": "failed", "error_class": "Timeout"}, "Timeout"),
        ({"status": "failed"}, "no reason told"),
        ({"status": "failed", "attempt": 3}, "no reason told, try 3"),
        ({"status": "skipped", "refused_for_id": 1, "credits_saved": 2}, "2 credits saved"),
        ({"status": "skipped"}, "nothing to do"),
        ({"status": "cancelled", "error_text": "Cancelled by Mei"}, "Cancelled by Mei"),
        ({"status": "completed", "trigger": "inferred"}, "inferred from stored rows"),
        ({"status": "completed"}, ""),
        ({"status": "stale", "heartbeat_at": NOW - timedelta(minutes=15)}, "15 min ago"),
    ],
)
def test_a_note_says_what_the_state_leaves_open(given, said):
    assert note(run(**given), NOW).endswith(said)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": "running"}, ""),
        ({"status": "completed", "completed_at": NOW}, "1 min 30 s"),
        ({"status": "completed", "completed_at": NOW, "trigger": "inferred"}, "unknown"),
        ({"status": "stale", "completed_at": NOW}, "unknown"),
        ({"status": "skipped", "completed_at": NOW, "refused_for_id": 1}, "–"),
    ],
)
def test_how_long_a_run_took_is_not_guessed(given, said):
    assert took(run(**given)) == said


def test_a_column_has_room_for_how_long_a_run_took():
    soon = NOW - timedelta(seconds=90) + timedelta(milliseconds=20)
    table = RunTable([run("completed", completed_at=soon)])

    assert table.rows[0].get_cell("took") == "< 0.1 s"


def test_figures_that_nobody_told_are_dashes():
    assert (count(None), count(0), count(1234)) == ("–", "0", "1,234")
    assert (cost(Decimal("2.00")), cost(Decimal("1.5"))) == ("2", "1.50")


def test_what_is_offered_as_order_has_an_index():
    indexed = {index.fields[0].removeprefix("-") for index in Run._meta.indexes if index.fields}

    assert set(RunTable.sorts().values()) <= indexed
