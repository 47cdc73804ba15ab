"""A due moment is claimed once, whoever asks; a schedule changes by two people."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from governance.exceptions import JobRefused, NotPermitted
from governance.models import ErrorTable, JobRun, Lapse, Schedule
from governance.queries.archives import purges
from governance.queries.jobs import duetimes, lateness, listed, selections, standing
from governance.services.jobs import registry, runs, schedules
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def daily():
    """The daily schedule, in force for a month."""
    Schedule.objects.exclude(job="daily").update(is_on=False)
    Schedule.objects.filter(job="daily").update(enforced_at=timezone.now() - 30 * DAY)
    return Schedule.objects.get(job="daily")


def claims() -> list:
    return list(JobRun.objects.order_by("due_at").values_list("due_at", flat=True))


def test_a_moment_is_claimed_once_however_often_somebody_looks(daily):
    due = duetimes.latest(daily, timezone.now())

    found = [schedules.start_due(at=due + timedelta(seconds=s)) for s in (-1, 0, 0, 30, 3600)]

    assert [len(runs) for runs in found] == [1, 1, 0, 0, 0]
    assert claims() == [due - DAY, due]
    assert {run.schedule for runs in found for run in runs} == {daily}


def test_who_is_second_to_claim_gets_nothing(daily, monkeypatch):
    due = duetimes.latest(daily, timezone.now())
    schedules.start_due(at=due)
    known = {"daily": due}
    monkeypatch.setattr(standing, "due_moment", lambda job, *, at: known.get(job))

    assert schedules.start_due(at=due) == []


def test_who_runs_a_job_that_is_due_has_run_what_was_due_and_the_schedule_does_not_repeat_it(daily):
    since = timezone.now() - timedelta(hours=1)
    due = duetimes.latest(daily, timezone.now())
    watched = {"watched": DAY, "at": due + daily.grace}
    before = [one.run for one in lateness.late(**watched)]

    dry = runs.ask("daily", by=make.triager(), is_dry=True)
    runs.carry_on(dry.pk)
    by_moment = runs.run("daily", trigger="command", started_by="root", as_of=due)
    asked = runs.ask("daily", by=make.triager())
    waiting = [one.run for one in lateness.late(**watched)]
    runs.carry_on(asked.pk)

    assert (before, waiting, lateness.late(**watched)) == ([None], [asked.pk], [])
    assert [run.due_at for run in (dry, by_moment, asked)] == [None, None, due]
    assert schedules.start_due() == []
    again = runs.run("daily", trigger="command", started_by="root")
    assert (again.due_at, claims()) == (None, [due, None, None, None])
    assert again.as_of > since


def test_the_command_line_makes_up_for_what_was_due_too(daily):
    due = duetimes.latest(daily, timezone.now())
    Lapse.objects.create(job="daily", due_at=due, noticed_by="worker@here")

    run = runs.run("daily", trigger="command", started_by="root")

    assert (run.due_at, schedules.start_due()) == (due, [])
    assert listed.lapses(at=timezone.now()).get().made_up_by == run.pk


def test_where_the_schedule_was_quicker_both_run(daily, monkeypatch):
    due = duetimes.latest(daily, timezone.now())
    (first,) = schedules.start_due(at=timezone.now())
    runs.carry_on(first.pk)
    monkeypatch.setattr(standing, "due_moment", lambda job, *, at: due)

    second = runs.ask("daily", by=make.triager())

    assert (first.due_at, second.due_at) == (due, None)


def test_an_outage_of_a_week_is_made_up_once(daily):
    due = duetimes.latest(daily, timezone.now())
    schedules.start_due(at=due - 7 * DAY)

    schedules.start_due(at=due + timedelta(hours=3))

    assert claims() == [due - 7 * DAY, due]


def test_a_clock_set_back_neither_repeats_nor_skips(daily):
    due = duetimes.latest(daily, timezone.now())
    schedules.start_due(at=due)

    schedules.start_due(at=due - timedelta(minutes=10))
    schedules.start_due(at=due + timedelta(minutes=1))
    once = claims()
    # ahead by days, then right again
    schedules.start_due(at=due + 3 * DAY)
    schedules.start_due(at=due + DAY)

    assert once == [due - DAY, due]
    assert claims() == [due - DAY, due, due + DAY, due + 3 * DAY]


def test_a_run_that_nobody_took_up_is_sent_again(daily, monkeypatch):
    sent = []
    monkeypatch.setattr(schedules.workers, "send", lambda task, *args, **more: sent.append(args))
    (run,) = schedules.start_due()
    schedules.start_due()
    JobRun.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))

    schedules.start_due()

    assert sent == [(run.pk,), (run.pk,)]


def test_a_change_holds_once_somebody_else_agrees(daily):
    asks, agrees = make.manager(), make.manager()
    proposal = schedules.propose(
        "daily", by=asks, at=time(7, 15), time_zone="Europe/Berlin", holds=[make.CT], reason="quiet"
    )
    before = Schedule.objects.in_force().get(job="daily")

    with pytest.raises(NotPermitted, match="somebody else"):
        schedules.enforce(proposal, by=asks)
    schedules.enforce(proposal, by=agrees)

    now = Schedule.objects.in_force().get(job="daily")
    assert before == daily
    assert (now, now.words) == (proposal, "daily, 07:15 Europe/Berlin")
    held = ErrorTable.objects.filter(holds_expired=True)
    assert list(held.values_list("name", flat=True)) == [make.CT]
    with pytest.raises(JobRefused, match="waits no more"):
        schedules.enforce(proposal, by=agrees)


def test_a_table_that_is_left_out_is_touched_by_nothing_of_the_job_once_two_have_said_so(daily):
    now = timezone.now()
    old = now - 31 * DAY
    rows = [
        make.error(table, **given)
        for table in (make.CT, make.DOL)
        for given in (
            {"created_at": old},
            {"retry_count": 5},
            {"disposition": "PARKED", "parked_at": now - 8 * DAY},
        )
    ]
    selects = (selections.expired, selections.exhausted, selections.stale)
    proposal = schedules.propose("daily", by=make.manager(), leaves_out=[make.DOL], reason="trial")
    before = [select(now).count() for select in selects]

    schedules.enforce(proposal, by=make.manager())

    assert before == [2, 2, 2]
    taken = [list(select(now)) for select in selects]
    assert taken == [[rows[0]], [rows[1]], [rows[2]]]


def test_a_table_that_the_clean_up_leaves_out_keeps_its_archive(daily):
    now = timezone.now()
    for table in (make.CT, make.DOL):
        make.archived(table, retention_expires_at=now - DAY)
    proposal = schedules.propose("weekly", by=make.manager(), leaves_out=[make.DOL], reason="trial")

    schedules.enforce(proposal, by=make.manager())

    assert purges.past_retention(now).deletable == {make.CT: 1}
    assert purges.past_retention(now).waiting == {make.DOL: 1}


def test_a_proposal_can_be_withdrawn_and_another_one_made(daily):
    asks = make.manager()
    first = schedules.propose("daily", by=asks, is_on=False)
    with pytest.raises(JobRefused, match="waits already"):
        schedules.propose("daily", by=asks, at=time(8))

    schedules.withdraw(first, by=asks)

    assert schedules.propose("daily", by=asks, at=time(8)).pk != first.pk


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "Nothing would change"),
        ({"time_zone": "Mars/Base"}, "no time zone Mars/Base"),
        ({"holds": ["no.table"]}, "no error table no.table"),
        ({"leaves_out": ["no.table"]}, "no error table no.table"),
        ({"every_minutes": 5}, "no schedule"),
        ({"every_minutes": 0, "at": None}, "no schedule"),
        ({"weekday": 9}, "no schedule"),
        ({"at": None}, "no schedule"),
    ],
)
def test_what_is_no_schedule_is_refused(daily, values, why):
    with pytest.raises(JobRefused, match=why):
        schedules.propose("daily", by=make.manager(), **values)


def test_who_may_not_is_refused_and_so_is_a_job_without_schedule(daily):
    with pytest.raises(NotPermitted):
        schedules.propose("daily", by=make.analyst(), at=time(8))
    with pytest.raises(JobRefused, match="no schedule of backfill"):
        schedules.propose(registry.BACKFILL, by=make.manager(), at=time(8))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("enforced_by_id = proposed_by_id, enforced_at = now(), ended_at = now()", "four_eyes"),
        ("every_minutes = 5", "says_when"),
        ("weekday = 7", "weekday_known"),
        ("enforced_at = now(), ended_at = now()", "facts_paired"),
    ],
)
def test_the_database_keeps_to_it(daily, change, constraint):
    proposal = schedules.propose("daily", by=make.manager(), at=time(8))

    with pytest.raises(IntegrityError, match=constraint), connection.cursor() as cursor:
        cursor.execute(f"UPDATE governance_schedule SET {change} WHERE id = %s", [proposal.pk])


def test_a_job_has_one_schedule_in_force(daily):
    with pytest.raises(IntegrityError, match="one_schedule_in_force"):
        Schedule.objects.create(job="daily", at=time(1), enforced_at=timezone.now())
