"""Jobs, their runs and one run as pages."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import Lapse, OpenedGate, Schedule
from governance.services.jobs import runs, schedules
from outreach_admin.watch import pulses
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def triager(client):
    person = make.triager()
    client.force_login(person)
    return person


def text(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def run(**given):
    return runs.run("daily", **{"trigger": "command", "started_by": "root"} | given)


def test_the_page_shows_every_schedule_and_what_this_person_may_do(client, triager):
    done = run()

    shown = text(client, "/jobs/")

    assert "Daily governance" in shown and "daily, 06:00 UTC" in shown
    assert f"/jobs/runs/{done.pk}/" in shown and "/jobs/daily/run/" in shown
    assert "/jobs/daily/schedule/" in shown and "is late" not in shown


def test_who_proposed_a_schedule_is_led_to_its_withdrawal_and_nobody_else_to_deciding(
    client, triager
):
    mine = schedules.propose("daily", by=triager, at=time(8), reason="later")
    other = schedules.propose("weekly", by=make.manager(), at=time(8), reason="later")

    shown = text(client, "/jobs/")

    assert f"/jobs/schedules/{mine.pk}/withdraw/" in shown
    assert f"/jobs/schedules/{other.pk}/" not in shown and "/enforce/" not in shown


def test_what_is_late_stands_above_all_and_on_the_overview(client, triager, monkeypatch):
    since = timezone.now() - timedelta(days=30)
    Schedule.objects.filter(job="daily").update(enforced_at=since)
    # due every hour, or more often, since the database was made
    Schedule.objects.filter(every_minutes__isnull=False).update(is_on=False)
    monkeypatch.setattr(pulses, "STARTED", pulses.STARTED - 100_000)

    late = text(client, "/jobs/")
    assert "Daily governance is late" in late and "No run has begun. Run it now below" in late
    assert "late: daily, due" in text(client, "/").lower()
    assert "is the one that was due" in text(client, "/jobs/daily/run/")

    asked = runs.ask("daily", by=triager)
    waits = text(client, "/jobs/")
    assert f"JR-{asked.pk}</a>" in waits and "see whether the workers are alive" in waits
    assert f"JR-{asked.pk} has not ended" in text(client, "/")

    runs.carry_on(asked.pk)
    assert "is late" not in text(client, "/jobs/")
    assert "late: daily" not in text(client, "/").lower()
    assert "was due" not in text(client, "/jobs/daily/run/")
    assert "not by its schedule" not in text(client, f"/jobs/runs/{asked.pk}/")


def test_what_was_late_within_a_week_is_told_with_who_noticed(client, triager):
    now = timezone.now()
    Lapse.objects.create(job="tidy_up", due_at=now - timedelta(hours=1), noticed_by="worker@here")

    shown = text(client, "/jobs/")

    assert "Late within a week" in shown and "worker@here" in shown and "no run yet" in shown


def test_a_run_tells_counts_operations_and_gates(client, triager):
    row = make.error(outreach=make.promotable(), created_at=timezone.now() - timedelta(days=31))
    done = run()

    shown = text(client, f"/jobs/runs/{done.pk}/")
    overview = text(client, "/")

    operation = done.steps.first().operation
    assert f"/operations/{operation.pk}/" in shown
    assert f'href="/operations/{operation.pk}/rows/?outcome=applied">1</a>' in shown
    assert row.outreach.domain in shown and "to review" in shown
    assert "1 gate opened through expiry" in overview
    address = "/jobs/gates/?reviewed=false"
    assert f'href="{address}"' in overview and f'href="{address}">1 opened gate<' in text(
        client, "/jobs/"
    )
    assert len(client.get(address).context["rows"].rows) == 1
    assert f'href="/jobs/gates/?run={done.pk}">all 1</a>' in shown
    OpenedGate.objects.update(reviewed_at=timezone.now(), reviewed_by=triager)
    assert "opened through expiry" not in text(client, "/")


def test_a_run_under_way_is_watched_until_its_end(client, triager):
    going = runs.claim("daily", trigger="person", started_by="ops")
    address = f"/jobs/runs/{going.pk}/"
    poll = {"path": f"{address}?seen=waiting-0", "headers": {"HX-Request": "true"}}

    page, same = text(client, address), client.get(**poll)
    going.steps.filter(position=0).update(state="done")
    further = client.get(**poll)
    runs.carry_on(going.pk)
    ended = client.get(address, headers={"HX-Request": "true"})

    assert f'hx-get="{address}?seen=waiting-0"' in page
    assert same.content.decode().strip().startswith("<span") and "HX-Refresh" not in same
    assert further["HX-Refresh"] == ended["HX-Refresh"] == "true"
    assert "hx-get" not in text(client, address)


def test_a_dry_run_says_so(client, triager):
    shown = text(client, f"/jobs/runs/{run(is_dry=True).pk}/")

    assert "a dry run that changed nothing" in shown


@pytest.mark.parametrize("part", ["", "?part=facets"])
def test_the_list_of_runs_costs_the_same_for_one_and_for_many(client, triager, part):
    run()
    client.get(f"/jobs/runs/{part}")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/jobs/runs/{part}")
    for _ in range(5):
        runs.claim("daily", trigger="schedule", started_by="schedule")
    client.get(f"/jobs/runs/{part}")

    with CaptureQueriesContext(connection) as many:
        client.get(f"/jobs/runs/{part}")

    assert len(one) == len(many)


def test_runs_many_times_a_day_that_found_nothing_are_counted_and_not_listed(client, triager):
    for hours in (1, 2):
        due_at = timezone.now() - timedelta(hours=hours)
        idle = runs.claim("tidy_up", trigger="schedule", started_by="schedule", due_at=due_at)
        runs.carry_on(idle.pk)
    daily = run()
    dry = run(is_dry=True)

    def listed(query: str) -> set[int]:
        return {row.pk for row in client.get(f"/jobs/runs/{query}").context["rows"].rows}

    bare = text(client, "/jobs/runs/")
    assert listed("") == listed("?size=50") == {daily.pk, dry.pk}
    assert "Found nothing, many times a day" in bare and "2 hidden" in bare
    assert 'href="?idle=shown"' in bare
    assert "0 hidden" in text(client, "/jobs/runs/?dry=true")
    assert idle.pk in listed("?idle=shown")
    assert idle.pk in listed("?job=tidy_up")
    assert idle.pk in listed("?did=nothing")
    assert f"JR-{idle.pk}" in text(client, "/jobs/")


@pytest.mark.parametrize("counts", ['{"a": "x"}', '{"a": null}', '{"a": {"b": 1}}', '{"a": 1e400}'])
def test_counts_that_are_no_numbers_count_for_nothing(client, triager, counts):
    done = run()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE governance_jobstep SET counts = %s", [counts])
        cursor.execute("UPDATE governance_jobstep SET levels = %s", [f'{{"t": {counts}, "u": 1}}'])

    assert "All tables" in text(client, f"/jobs/runs/{done.pk}/")
    assert text(client, "/jobs/runs/?did=something")


@pytest.mark.parametrize("part", ["", "?part=facets"])
def test_the_list_of_opened_gates_costs_the_same_for_one_and_for_many(client, triager, part):
    done = run()

    def cost(gates: int) -> int:
        for _ in range(gates):
            gate = {"outreach": make.promotable(), "opens_outreach": True}
            OpenedGate.objects.create(run=done, **gate)
        client.get(f"/jobs/gates/{part}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/jobs/gates/{part}")
        return len(asked)

    assert cost(1) == cost(5)
