"""Readiness by the API: figures now and of days, trends, moves, and what would change."""

import json
import uuid

import pytest
from django.core.management import call_command

from governance.models import ReadinessFigure, ReadinessSnapshot, Tier
from governance.queries.readiness.snapshots import end_of
from governance.services import readiness, snapshots
from tests import make
from tests.callers import Caller
from tests.governance.transitions import MISSING, came_and_went, days_ago, moved

pytestmark = pytest.mark.django_db

NOW = "/api/readiness/"
READY = (Tier.ANCHOR_DONE, "")


@pytest.fixture
def analyst() -> Caller:
    return Caller(make.analyst())


def rose() -> uuid.UUID:
    company = uuid.uuid4()
    moved(company, 6, None, MISSING)
    moved(company, 3, MISSING, READY)
    return company


def kept(days: int, definition: int = 1, **tiers: int) -> None:
    """Keep the figures of a day: companies without promotion by tier."""
    day = days_ago(days)
    snapshot = ReadinessSnapshot.objects.create(
        day=day,
        at=end_of(day),
        definition=definition,
    )
    for tier, companies in tiers.items():
        ReadinessFigure.objects.create(
            snapshot=snapshot,
            tier=tier,
            reason="CT_MISSING" if tier == Tier.NOT_READY else "",
            promotable=False,
            companies=companies,
        )


def between(first: int = 5, last: int = 2) -> str:
    for days in (first, last):
        snapshots.take(days_ago(days))
    return f"from={days_ago(first)}&to={days_ago(last)}"


def test_figures_are_those_of_the_command(analyst, capsys):
    make.promotable()
    make.error(outreach=make.outreach())

    said = analyst.get(NOW).json()
    call_command("readiness", "--json")

    assert said["tiers"] == json.loads(capsys.readouterr().out)
    assert said["companies"] == 2 and said["promotable"] == 1
    assert said["reasons"] == {"CT_MISSING": 1, "none": 1}
    assert said["bottlenecks"]["none"] == 1
    assert said["required_slots"] == 3 and said["as_of"].endswith("Z")


def test_another_policy_is_another_definition(analyst):
    before = analyst.get(NOW).json()["definition"]
    readiness.require(2, by=make.admin(), reason="Fewer slots")

    said = analyst.get(NOW).json()

    assert said["definition"] == before + 1 and said["required_slots"] == 2


def test_days_are_listed_with_their_figures_both_ways(analyst):
    kept(4, NOT_READY=1)
    kept(3, NOT_READY=1)
    kept(2, TIER_0_ANCHOR_DONE=1)

    page = analyst.get(f"{NOW}snapshots/?size=2").json()
    second = analyst.get(page["next"]).json()

    assert [row["day"] for row in page["results"]] == [str(days_ago(2)), str(days_ago(3))]
    assert page["results"][0]["tiers"][Tier.ANCHOR_DONE] == 1
    assert second["results"][0]["reasons"] == {"CT_MISSING": 1}
    assert analyst.get(second["previous"]).json()["results"] == page["results"]


def test_days_are_narrowed_by_the_first_and_the_last(analyst):
    for days in (4, 3, 2):
        kept(days)

    answer = analyst.get(f"{NOW}snapshots/?after={days_ago(3)}&before={days_ago(3)}")

    assert [row["day"] for row in answer.json()["results"]] == [str(days_ago(3))]


def test_one_day_is_read_by_its_date(analyst):
    kept(2, NOT_READY=1)

    said = analyst.get(f"{NOW}snapshots/{days_ago(2)}/").json()
    lacking = analyst.get(f"{NOW}snapshots/{days_ago(3)}/")

    assert said["companies"] == 1 and said["definition"] == 1
    assert lacking.status_code == 404
    assert lacking.json()["detail"] == f"There is no snapshot of {days_ago(3)}."


def test_a_trend_names_every_day_and_the_missing_ones(analyst):
    kept(5, NOT_READY=1)
    kept(2, TIER_0_ANCHOR_DONE=1)
    query = f"from={days_ago(5)}&to={days_ago(2)}"

    said = analyst.get(f"{NOW}trends/?{query}").json()

    assert [day["day"] for day in said["days"]] == [str(days_ago(n)) for n in (5, 4, 3, 2)]
    assert said["missing"] == 2 and said["days"][1]["figures"] is None
    anchor = next(one for one in said["measures"] if one["name"] == Tier.ANCHOR_DONE)
    assert (anchor["last"], anchor["change"], anchor["low"]) == (1, 1, 0)


def test_moves_are_listed_by_the_filter_of_their_page_and_counted(analyst):
    found = {str(rose()), str(rose())}
    came_and_went(came=3, went=1)
    query = between()

    way = f"{query}&from_tier=NOT_READY&to_tier=TIER_0_ANCHOR_DONE"
    listed = analyst.get(f"{NOW}moves/?{way}&size=1").json()
    rest = analyst.get(listed["next"]).json()["results"]
    counted = analyst.get(f"{NOW}moves/counts/?{query}").json()

    rows = [*listed["results"], *rest]
    assert {row["outreach_id"] for row in rows} == found
    assert rows[0]["from_reason"] == "CT_MISSING" and rows[0]["to_reason"] == ""
    assert counted["ways"]["NOT_READY"]["TIER_0_ANCHOR_DONE"] == 2
    assert counted["ways"]["absent"]["NOT_READY"] == 1 and counted["companies"] == 3


def test_a_cursor_is_of_the_days_that_were_the_latest_then(analyst):
    rose()
    rose()
    between()
    following = analyst.get(f"{NOW}moves/?size=1").json()["next"]
    snapshots.take(days_ago(1))

    answer = analyst.get(following)

    assert answer.status_code == 400 and answer.json()["key"] == "cursor"


@pytest.mark.parametrize(
    "rest",
    [
        "trends/?from=2026-01-05&to=2026-01-02",
        "trends/?from=x",
        "trends/?from=2020-01-01&to=2025-01-01",
        "trends/?to=9999-01-01",
        "trends/?days=7",
        "trends/?from=2026-01-01&from=2026-01-02",
        "moves/?from=2026-01-05&to=2026-01-02",
        "moves/?from=2026-01-01&to=2026-01-02",
        "moves/",
        "moves/counts/?from=x",
        "moves/counts/?from_tier=NOT_READY",
        "snapshots/?after=x",
        "snapshots/?day=2026-01-01",
        "snapshots/today/",
        "?at=2026-01-01",
    ],
)
def test_days_that_say_nothing_are_refused(analyst, rest):
    assert analyst.get(f"{NOW}{rest}").status_code == 400


def test_days_of_two_definitions_are_refused_in_the_words_of_the_page(analyst):
    rose()
    query = between()
    ReadinessSnapshot.objects.filter(day=days_ago(2)).update(definition=2)

    answer = analyst.get(f"{NOW}moves/?{query}")

    assert answer.status_code == 400
    assert "What a tier means changed between" in answer.json()["detail"]


def test_what_would_change_counts_companies_and_leads_to_them(analyst):
    company = make.promotable()
    make.error(make.DOL, outreach=company, code="NO_MATCH")
    make.error(outreach=make.outreach())

    said = analyst.post(f"{NOW}changes/", {"filter": {"code": "NO_MATCH"}}).json()

    freed = {one["target"]: one for one in said["targets"]}
    assert said["companies"] == said["held"] == 1
    assert freed["OUTREACH"]["companies"] == 1 and freed["DOL"]["companies"] == 0
    listed = analyst.post("/api/companies/search/", {"filter": freed["OUTREACH"]["filter"]})
    assert [row["outreach_id"] for row in listed.json()["results"]] == [str(company.pk)]


def test_without_a_filter_every_open_error_is_meant(analyst):
    company = make.promotable()
    make.error(make.DOL, outreach=company)

    said = analyst.post(f"{NOW}changes/", {}).json()

    listed = analyst.post("/api/companies/search/", {"filter": said["targets"][-1]["filter"]})
    assert said["targets"][-1]["companies"] == len(listed.json()["results"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        7,
        None,
        {"colour": 1},
        {"filter": []},
        {"filter": {"colour": "red"}},
        {"filter": {"disposition": "x"}},
        {"filter": {"code": {}}},
        {"filter": {"code": 1.5}},
        {"filter": {"q": "x" * 10_000}},
        b'{"filter": {"code": "\\u0000"}}',
        b'{"filter": {"code": NaN}}',
        b"[" * 5_000,
    ],
)
def test_a_body_that_selects_nothing_is_refused(analyst, body):
    sent = b"null" if body is None else body

    assert analyst.post(f"{NOW}changes/", sent).status_code == 400


def test_a_body_that_is_no_json_is_refused(analyst):
    answer = analyst.post(f"{NOW}changes/", b"a=1", content_type="text/plain")

    assert answer.status_code == 415


def test_who_may_not_see_companies_is_told_so():
    stranger = Caller(make.user())

    for rest in ("", "snapshots/", "trends/", "moves/"):
        assert stranger.get(f"{NOW}{rest}").status_code == 403
    assert stranger.post(f"{NOW}changes/", {}).status_code == 403


def test_costs_are_the_same_for_one_row_and_for_many(analyst, django_assert_max_num_queries):
    rose()
    query = between()
    paths = (NOW, f"{NOW}snapshots/", f"{NOW}trends/?{query}", f"{NOW}moves/?{query}")
    analyst.get(NOW)

    def costs() -> list[int]:
        found = []
        for path in paths:
            with django_assert_max_num_queries(10) as asked:
                analyst.get(path)
            found.append(len(asked))
        return found

    few = costs()
    for _ in range(20):
        rose()
    for days in (5, 4, 3, 2, 1):
        snapshots.take(days_ago(days))
    assert costs() == few
