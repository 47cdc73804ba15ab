"""Runs as pages."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = "/enrichment/runs/"
ALL = f"{LIST}?view=all"
HOSTILE = "<script>alert(1)</script> \x1b[31m \u202etxet =cmd()"


@pytest.fixture
def ops(client):
    """The client of a signed-in triager."""
    client.force_login(make.triager())
    return client


def queries(client, address):
    # parts are asked for by htmx
    headers = {"HX-Request": "true"} if "part=" in address else {}
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers=headers).status_code == 200
    return len(captured)


def rows(page: str) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', page)


def needless(**given):
    fresh = make.run(workflow=given.pop("workflow", None), credits=2)
    return make.run(
        "skipped",
        workflow=fresh.workflow,
        entity_key=fresh.entity_key,
        refused_for=fresh,
        credits_saved=2,
        **given,
    )


def counts(page: str) -> dict[str, str]:
    found = re.findall(
        r'<span class="cut">([^<]+)</span>\s*<span class="count">([^<]+)</span>', page
    )
    return {word.strip(): number.strip() for word, number in found}


def test_a_bare_address_shows_the_last_30_days(ops):
    answer = ops.get(LIST)

    assert (answer.status_code, answer.url) == (302, f"{LIST}?started_after=30d-ago")
    assert "Refused as fresh" in ops.get(ALL).text


@pytest.mark.parametrize(
    "address",
    [
        ALL,
        f"{ALL}&part=facets",
        f"{ALL}&part=total",
        f"{ALL}&workflow=earlier&part=results",
        f"{ALL}&started_after=30d-ago&part=results",
    ],
)
def test_a_hundred_runs_cost_as_many_queries_as_one(ops, address):
    workflow = make.workflow()
    workflow.aliases.create(alias="earlier")
    needless(workflow=workflow, by=make.triager())
    alone = queries(ops, address)

    for _ in range(50):
        needless(workflow=workflow, by=make.triager())

    assert queries(ops, f"{address}&size=100") == alone <= 12


@pytest.mark.parametrize(
    "text", ["robot=1", "status=gone", "sort=entity", "started_after=soon", "trigger=x", "after=zz"]
)
def test_a_wrong_address_shows_no_run(ops, text):
    run = make.run()

    answer = ops.get(f"{LIST}?{text}")

    assert answer.status_code == 400
    assert str(run.pk) not in answer.text


def test_facets_are_counted_from_the_counters(ops):
    discovery = make.workflow(workflow_name="company_discovery")
    make.run("failed", workflow=discovery, source="clay")
    for _ in range(2):
        make.run("completed", workflow=discovery, source="apollo", trigger="schedule")

    with CaptureQueriesContext(connection) as captured:
        address = f"{LIST}?workflow=company_discovery&part=facets"
        page = ops.get(address, headers={"HX-Request": "true"}).text

    assert counts(page)["Completed"] == "2"
    assert counts(page)["company_discovery"] == "3"
    assert counts(page)["apollo"] == "2"
    assert not [one for one in captured if '"enrichment_run"' in one["sql"]]


def test_an_earlier_name_of_a_workflow_counts_and_finds_its_runs(ops):
    run = make.run()
    run.workflow.aliases.create(alias="earlier")
    make.run()

    page = ops.get(f"{LIST}?workflow=earlier").text

    assert rows(page) == [str(run.pk)]
    assert "1 run" in tight(ops.get(f"{LIST}?workflow=earlier&part=total").text)


def test_needless_requests_are_told_and_lead_to_exactly_these(ops):
    month = timezone.now() - timedelta(days=31)
    old = needless(ran_at=month)
    new = [needless(), needless()]

    page = ops.get(f"{LIST}?started_after=30d-ago").text

    assert "2 requests were answered “already enriched”." in tight(page)
    assert "4 credits not spent." in page
    link = re.search(r'href="(\?[^"]+)">Which', page).group(1).replace("&amp;", "&")
    found = ops.get(f"{LIST}{link}").text
    assert set(rows(found)) == {str(run.pk) for run in new}
    assert str(old.pk) not in found


def test_the_view_of_needless_requests_says_how_many_there_are_and_what_they_saved(ops):
    needless()
    needless()
    make.run("skipped")

    tabs = {tab.label: tab for tab in ops.get(ALL).context["tabs"]}
    assert tabs["Refused as fresh"].count == 2
    page = ops.get(f"{LIST}{tabs['Refused as fresh'].url}").text

    assert "2 requests were answered “already enriched”." in tight(page)
    assert "4 credits not spent." in page
    assert "Which" not in page
    assert len(rows(page)) == 2
    assert "answered “already" not in ops.get(f"{LIST}?already_enriched=false").text


def test_where_none_was_needless_nothing_is_said(ops):
    make.run()

    assert "already enriched" not in ops.get(ALL).text


def test_a_row_says_what_its_state_leaves_open(ops):
    make.run("failed", error_class="Timeout", error_text="after 10 s", attempt=2, credits=0)
    make.run("running", records_in=1, heartbeat_at=timezone.now())

    page = tight(ops.get(ALL).text)

    assert "Timeout: after 10 s, try 2" in page
    assert "1 / –" in page


def test_a_run_tells_what_it_counted_and_what_happened_around_it(ops):
    skipped = needless()
    fresh = skipped.refused_for
    fresh.layers = {"extracted": {"in": 7, "out": 1234}, "raw": {"in": 1}}
    fresh.save(update_fields=["layers"])
    other = make.run()

    page = tight(ops.get(f"{LIST}{fresh.pk}/").text)

    assert "1,234" in page
    assert page.index("raw</th>") < page.index("extracted</th>")
    assert "Requests that it made needless" in page
    assert str(skipped.pk) in page
    assert str(other.pk) not in page


def test_a_run_counts_what_it_made_needless_and_leads_to_exactly_these(ops):
    fresh = make.run()
    for _ in range(22):
        make.run("skipped", workflow=fresh.workflow, refused_for=fresh)
    needless()

    page = tight(ops.get(f"{LIST}{fresh.pk}/").text)
    found = tight(ops.get(f"{LIST}?answered_by={fresh.pk}").text)

    assert f'href="{LIST}?answered_by={fresh.pk}">22 requests</a>' in page
    assert "22 runs" in found


def test_a_needless_request_leads_to_the_run_that_answered_it(ops):
    skipped = needless()

    page = ops.get(f"{LIST}{skipped.pk}/").text

    assert f'href="/enrichment/runs/{skipped.refused_for_id}/"' in page
    assert "</time>: 2 credits saved." in tight(page)


def test_a_story_leads_to_every_try_also_those_that_it_leaves_out(ops):
    run = make.run()
    again = make.run(workflow=run.workflow, entity_key=run.entity_key)
    make.run(workflow=run.workflow)
    make.run(entity_key=run.entity_key)

    page = ops.get(f"{LIST}{run.pk}/").text

    link = re.search(r'href="([^"]+)">All of them', page).group(1).replace("&amp;", "&")
    assert set(rows(ops.get(link).text)) == {str(run.pk), str(again.pk)}


def test_a_run_leads_on_to_its_neighbours_in_the_list(ops):
    now = timezone.now()
    runs = [make.run("failed", ran_at=now - timedelta(minutes=n)) for n in range(3)]

    page = ops.get(f"{LIST}{runs[1].pk}/?status=failed").text

    assert f'rel="prev" href="/enrichment/runs/{runs[0].pk}/?status=failed"' in page
    assert f'rel="next" href="/enrichment/runs/{runs[2].pk}/?status=failed"' in page
    assert re.search(r"2 of <a [^>]+>3</a>", tight(page))


@pytest.mark.parametrize("layers", [{}, {"raw": 1}, {"raw": {"in": "x"}, "=cmd()": {}}])
def test_odd_and_hostile_content_is_shown_as_it_is(ops, layers):
    run = make.run(
        "failed",
        source=HOSTILE,
        error_class=HOSTILE,
        error_text=HOSTILE * 20,
        raw_key=HOSTILE,
        layers=layers,
    )

    for address in (ALL, f"{ALL}&part=facets", f"{LIST}{run.pk}/"):
        page = ops.get(address).text
        assert "<script>alert" not in page
        assert "\u202e" not in page


def test_many_runs_of_one_entity_cost_as_many_queries_as_one(ops):
    run = make.run(by=make.triager())
    address = f"{LIST}{run.pk}/"
    alone = queries(ops, address)

    for _ in range(20):
        make.run(workflow=run.workflow, entity_key=run.entity_key, by=make.triager())

    assert queries(ops, address) == alone <= 12


def test_a_run_that_is_not_there_is_not_found(ops):
    assert ops.get(f"{LIST}{uuid4()}/").status_code == 404


def test_facets_beside_another_filter_are_counted_from_the_rows(ops):
    make.run("failed", ran_at=timezone.now() - timedelta(days=60))
    make.run("failed")
    make.run()

    page = ops.get(f"{LIST}?started_after=30d-ago&part=facets").text

    assert counts(page)["Failed"] == "1"
    assert counts(page)["Completed"] == "1"


def test_an_open_run_is_cancelled_with_its_reason_by_who_may(client):
    run = make.run("running")
    client.force_login(make.manager(first_name="Mei", last_name="Tanaka"))
    assert "Cancel this run" in client.get(f"{LIST}{run.pk}/").text

    answer = client.post(f"{LIST}{run.pk}/cancel/", {"reason": "Asked for twice."}, follow=True)

    run.refresh_from_db()
    assert run.status == "cancelled"
    assert run.error_text == "Cancelled by Mei Tanaka: Asked for twice."
    assert "is cancelled." in answer.text
    assert "Cancel this run" not in answer.text


def test_a_run_that_has_ended_is_not_cancelled(ops):
    run = make.run("completed")

    answer = ops.post(f"{LIST}{run.pk}/cancel/", {"reason": ""})

    assert answer.status_code == 409
    assert "This run has ended already" in answer.text


@pytest.mark.parametrize("reason", ["x" * 301, "a\0b"])
def test_a_reason_that_cannot_be_kept_is_refused(ops, reason):
    run = make.run("running")

    assert ops.post(f"{LIST}{run.pk}/cancel/", {"reason": reason}).status_code == 400
    run.refresh_from_db()
    assert run.status == "running"


def test_who_only_looks_is_offered_no_cancelling(client):
    run = make.run("running")
    client.force_login(make.viewer())

    assert "Cancel this run" not in client.get(f"{LIST}{run.pk}/").text
    assert client.post(f"{LIST}{run.pk}/cancel/").status_code == 403
