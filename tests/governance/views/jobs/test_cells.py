"""Each number of a run leads to exactly its rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import HubError, JobRun, JobStep, Schedule
from governance.queries.jobs import stories
from governance.services.jobs import registry, runs
from governance.views.jobs import cells
from tests import make

pytestmark = pytest.mark.django_db
OLD = timedelta(days=91)


@pytest.fixture
def shown(client):
    """Open the page of a run as somebody who may only look."""
    client.force_login(make.viewer())
    return lambda run: client.get(f"/jobs/runs/{run.pk}/")


def run(job: str = "daily", **given) -> JobRun:
    return runs.run(job, **{"trigger": "command", "started_by": "root"} | given)


def population() -> None:
    """Rows for every step of the daily jobs, in several tables, and one that none takes."""
    old = timezone.now() - OLD
    make.error(created_at=old)
    make.error(make.DOL, created_at=old)
    make.error(created_at=old, retry_count=3)
    make.error(make.PEOPLE, retry_count=3)
    make.error(make.URL, disposition="RETRY", retry_count=1)
    make.error(disposition="PARKED", parked_at=timezone.now() - timedelta(days=8))
    make.error()


def numbers(client, page) -> dict[tuple[str, str], int]:
    """Follow the link of each number above 0, and return the numbers once they fit their lists."""
    matrix = page.context["matrix"]
    found = {}
    for name, line in [*matrix.lines, ("all", matrix.sums)]:
        for cell in line:
            if cell.rows:
                listed = client.get(cell.url).context["table"].data
                assert len(listed) == cell.rows, cell.url
                link = f'href="{cell.url.replace("&", "&amp;")}"'
                # sums stand beside the steps again
                assert page.content.decode().count(link) == (2 if name == "all" else 1)
                found[name, cell.column.label] = cell.rows
    return found


EXPECTED = {
    (make.CT, "Archive expired, archived"): 2,
    (make.DOL, "Archive expired, archived"): 1,
    ("all", "Archive expired, archived"): 3,
    (make.PEOPLE, "Auto-park exhausted, parked"): 1,
    ("all", "Auto-park exhausted, parked"): 1,
    (make.URL, "Auto-park exhausted, superseded"): 1,
    ("all", "Auto-park exhausted, superseded"): 1,
    (make.CT, "Escalate stale parked, escalated"): 1,
    ("all", "Escalate stale parked, escalated"): 1,
}


def test_every_number_of_the_daily_jobs_lists_its_rows_dry_and_for_real(client, shown):
    population()
    dry, real = run(is_dry=True), run()
    HubError.objects.filter(disposition="PARKED").delete()

    assert numbers(client, shown(real)) == EXPECTED
    assert numbers(client, shown(dry)) == EXPECTED
    text = shown(real).content.decode()
    assert "not allowed" in text and "without a link" not in text
    assert "would have changed, from its plans" in shown(dry).content.decode()
    assert "escalated: 1 to level 3" in " ".join(text.split())


def test_what_the_clean_up_deleted_for_good_is_still_listed_by_its_table(client, shown):
    over = timezone.now() - timedelta(days=1)
    for table in (make.CT, make.CT, make.DOL):
        make.archived(table, retention_expires_at=over)
    make.archived(retention_expires_at=over, held_at=over, held_by="counsel", hold_reason="x")
    dry, real = run("weekly", is_dry=True), run("weekly")
    expected = {make.CT: 2, make.DOL: 1, "all": 3}

    for one in (dry, real):
        found = numbers(client, shown(one))
        assert found == {(t, "Clean up archives, deleted"): n for t, n in expected.items()}


def test_parts_with_the_same_verb_have_words_of_their_own(client, shown):
    make.error(make.URL, code="TIMEOUT")
    make.error(make.URL, code="MISSING_DATA")
    found = numbers(client, shown(run("backfill")))

    short, medium = (f"Backfill, given a {word} TTL" for word in ("short", "medium"))
    assert (found[make.URL, short], found[make.URL, medium]) == (1, 1)


def test_a_step_that_failed_or_waits_counts_nothing_rather_than_0(shown, monkeypatch):
    population()

    def broken(at):
        raise RuntimeError("the disk is full")

    part = registry.Part("archive_expired", broken, {"reason": "TTL_EXPIRED"})
    job = registry.JOBS["archive_expired_errors"]
    monkeypatch.setitem(
        registry.JOBS,
        job.name,
        registry.Job(job.name, job.label, "", parts=(part,), within="daily"),
    )
    waits = runs.claim("daily", trigger="schedule", started_by="schedule")

    waiting = shown(waits).content.decode()
    failed = shown(run()).content.decode()

    assert failed.count('<span class="muted">failed</span>') == 7
    assert "disk is full" in failed and ">not yet<" not in failed
    assert "What did go through stands" in failed and "/jobs/daily/run/" not in failed
    assert ">not yet<" in waiting and ">failed<" not in waiting


def test_what_the_schedule_leaves_out_says_so(shown):
    population()
    Schedule.objects.in_force().filter(job="daily").update(leaves_out=[make.DOL])

    text = shown(run()).content.decode()

    assert text.count('<span class="muted">left out</span>') == 4


def test_what_sql_did_and_what_is_no_error_has_no_list(client, shown, monkeypatch):
    population()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM governance.run_daily_by_sql()")
    by_sql = JobRun.objects.latest("pk")
    monkeypatch.setitem(
        registry.JOBS,
        "sweep",
        registry.Job("sweep", "Sweep", "Sweeps.", work=lambda at: {"files": 3}),
    )

    told = shown(by_sql)
    swept = shown(run("sweep")).content.decode()

    assert [cell.rows for cell in told.context["matrix"].sums] == [3, 2, 1]
    assert "A number without a link was done by SQL" in told.content.decode()
    assert "Error table" not in swept and "files" in swept and "by SQL" not in swept


def test_a_number_leads_nowhere_where_no_operation_has_its_rows():
    step = JobStep(job="sweep", counts={"files": 3})

    assert cells.rows_of(JobRun(job="sweep"), step) == ""
    assert stories.Cell(step, 3).instead == ""
