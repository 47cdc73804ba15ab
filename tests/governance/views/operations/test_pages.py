"""Pages of operations: what they say of a plan, of work under way, of what became of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import HubError, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering, undos
from tests import make
from tests.governance.rules import PARK_TRIED, RETRY
from tests.governance.rules import planned as run_planned
from tests.governance.views.desk import HTMX, gated, listed, planned, polled, text, url
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
    assert 'id="watch"' in still.text and "<html" not in still.text
    assert "HX-Refresh" not in still.headers
    assert decided.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("act", ["pause", "cancel"])
def test_a_page_follows_what_somebody_else_does_to_its_operation(client, triager, act):
    operation = planned(triager, make.errors(2))
    steering.start(operation, by=triager)
    page = text(client, url(operation))
    still = polled(client, page)

    getattr(steering, act)(operation, by=make.triager())

    assert "HX-Refresh" not in still.headers
    assert polled(client, page).headers["HX-Refresh"] == "true"


def test_a_paused_page_goes_on_looking_at_leisure(client, triager):
    operation = planned(triager, make.errors(2))
    steering.start(operation, by=triager)
    steering.pause(operation, by=triager)
    page = text(client, url(operation))

    steering.resume(operation, by=triager)

    assert "every 10s" in page
    assert polled(client, page).headers["HX-Refresh"] == "true"


def test_a_plan_that_nobody_asked_for_shows_that_it_was_started_elsewhere(client, triager):
    operation = planned(triager)
    page = text(client, url(operation))
    still = polled(client, page)

    steering.start(operation, by=triager)

    assert "HX-Refresh" not in still.headers and "data-as-of" in still.text
    assert polled(client, page).headers["HX-Refresh"] == "true"


def test_a_page_whose_work_has_ended_asks_no_more(client, triager):
    operation = planned(triager)
    runner.run(operation)

    assert "data-poll" not in text(client, url(operation))


def test_progress_works_without_scripts_as_the_page_itself(client, triager):
    operation = planned(triager)
    steering.start(operation, by=triager)

    assert "<html" in text(client, f"{url(operation)}?part=live")


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
        ("Done in part", 0),
        ("Undone", 0),
        ("Not completed", 0),
    ]
    assert found == [done]
    assert mine == [done, waiting]
    assert client.get("/operations/?state=happy").status_code == 400
    assert client.get("/operations/?colour=red").status_code == 400


def test_tabs_and_facet_count_the_same_states(client, triager):
    undone = planned(triager, make.errors(2))
    runner.run(undone)
    runner.run(undos.plan(undone, by=triager))
    short = planned(triager, make.errors(2))
    HubError.objects.filter(pk=short.items.first().subject_id).update(owner="Somebody")
    runner.run(short)

    page = client.get("/operations/?part=facets", headers=HTMX)

    facet = next(facet for facet in page.context["facets"] if facet.name == "state")
    counted = {value.label: value.tally.count for value in facet.values if value.tally.count}
    tabs = {tab.label: tab.count for tab in client.get("/operations/").context["tabs"]}
    assert counted == {"Done": 1, "Done in part": 1, "Undone": 1}
    assert counted | {"All": 3} == {label: rows for label, rows in tabs.items() if rows}
    assert client.get("/operations/?state=undone").context["rows"].rows == [undone]


def test_the_list_costs_the_same_for_one_and_for_many(client, triager):
    planned(triager)
    client.get("/operations/")
    one = queries_of(client, "/operations/")
    for _ in range(20):
        planned(triager)

    assert queries_of(client, "/operations/") == one <= 12


def test_rules_of_a_run_stand_below_it_and_empty_ones_are_folded(client, triager):
    make.error(retry_count=2)
    run = run_planned(PARK_TRIED, RETRY, by=triager)
    alone = planned(triager, [make.error(retry_count=9)])

    page = client.get("/operations/")
    first, second = page.context["table"].groups()

    assert (first.heading, [row.key for row in first.rows]) == ("", [str(alone.pk)])
    assert f">{run}</a>" in second.heading
    assert "1 rule with nothing to do" in second.heading
    assert [row.folded for row in second.rows] == [False, True]
    assert 'class="is-folded"' in page.content.decode()


def test_the_list_costs_the_same_for_one_run_and_for_many(client, triager):
    make.error(retry_count=2)
    run_planned(PARK_TRIED, RETRY, by=triager)
    client.get("/operations/")
    one = queries_of(client, "/operations/")
    for _ in range(3):
        run_planned(PARK_TRIED, RETRY, by=triager)

    assert queries_of(client, "/operations/") == one <= 12


def test_what_was_done_in_part_says_so_first_and_leads_to_its_rows(client, triager):
    rows = make.errors(3)
    operation = planned(triager, rows)
    runner.run(planned(triager, rows[:1], "resolve", note="fixed"))
    runner.run(operation)

    page = tight(text(client, url(operation)))

    assert "Park 2 errors" in page and "Done in part.</strong>" in page
    assert "outcome=skipped&amp;reason=changed" in page
    assert "skipped (changed since plan)" in page
    assert [tab.count for tab in client.get("/operations/").context["tabs"]][3:5] == [1, 1]
    part = client.get("/operations/?state=done_in_part&state=nothing_done").context["rows"].rows
    assert part == [operation]


def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


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


def test_an_operation_that_cannot_go_on_says_what_failed_and_how_often(client, triager):
    operation = planned(triager)
    steering.start(operation, by=triager)
    Operation.objects.filter(pk=operation.pk).update(
        failures=3, fault="RuntimeError: it broke", state_note=steering.BROKER_AWAY
    )

    page = text(client, url(operation))

    assert f"{operation} could not go on, 3 times in a row." in page
    assert "RuntimeError: it broke" in page
    assert "No worker has taken it up yet" not in page


def test_the_running_operation_says_whose_lock_it_waits_for(client, triager):
    operation = planned(triager)
    steering.start(operation, by=triager)
    Operation.objects.filter(pk=operation.pk).update(waits_for="ana/psql since 2026-01-05 09:14:03")

    page = text(client, url(operation))

    assert "Waiting for a lock held by ana/psql since 2026-01-05 09:14:03." in page
    assert "No worker" not in page


def test_a_plan_over_rows_that_never_expire_has_its_page_and_so_has_its_undo(client, triager):
    operation = plans.make("reset", errors=[make.target("failed")], by=triager)

    page, rows = text(client, url(operation)), text(client, url(operation, "rows"))
    runner.run(operation)
    back = text(client, url(undos.plan(operation, by=triager)))

    assert all(words in page for words in ("Sample", "never", "Reset 1 company target"))
    assert "failed" in rows
    assert "Sample" in back and "failed" in back


def test_what_was_cancelled_does_not_count_as_done(client, triager):
    operation = planned(triager, make.errors(10))
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=4)
    steering.start(operation, by=triager)
    runner.run_chunk(operation.pk)
    steering.cancel(operation, by=triager)

    page = tight(text(client, url(operation)))

    assert "40 %" in page and "4 of 10 rows done, 6 left alone" in page
    assert "accounted for" not in page


@pytest.mark.parametrize("state", ["rejected", "expired"])
def test_a_plan_that_will_not_run_says_why(client, triager, state):
    operation = gated(triager)
    if state == "rejected":
        votes.reject(requests.make(operation, by=triager), by=make.manager(), comment="not yet")
    else:
        steering.expire_waiting(at=operation.expires_at)

    page = text(client, url(operation))

    assert {"rejected": "not yet", "expired": "It waited too long: plan it again."}[state] in page
    assert "Preview undo" not in page
