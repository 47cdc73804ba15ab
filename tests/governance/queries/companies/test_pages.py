"""Pages of companies against the plain order of everything that fits, whatever way leads to the rows."""

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.filters.companies import CompanyFilter
from governance.models import Readiness
from governance.queries.companies import names, pages, standing
from governance.queries.companies.pages import CompanyPaginator
from outreach_admin.lists.tallies import Tally
from tests import make, owner

pytestmark = pytest.mark.django_db
PATHS = ("company_name", "open_errors", "-open_errors", "-tier")
FILTERS = (
    "",
    "tier=NOT_READY",
    "promotable=true",
    "promotable=false&state=OH&state=none",
    "ct_blocked=true",
    "reason=CT_FAILED&reason=DOL_ERROR",
    "state=nowhere",
    "state=other",
    "state=Texas&state=OH",
    "state=Texas&q=clinic",
    "errors_from=1",
    "errors_to=1&tier=NOT_READY",
    "blocker_before=now",
    "q=company",
    "q=clinic",
    "q=clinic&state=TX",
    "q=100%25",
    "q=clinic&errors_from=1",
    "company=firm3.example",
    "company=nobody.example",
)
# how a search for keys begins
KEYS = ("SELECT outreach_id FROM", 'SELECT "outreach_id" FROM')
# what leads to the rows is chosen by these: every way gives the same pages
WAYS = (
    {},
    {"NEAR": 1, "PATIENCE": 0},
    {"NEAR": 3, "MOST_CELLS": 0},
    {"NEAR": 2, "AS_LONG": 1000},
    {"NEAR": 2, "AS_LONG": 0},
    {"NEAR": 2, "AS_LONG": 0, "MANY": 0},
)
# by the first and the last way all of the code runs
BOTH_ENDS = [
    pytest.param(way, marks=[] if way in (WAYS[0], WAYS[-1]) else pytest.mark.soak) for way in WAYS
]
THOUSANDS = """
WITH spine AS (
    INSERT INTO governance_outreach (outreach_id, sovereign_id, domain, created_at, updated_at)
    SELECT gen_random_uuid(), gen_random_uuid(), format('c%s.example', n), now(), now()
    FROM generate_series(1, 4000) n
    RETURNING outreach_id, domain)
INSERT INTO governance_companymaster (company_unique_id, outreach_id, company_name, address_state)
SELECT 'CO-' || domain, outreach_id, 'Company ' || domain,
    CASE WHEN domain LIKE '%00.example' THEN 'OH' END
FROM spine"""


def populate(companies: int, *, seed: int = 1) -> None:
    draw = random.Random(seed)
    for number in range(companies):
        on = make.promotable(domain=f"firm{number}.example") if draw.random() < 0.4 else None
        on = (
            on
            or make.target(
                "failed", outreach=make.outreach(domain=f"firm{number}.example")
            ).outreach
        )
        if draw.random() < 0.8:
            name = draw.choice(["Company", "Clinic", "100% Farms", "clinics and more"])
            make.company(
                outreach=on, company_name=name, address_state=draw.choice(["OH", "TX", "Texas"])
            )
        for _ in range(draw.choice([0, 0, 1, 3])):
            make.error(draw.choice([make.CT, make.DOL, make.URL]), outreach=on)


def filterset(text: str) -> CompanyFilter:
    return CompanyFilter(QueryDict(text), Readiness.objects.all())


def paginator(text: str, path: str, *, size: int = 7) -> CompanyPaginator:
    return filterset(text).paginator(standing.keyed(), sort=path, size=size)


def walked(text: str, path: str) -> list:
    pages, found = paginator(text, path), []
    page = pages.page()
    while True:
        found += [row.pk for row in page.rows]
        if page.after is None:
            return found
        page = pages.page(after=page.after)


def expected(text: str, path: str) -> list:
    sign = "-" if path.startswith("-") else ""
    rows = filterset(text).qs.order_by(path, f"{sign}pk")
    return list(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("way", WAYS)
def test_pages_hold_every_fitting_row_once_and_in_order(monkeypatch, way):
    populate(30)
    for name, value in way.items():
        monkeypatch.setattr(pages, name, value)

    for text, path in itertools.product(FILTERS, PATHS):
        assert walked(text, path) == expected(text, path), (text, path)


@pytest.mark.parametrize("way", BOTH_ENDS)
def test_a_company_knows_its_place_and_neighbours_in_any_list(monkeypatch, way):
    populate(12)
    for name, value in way.items():
        monkeypatch.setattr(pages, name, value)

    for text, path in itertools.product(FILTERS, PATHS):
        listed, walk = expected(text, path), paginator(text, path, size=1)
        for place, key in enumerate(listed):
            row = Readiness.objects.get(pk=key)
            beside = [None, *listed, None]
            assert walk.neighbours(row) == (beside[place], beside[place + 2]), (text, path)
            assert walk.rank(row) == Tally(place + 1), (text, path)


def test_a_place_far_from_the_first_row_is_told_as_at_least():
    populate(12)
    last = Readiness.objects.order_by("company_name", "pk").last()

    assert paginator("", "company_name").rank(last, most=5) == Tally(6, at_least=True)
    assert paginator("company=" + last.domain, "company_name").rank(last, most=5) == Tally(1)


def test_a_list_without_rows_has_no_page_and_reads_no_company(django_assert_num_queries):
    pages = paginator("state=nowhere", "company_name")

    with django_assert_num_queries(0):
        assert pages.page().rows == []


@pytest.fixture
def thousands():
    """Four thousand companies, every hundredth with a state, and what the database knows of them."""
    with connection.cursor() as cursor:
        cursor.execute(THOUSANDS)
    owner.runs("ANALYZE governance_outreach, governance_companymaster, governance_readiness")


def plan_of(text: str, path: str) -> str:
    """How the database finds the keys of a page."""
    pages = paginator(text, path, size=1)
    with CaptureQueriesContext(connection) as captured:
        pages.page()
    read = next(query["sql"] for query in captured if query["sql"].startswith("SELECT"))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.usefixtures("thousands")
def test_each_way_goes_by_its_index():
    rare, common = "state=OH", "state=none"

    assert "readiness_standing" in plan_of(rare, "company_name")
    assert "readiness_name" in plan_of(common, "company_name")
    assert "readiness_domain" in plan_of(common, "-domain")
    assert "readiness_standing" in plan_of(common, "open_errors")
    assert "readiness_errors" in plan_of("", "-open_errors")
    assert "readiness_tier" in plan_of("", "-tier")
    assert "Seq Scan" not in plan_of(common, "-tier")


def rows_read(plan: dict[str, Any]) -> int:
    """How many rows all scans of a plan gave."""
    inner = sum(map(rows_read, plan.get("Plans", ())))
    return inner or round(plan["Actual Rows"] * plan["Actual Loops"])


def test_only_combinations_that_begin_first_are_read_beyond_their_first_row(monkeypatch):
    for number in range(60):
        make.errors(number % 4, make.DOL, outreach=make.outreach(domain=f"firm.x{number // 4}"))
    monkeypatch.setattr(pages.CompanyPaginator, "_are_few", False)
    walk = paginator("tier=NOT_READY", "-open_errors", size=2)
    cells = len(walk.filtered.cells)

    with CaptureQueriesContext(connection) as captured:
        walk.page()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {captured[0]['sql']}")
        ((found,),) = cursor.fetchall()

    assert cells > 20
    # the combinations, the first row of each, and a page of those that lead
    assert rows_read(found[0]["Plan"]) <= 2 * cells + 3 * 3


def test_a_common_text_is_met_along_the_order_and_never_gathered(monkeypatch):
    for number in range(40):
        word = "" if number % 4 else "dental"
        make.outreach(domain=f"c{number:02}{word}.example")
    monkeypatch.setattr(pages, "NEAR", 8)
    monkeypatch.setattr(pages, "AS_LONG", 1000)

    with CaptureQueriesContext(connection) as captured:
        found = paginator("q=dental", "domain").page()

    assert [row.domain[:3] for row in found.rows[:3]] == ["c00", "c04", "c08"]
    assert len(found.rows) == 7
    assert not [one for one in captured if "holding" in one["sql"]]


def searches(text: str, path: str, *, size: int = 7) -> list[str]:
    """The statements that look for the keys of a page."""
    pages = paginator(text, path, size=size)
    with CaptureQueriesContext(connection) as captured:
        pages.page()
    return [one["sql"] for one in captured if one["sql"].startswith(KEYS)]


@pytest.mark.usefixtures("thousands")
@pytest.mark.parametrize(
    ("as_long", "many", "ways"),
    [
        (100, 10_000, ["LIMIT 200", "LIMIT"]),
        (0, 10_000, ["LIMIT 200", "holding"]),
        (0, 0, ["LIMIT 200", "OFFSET 0"]),
    ],
)
def test_how_many_hold_a_text_says_how_it_is_looked_for(monkeypatch, as_long, many, ways):
    """A tenth of the companies do, none of them beside the next."""
    monkeypatch.setattr(pages, "NEAR", 200)
    monkeypatch.setattr(pages, "AS_LONG", as_long)
    monkeypatch.setattr(pages, "MANY", many)

    found = searches("q=1.example", "open_errors", size=60)

    assert [way in one for one, way in zip(found, ways, strict=True)] == [True, True]
    assert ("holding" in found[1]) is ("holding" in ways)


def explained(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (VERBOSE) {query}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.usefixtures("thousands")
def test_companies_that_hold_a_text_are_read_one_by_one(monkeypatch):
    """Whatever the database thinks of how many hold it, it does not read all the others beside."""
    monkeypatch.setattr(pages, "NEAR", 1)

    *_, looked_up = searches("q=c17", "company_name")

    plan = explained(looked_up)
    assert "governance_readiness_pkey on public.governance_readiness" in plan
    assert plan.count("on public.governance_readiness") == 1
    assert "Hash Join" not in plan


@pytest.mark.usefixtures("thousands")
def test_combinations_are_worked_out_for_rows_that_hold_the_text_alone():
    tried, *_ = searches("q=c17&dol_done=false", "company_name")

    plan = explained(tried)
    read, asked = "Output: ", "Filter: "
    assert "hash_array_extended" in "".join(
        line for line in plan.splitlines() if asked in line and "~~" in line.split("hash_array")[0]
    )
    assert not [
        line for line in plan.splitlines() if read in line and "hash_array_extended" in line
    ]


@pytest.mark.usefixtures("thousands")
def test_blockers_since_a_moment_are_found_by_their_time():
    make.errors(1500, make.DOL, created_at=timezone.now() - timedelta(days=20))
    owner.runs("ANALYZE governance_huberror, governance_readiness")

    assert "error_created" in plan_of("blocker_after=7d-ago", "company_name")


def test_a_text_is_looked_up_by_its_letters():
    found = names.holding("hartfell", "hartfell.example")

    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{way} TO off")
    assert "outreach_domain_trgm" in found.explain()


@pytest.mark.usefixtures("thousands")
def test_the_best_of_a_filter_are_found_without_reading_the_better_ones(monkeypatch):
    """What is filtered may lie behind every company of a higher tier."""
    monkeypatch.setattr(pages, "NEAR", 20)
    for _ in range(30):
        make.target("ready")

    found = paginator("tier=NOT_READY&tier=TIER_0_ANCHOR_DONE&state=none", "-tier", size=40)
    first = found.page()

    tiers = [row.tier for row in first.rows]
    assert tiers == ["TIER_0_ANCHOR_DONE"] * 30 + ["NOT_READY"] * 10
    assert len(found.page(after=first.after).rows) == 40
