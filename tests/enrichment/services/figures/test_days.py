"""The coverage of each day is kept, the same whenever it is counted."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from enrichment.models import CoverageDay, Entity
from enrichment.queries import coverage
from enrichment.services.figures import days
from governance.exceptions import SnapshotRefused
from tests import make

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
BUCKETS = coverage.BUCKETS


def noon(back: int) -> datetime:
    return datetime.combine(TODAY - timedelta(days=back), time(12), tzinfo=UTC)


def run(status: str, workflow, key: str, began: int, ended: int | None = None, **given) -> None:
    make.run(
        status,
        workflow=workflow,
        entity_key=key,
        ran_at=noon(began),
        started_at=noon(began),
        completed_at=None if ended is None else noon(ended),
        **given,
    )


def of(back: int, workflow) -> dict[str, int]:
    kept = CoverageDay.objects.get(day=TODAY - timedelta(days=back), workflow=workflow)
    assert kept.entities == sum(getattr(kept, name) for name in BUCKETS)
    return {name: count for name in BUCKETS if (count := getattr(kept, name))}


@pytest.fixture
def workflow():
    """One run that failed and was done again, one that took two days, one that is under way."""
    found = make.workflow(fresh_days=2)
    run("failed", found, "a.example", 5, 5)
    run("completed", found, "a.example", 4, 4)
    run("completed", found, "b.example", 4, 2)
    run("running", found, "c.example", 1)
    run("cancelled", found, "d.example", 4, 4)
    make.entity("d.example", first_seen_at=noon(3))
    return found


def test_each_day_says_how_things_stood_at_its_end(workflow):
    assert days.fill() == 5

    assert of(5, workflow) == {"failed": 1}
    assert of(4, workflow) == {"completed": 1, "running": 1, "not_run": 1}
    assert of(2, workflow) == {"completed": 2, "not_run": 1}
    assert of(1, workflow) == {"completed": 2, "running": 1, "not_run": 1}


def test_today_is_what_the_counters_say(workflow):
    for status in ("completed", "stale", "failed", "pending", "running"):
        make.run(status, workflow=workflow)
    make.entity()

    days.take([TODAY])

    (line,) = coverage.of("company")
    assert of(0, workflow) == {name: rows for name, rows in line.buckets.items() if rows}


def test_a_late_result_of_an_older_run_is_not_where_an_entity_stands():
    workflow = make.workflow()
    run("failed", workflow, "a.example", 5, 2)
    run("completed", workflow, "a.example", 4, 4)

    days.fill()

    assert [of(back, workflow) for back in (5, 4, 2)] == [
        {"running": 1},
        {"completed": 1},
        {"completed": 1},
    ]


def test_freshness_and_repeats_of_a_day_are_kept(workflow):
    fresh = workflow.runs.get(status="completed", entity_key="a.example")
    spared = {"refused_for": fresh, "credits_saved": 3}
    run("skipped", workflow, "a.example", 3, 3, **spared)

    days.fill()

    told = CoverageDay.objects.order_by("day").values_list(
        "past_freshness", "duplicates", "credits_saved"
    )
    assert list(told) == [(0, 0, 0), (0, 0, 0), (0, 1, 3), (1, 0, 0), (1, 0, 0)]


def test_counting_again_replaces_what_was_kept(workflow):
    days.fill()
    before = list(CoverageDay.objects.values_list("day", *BUCKETS))

    assert days.fill() == 0
    days.take([TODAY - timedelta(days=2)])

    assert list(CoverageDay.objects.values_list("day", *BUCKETS)) == before


def test_a_day_to_come_or_before_any_run_is_refused(workflow):
    for day, why in (
        (TODAY + timedelta(days=1), "not come"),
        (TODAY - timedelta(days=6), "No run"),
    ):
        with pytest.raises(SnapshotRefused, match=why):
            days.take([day])


def test_the_command_keeps_a_day(workflow, capsys):
    day = TODAY - timedelta(days=4)
    call_command("coverage_snapshot", day=day)

    assert capsys.readouterr().out == f"{day}: the coverage of 1 workflow.\n"
    with pytest.raises(CommandError, match="No run tells"):
        call_command("coverage_snapshot", day=day - timedelta(days=9))


def test_entities_of_another_type_are_not_counted(workflow):
    Entity.objects.create(
        entity_type="person", entity_key="linkedin.com/in/x", first_seen_at=noon(5)
    )
    person = make.workflow(key_type="person")

    days.fill()

    assert of(1, person) == {"not_run": 1}
    assert sum(of(1, workflow).values()) == 4
