"""What needs attention now: figures from counters, work under way, what came from outside."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.filters.errors import ErrorFilter
from governance.models import Approval, ApprovalPolicy, Operation, Report
from governance.queries import overview
from governance.queries.operations import effects
from governance.services.approvals import requests, votes
from governance.services.operations import command_line, plans, runner, steering
from governance.services.playbooks import run_plans
from tests import make
from tests.governance.rules import PARK_TRIED, planned
from tests.governance.services.approvals.asked import requested

pytestmark = pytest.mark.django_db


def parked(level=0, **given):
    facts = {"escalation_level": level, "escalated_at": timezone.now() if level else None}
    return make.error(make.CT, disposition="PARKED", **facts | given)


def test_figures_add_up_from_the_counters():
    make.errors(3, make.DOL)
    parked()
    make.error(make.URL)

    found = overview.backlog()

    assert (found.blocking, found.blocking_parked, found.blocking_retry, found.rows) == (4, 1, 3, 4)
    assert [(cause.code, cause.retry, cause.parked) for cause in found.causes] == [
        ("NO_MATCH", 3, 0),
        ("CT-M-NO-MX", 0, 1),
    ]
    assert next((owned.hub, owned.owner, owned.parked) for owned in found.owners) == (
        "Company Target (anchor)",
        "HUB-COMPANY-TARGET team",
        1,
    )


def test_outside_changes_of_today_are_grouped_by_transaction():
    errors = make.errors(2, make.DOL)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET owner = 'Somebody' WHERE id = ANY (%s)",
            [[error.pk for error in errors]],
        )

    found = overview.outside_changes(at=timezone.now())

    assert [(change["rows"], change["what"]) for change in found] == [(2, "UPDATE")]


def recorded(txid: int, rows: int, *, action: str = "UPDATE", at: str = "now()") -> None:
    """Put as many outside changes of one transaction into the history."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO governance_event (txid, at, db_user, action, subject_type)
            SELECT %s, {at}, 'pipeline', %s, 'test' FROM generate_series(1, %s)""",
            [txid, action, rows],
        )


def test_the_latest_outside_changes_are_shown_and_large_ones_counted_in_part():
    for txid in range(1, 8):
        recorded(txid, 1)
    recorded(8, 1_001)
    recorded(9, 3, action="CREATE")
    recorded(10, 1, at="now() - interval '1 day'")

    found = overview.outside_changes(at=timezone.now())

    assert {change["txid"]: (change["rows"], change["is_least"]) for change in found} == {
        8: (1_000, True),
        **dict.fromkeys(range(4, 8), (1, False)),
    }


def test_outside_changes_cost_the_same_however_many_rows_they_have():
    for txid in range(1, 8):
        recorded(txid, 1_500)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {overview.OUTSIDE_CHANGES}",
            {"day": timezone.now().date()},
        )
        plan = cursor.fetchone()[0][0]["Plan"]

    read = overview.SHOWN * (overview.COUNTED + 1)
    assert read <= rows_read(plan) <= read + overview.SHOWN


def rows_read(plan: dict) -> float:
    """Sum what the nodes read that look into the history."""
    own = plan["Actual Rows"] * plan["Actual Loops"] if "Index Name" in plan else 0
    own += plan.get("Rows Removed by Filter", 0) * plan["Actual Loops"]
    return own + sum(rows_read(part) for part in plan.get("Plans", []))


def test_changes_through_the_console_are_not_outside_changes():
    operation = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")

    runner.run(operation)

    assert overview.outside_changes(at=timezone.now()) == []


def test_what_is_parked_is_counted_by_escalation_level():
    parked(level=2)
    parked(level=2)
    parked()

    found = overview.backlog()

    assert found.levels == {2: 2}
    assert found.owners[0].by_level == [(1, 0), (2, 2), (3, 0)]


def test_what_is_closed_is_no_backlog():
    make.error(disposition="RESOLVED")

    assert (overview.backlog().rows, overview.backlog().causes) == (0, [])


def test_causes_are_the_largest_ones_in_words_and_unregistered_codes_are_called_so():
    make.errors(3, make.DOL)
    make.error(code="NEVER-HEARD-OF")

    first, last = overview.backlog().causes

    assert first.words == "NO_MATCH: 3 in retry, 0 parked"
    assert (first.title != "Unregistered code.", last.title) == (True, "Unregistered code.")


def test_companies_are_counted_by_tier_and_by_whether_they_can_be_promoted():
    make.promotable()
    make.error(outreach=make.promotable())
    make.outreach()

    found = overview.companies()

    assert (found.total, found.promotable) == (3, 1)
    assert {tier.value: rows for tier, rows in found.tiers.items() if rows} == {
        "NOT_READY": 1,
        "TIER_0_ANCHOR_DONE": 2,
    }


def test_tiers_are_read_from_the_counters_alone():
    make.promotable()
    with CaptureQueriesContext(connection) as captured:
        found = effects.tiers()

    read = [query["sql"] for query in captured if "FROM" in query["sql"]]
    assert ["governance_readinesscount" in sql for sql in read] == [True]
    assert found["TIER_0_ANCHOR_DONE"] == 1


def test_what_was_done_to_single_rows_does_not_hide_larger_work():
    by, at = make.triager(), timezone.now()
    large = make.operation(requester=by, state="done", eligible=2, finished_at=at)
    acts = [
        make.operation(requester=by, state="done", eligible=1, finished_at=at) for _ in "123456"
    ]

    found = overview.work(by, at=at).latest

    assert found[0] == large
    assert set(found[1:]) < set(acts)


def test_work_of_the_last_day_puts_what_runs_before_what_waits():
    by, at = make.triager(), timezone.now()
    make.operation(requester=by, state="done", finished_at=at - timedelta(hours=25))
    ended = make.operation(requester=by, state="done", finished_at=at)
    running = make.operation(requester=by, state="running")
    waiting = make.operation(requester=by)

    found = overview.work(by, at=at)

    assert found.latest == [running, waiting, ended]
    assert found.mine == [waiting]


def test_work_that_stands_still_is_what_is_paused_and_what_failed_until_it_is_mended():
    by, at, row = make.triager(), timezone.now(), make.error()
    paused = make.operation(requester=by, state="paused")
    failed = plans.make("park", errors=[row], by=by, reason="DATA_QUALITY")
    steering.start(failed, by=by)
    failed.items.update(outcome="failed", reason="no room")
    Operation.objects.filter(pk=failed.pk).update(state="done", failed=1, finished_at=at)
    make.operation(requester=by, state="done", finished_at=at)

    found = overview.work(by, at=at)
    runner.run(plans.make("park", errors=[row], by=by, reason="DATA_QUALITY"))
    mended = overview.work(by, at=at)

    assert (found.held, found.failed, found.mine) == ([paused], [(failed, 1)], [])
    assert mended.failed == []


def test_a_report_that_does_not_agree_is_settled_by_a_later_one_of_its_playbook():
    make.error(retry_count=2)
    version = planned(PARK_TRIED).version
    first, second = (run_plans.make(version, by=make.triager()) for _ in range(2))
    wrong = Report.objects.create(run=first, body={}, reconciled=False)
    before = overview.unreconciled()

    Report.objects.create(run=second, body={}, reconciled=True)

    assert (before, overview.unreconciled()) == ([wrong], [])


def test_plans_of_a_run_are_shown_as_the_run():
    make.error(retry_count=2)
    run = planned(PARK_TRIED)

    found = overview.work(run.requester, at=timezone.now())

    assert (found.latest, found.mine) == ([run], [run])


def test_requests_wait_for_those_who_may_vote_the_first_to_expire_first():
    late, soon = requested(), requested()
    Approval.objects.filter(pk=soon.pk).update(expires_at=timezone.now() + timedelta(hours=1))

    assert overview.waiting_for(make.manager(), at=timezone.now()) == [soon, late]
    assert overview.waiting_for(make.triager(), at=timezone.now()) == []


def test_errors_that_expire_within_two_days_are_counted_to_a_limit(monkeypatch):
    make.errors(3, make.DOL, created_at=timezone.now() - timedelta(days=29))
    make.error(make.DOL, created_at=timezone.now() - timedelta(days=31))
    make.error(make.DOL)

    assert overview.expiring(at=timezone.now()) == (3, False)
    monkeypatch.setattr(overview, "AT_MOST", 2)
    assert overview.expiring(at=timezone.now()) == (2, True)


def test_reports_whose_totals_differ_are_the_unreconciled_ones():
    for reconciled in (True, False):
        make.error(retry_count=2)
        Report.objects.create(run=planned(PARK_TRIED), body={}, reconciled=reconciled)

    assert overview.unreconciled() == [Report.objects.get(reconciled=False)]


def test_what_belongs_to_no_company_is_not_counted_as_blocking():
    soon = timezone.now() - timedelta(hours=24 * 30 - 1)
    make.error()
    make.error(outreach=None)
    make.error(outreach=None, created_at=soon)

    found = overview.backlog()

    assert (found.rows, found.blocking) == (3, 1)
    assert ErrorFilter.from_text("blocks=true&disposition=RETRY").qs.count() == 1
    assert overview.expiring(at=timezone.now()) == (0, False)


def rejected(plan=None) -> Approval:
    """A request that was refused with a reason."""
    asked = requests.make(plan, by=plan.requester) if plan else requested()
    return votes.reject(asked, by=make.manager(), comment="Retry them first.")


def test_a_rejection_waits_for_who_asked_until_it_is_discarded():
    approval = rejected()
    before = overview.rejected_for(approval.requester)

    requests.discard(approval, by=approval.requester)

    assert (before, overview.rejected_for(approval.requester)) == ([approval], [])
    assert overview.rejected_for(make.manager()) == []


def test_a_rejection_waits_until_its_rows_are_asked_for_anew():
    approval = rejected()
    again = plans.again(approval.operation, by=approval.requester, outcome="cancelled")
    planned_only = overview.rejected_for(approval.requester)

    requests.make(again, by=approval.requester)

    assert (planned_only, overview.rejected_for(approval.requester)) == ([approval], [])


def test_a_rejected_run_waits_until_a_run_of_its_playbook_is_asked_for():
    make.error(retry_count=2)
    run = planned(PARK_TRIED)
    approval = rejected(run)
    other = run_plans.make(run.version, by=run.requester)
    planned_only = overview.rejected_for(run.requester)

    requests.make(other, by=other.requester)

    assert (planned_only, overview.rejected_for(run.requester)) == ([approval], [])


def test_a_rejected_undo_is_not_settled_by_another_run():
    make.error(retry_count=2)
    run = planned(PARK_TRIED)
    command_line.carry_out(run, approved_by=make.manager())
    back = run_plans.undo(run, by=run.requester)
    approval = rejected(back)
    make.error(retry_count=2)
    other = run_plans.make(run.version, by=run.requester)
    requests.make(other, by=other.requester)
    before = overview.rejected_for(run.requester)

    again = run_plans.undo(run, by=run.requester)
    requests.make(again, by=again.requester)

    assert (before, overview.rejected_for(run.requester)) == ([approval], [])


def test_a_rejected_run_is_settled_by_what_somebody_else_ran_in_its_place():
    make.error(retry_count=2)
    run = planned(PARK_TRIED)
    approval = rejected(run)
    before = overview.rejected_for(run.requester)

    other = run_plans.make(run.version, by=make.triager())
    command_line.carry_out(other, approved_by=make.manager())

    assert (before, overview.rejected_for(run.requester)) == ([approval], [])


def test_a_rejected_plan_is_settled_by_its_rows_done_without_a_request():
    approval = rejected()
    before = overview.rejected_for(approval.requester)
    ApprovalPolicy.objects.update(is_active=False)

    again = plans.again(approval.operation, by=make.triager(), outcome="cancelled")
    runner.run(again)

    assert (before, overview.rejected_for(approval.requester)) == ([approval], [])


def test_the_navigation_counts_by_one_query_what_runs_and_what_ends():
    person, at = make.triager(), timezone.now()
    nothing = overview.beside_navigation(person, at=at)
    operation = plans.make("retry", errors=[make.error()], by=make.triager())
    Operation.objects.filter(pk=operation.pk).update(state="running", started_at=at)
    make.ending(make.token(account=person)[0], days=2)
    make.ending(make.token()[0], days=2)

    with CaptureQueriesContext(connection) as asked:
        found = overview.beside_navigation(person, at=at)

    # the others read the rights of the person, which a page knows already
    of_rows = [one["sql"] for one in asked if "governance_token" in one["sql"]]
    assert len(of_rows) == 1 and "governance_operation" in of_rows[0]
    assert nothing == {"operations_running": 0, "tokens_ending": 0}
    assert found == {"operations_running": 1, "tokens_ending": 1}
