"""Pages of operations that wait and run: what they say, what they offer to whom, what their buttons do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import HubError, Operation, OperationItem, Violation
from governance.services.approvals import requests, votes
from governance.services.operations import runner, steering
from tests import make
from tests.governance.views.desk import HTMX, after, gated, listed, planned, text, url
from tests.markup import tight

pytestmark = pytest.mark.django_db


def test_a_plan_says_what_would_happen_and_nothing_has(client, triager):
    operation = planned(triager, [make.error(), make.error(disposition="PARKED")])

    page = text(client, url(operation))

    for wanted in (
        "Park 2 errors",
        "Nothing has changed yet",
        "already parked",
        "Sample",
        operation.plan_hash[:4],
        "Plan anew with these",
    ):
        assert wanted in page
    assert HubError.objects.filter(disposition="RETRY").count() == 1


def test_everybody_reads_the_same_sample_of_a_plan(client, triager):
    operation = planned(triager, make.errors(30))
    first = client.get(url(operation)).context["sample"]
    client.force_login(make.manager())

    second = client.get(url(operation)).context["sample"]

    assert len(first) == 5
    assert [one.row.pk for one in first] == [one.row.pk for one in second]
    assert {(one.now, one.then) for one in first} == {("RETRY", "PARKED")}


def test_the_sample_of_a_large_plan_is_full_although_its_draws_meet(client, triager, monkeypatch):
    monkeypatch.setattr("governance.queries.operations.outcomes.SMALL_PLAN", 0)
    operation = planned(triager, make.errors(6))

    samples = [
        {one.row.pk for one in client.get(url(operation)).context["sample"]} for _ in range(2)
    ]

    assert len(samples[0]) == 5 and samples[0] == samples[1]


def test_starting_a_gated_plan_shows_the_refusal_on_the_plan_and_records_it(client, triager):
    operation = gated(triager)

    response = client.post(url(operation, "start"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "V-GATE-002" in page
    assert "Request approval for 1 rows" in page
    assert Violation.objects.get().operation == operation
    assert "start by" in text(client, url(operation))


def test_a_plan_without_a_gate_starts_at_once(client, triager):
    operation = planned(triager)

    started = after(operation, client.post(url(operation, "start")))

    assert started.state == "running"


def test_a_request_carries_its_note_to_the_approver(client, triager):
    operation = gated(triager)

    after(operation, client.post(url(operation, "request"), {"note": "Looked at twice."}))

    approval = operation.approvals.get()
    assert (operation.state, approval.note) == ("awaiting", "Looked at twice.")
    page = text(client, url(operation))
    assert f"/approvals/{approval.pk}/" in page
    assert "Take the request back" in page


def test_changed_answers_make_a_new_plan(client, triager):
    operation = planned(triager)

    response = client.post(
        url(operation, "revise"), {"reason": "EXTERNAL_DEPENDENCY", "owner": "", "ttl_tier": ""}
    )

    assert after(operation, response).state == "cancelled"
    assert Operation.objects.latest("pk").parameters == {"reason": "EXTERNAL_DEPENDENCY"}


def test_a_running_operation_shows_progress_that_asks_again_and_stops_at_the_end(client, triager):
    operation = planned(triager, make.errors(10))
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=4)
    steering.start(operation, by=triager)
    runner.run_chunk(operation.pk)

    page = text(client, url(operation))
    part = text(client, f"{url(operation)}?part=live", headers=HTMX)
    runner.finish(operation)
    last = client.get(f"{url(operation)}?part=live", headers=HTMX)

    assert "4 of 10 rows accounted for" in page
    assert 'hx-trigger="every 2s, shown"' in page
    assert "<html" not in part and "4 of 10 rows accounted for" in part
    assert last.headers["HX-Refresh"] == "true"
    assert "every 2s" not in text(client, url(operation))


def test_the_page_of_a_request_shows_the_decision_by_itself(client, triager):
    operation = gated(triager)
    requests.make(operation, by=triager, note="")

    page = text(client, url(operation))
    still = client.get(f"{url(operation)}?part=waiting", headers=HTMX)
    votes.approve(operation.approvals.get(), by=make.manager())
    decided = client.get(f"{url(operation)}?part=waiting", headers=HTMX)

    assert 'hx-trigger="every 5s, shown"' in page
    assert url(operation, "start") not in page
    assert "Somebody else decides" in still.content.decode() and "HX-Refresh" not in still.headers
    assert decided.headers["HX-Refresh"] == "true"


def test_progress_works_without_scripts_as_the_page_itself(client, triager):
    operation = planned(triager)
    steering.start(operation, by=triager)

    assert "<html" in text(client, f"{url(operation)}?part=live")


def test_a_paused_operation_no_longer_asks_again(client, triager):
    operation = planned(triager)
    steering.start(operation, by=triager)

    after(operation, client.post(url(operation, "pause")))

    page = text(client, url(operation))
    assert operation.state == "paused"
    assert "Resume" in page and "every 2s" not in page
    assert after(operation, client.post(url(operation, "resume"))).state == "running"


def test_what_is_not_done_can_be_cancelled_and_what_is_done_stays(client, triager):
    operation = planned(triager, make.errors(10))
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=4)
    steering.start(operation, by=triager)
    runner.run_chunk(operation.pk)

    after(operation, client.post(url(operation, "cancel")))

    assert (operation.state, operation.applied, operation.cancelled) == ("cancelled", 4, 6)
    assert "Preview undo" in text(client, url(operation))


def test_the_pace_of_a_plan_is_set_before_it_starts(client, triager):
    operation = planned(triager)
    page = text(client, url(operation))

    after(operation, client.post(url(operation, "throttle"), {"rows_a_second": "40"}))

    assert "Limit the pace" in page and url(operation, "throttle") in page
    assert (operation.state, operation.throttle) == ("planned", 40)
    page = text(client, url(operation))
    assert "at most 40 rows/s" in page and 'name="rows_a_second" value="40"' in page


def test_who_may_not_run_a_plan_is_not_offered_its_pace(client):
    operation = planned(make.triager())
    client.force_login(make.analyst())

    assert "Limit the pace" not in text(client, url(operation))


@pytest.mark.parametrize(
    ("pace", "status", "limit"),
    [("250", 302, 250), ("", 302, None), ("0", 422, None), ("fast", 422, None)],
)
def test_the_pace_is_set_or_refused(client, triager, pace, status, limit):
    operation = planned(triager)

    response = client.post(url(operation, "throttle"), {"rows_a_second": pace})

    operation.refresh_from_db()
    assert (response.status_code, operation.throttle) == (status, limit)


def test_a_plan_warns_of_operations_over_the_same_rows(client, triager):
    rows = make.errors(3)
    other = planned(triager, rows[:2], "resolve", note="fixed")

    page = tight(text(client, url(planned(triager, rows))))

    assert f"{other}</a>, planned: Resolve 2 errors, 2 of these rows" in page


def test_a_plan_warns_of_blocking_rows_that_expire_soon(client, triager):
    soon = make.error(ttl_tier="SHORT", created_at=timezone.now() - timedelta(days=6))

    operation = planned(triager, [soon, make.error()])

    assert "1 of these expire within 48 hours" in text(client, url(operation))
    assert listed(client, operation, "effect=expiring_48h") == {soon.pk}


def test_each_figure_of_the_effect_leads_to_its_rows(client, triager):
    ready, held = make.promotable(), make.promotable()
    opens, keeps = make.error(outreach=ready), make.error(outreach=held)
    make.error(make.PEOPLE, outreach=held)
    operation = planned(triager, [opens, keeps, make.error(make.LOG)], "resolve", note="fixed")

    found = {
        name: listed(client, operation, f"effect={name}")
        for name in ("gates", "last_blocker", "blocked_companies")
    }

    assert found["gates"] == found["last_blocker"] == {opens.pk}
    assert found["blocked_companies"] == {opens.pk, keeps.pk}
    assert f"{url(operation, 'rows')}?effect=gates" in text(client, url(operation))


def test_rows_are_listed_by_outcome_and_reason_page_by_page(client, triager):
    operation = planned(triager, [*make.errors(30), make.error(disposition="PARKED")])

    first = client.get(f"{url(operation, 'rows')}?size=25")
    second = client.get(f"{url(operation, 'rows')}?size=25&after={first.context['rows'].after}")
    skipped = client.get(f"{url(operation, 'rows')}?outcome=skipped&reason=already+parked")

    seen = [*first.context["rows"].rows, *second.context["rows"].rows]
    assert [item.subject_id for item in seen] == list(
        OperationItem.objects.order_by("subject_id").values_list("subject_id", flat=True)
    )
    assert len(skipped.context["rows"].rows) == 1


def test_a_row_that_is_gone_is_still_listed(client, triager):
    error = make.error()
    operation = planned(triager, [error])
    HubError.objects.filter(pk=error.pk).delete()

    page = text(client, url(operation, "rows"))

    assert str(error.pk) in page and "no longer there" in page


@pytest.mark.parametrize(
    "query", ["outcome=perhaps", "effect=magic", "colour=red", "sort=reason", "undo=all"]
)
def test_rows_refuse_what_they_do_not_know(client, triager, query):
    assert client.get(f"{url(planned(triager), 'rows')}?{query}").status_code == 400


def test_the_list_shows_states_as_tabs_and_filters_strictly(client, triager):
    waiting, done = planned(triager), planned(triager, verb="resolve", note="fixed")
    runner.run(done)

    page = client.get("/operations/")
    found = client.get("/operations/?state=done&verb=resolve").context["rows"].rows
    mine = client.get(f"/operations/?requester={triager.username}").context["rows"].rows

    assert [(tab.label, tab.count) for tab in page.context["tabs"]] == [
        ("All", 2),
        ("Waiting", 1),
        ("Running", 0),
        ("Done", 1),
        ("Not completed", 0),
    ]
    assert found == [done]
    assert mine == [done, waiting]
    assert client.get("/operations/?state=happy").status_code == 400
    assert client.get("/operations/?colour=red").status_code == 400


def test_the_list_costs_the_same_for_one_and_for_many(client, triager):
    planned(triager)
    client.get("/operations/")
    one = queries_of(client, "/operations/")
    for _ in range(20):
        planned(triager)

    assert queries_of(client, "/operations/") == one <= 12


def test_rows_cost_the_same_for_one_and_for_many(client, triager):
    small, large = planned(triager), planned(triager, make.errors(60))
    client.get(url(small, "rows"))

    assert queries_of(client, url(small, "rows")) == queries_of(client, url(large, "rows")) <= 12


def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("state", ["planned", "running", "done"])
def test_who_only_reads_sees_no_button(client, state):
    by = make.triager()
    operation = planned(by)
    if state != "planned":
        steering.start(operation, by=by)
    if state == "done":
        runner.finish(operation)
    client.force_login(make.viewer())

    page = text(client, url(operation))

    assert '<form method="post" action="/operations/' not in page
    assert "Preview undo" not in page or "disabled" in page


@pytest.mark.parametrize(
    "act",
    [
        "start",
        "request",
        "pause",
        "resume",
        "cancel",
        "discard",
        "throttle",
        "undo",
        "retry",
        "revise",
    ],
)
def test_who_only_reads_changes_nothing(client, act):
    operation = planned(make.triager())
    client.force_login(make.viewer())

    assert client.post(url(operation, act), {"outcome": "failed"}).status_code == 403
    operation.refresh_from_db()
    assert operation.state == "planned"


def test_an_operation_that_is_not_there_is_no_page(client, triager):
    assert client.get("/operations/99999/").status_code == 404
    assert client.post("/operations/99999/start/").status_code == 404
    assert client.get("/operations/99999/rows/?effect=gates").status_code == 404


def test_the_running_operation_without_a_worker_says_so(client, triager):
    operation = planned(triager)
    steering.start(operation, by=triager)
    Operation.objects.filter(pk=operation.pk).update(state_note=steering.BROKER_AWAY)

    page = text(client, url(operation))

    assert "No worker has taken it up yet." in page
    assert "Redis does not answer" in page
