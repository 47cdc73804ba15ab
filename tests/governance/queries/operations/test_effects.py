"""What a plan would do to companies, and the rows behind each figure."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import HubError, Readiness, Tier
from governance.queries.operations import effects
from governance.resources import errors
from governance.services.files import imports
from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.django_db
ASKED = {
    "park": {"reason": "DATA_QUALITY"},
    "resolve": {"note": "fixed"},
    "archive": {"reason": "MANUAL"},
    "reset": {},
}


def plan(verb, rows, **given):
    return plans.make(verb, errors=rows, by=make.triager(), **(given or ASKED[verb]))


def test_a_plan_says_how_many_companies_it_would_unblock():
    ready, held = make.promotable(), make.promotable()
    rows = [make.error(outreach=ready), make.error(outreach=held)]
    make.error(make.PEOPLE, outreach=held)

    operation = plan("resolve", rows)

    assert {
        name: operation.effect[name]
        for name in ("blocking_rows", "companies", "last_blocker", "gates")
    } == {
        "blocking_rows": 2,
        "companies": 2,
        "last_blocker": 1,
        "gates": 1,
    }


@pytest.fixture
def triager():
    return make.triager()


def test_the_plan_says_what_the_rows_will_block(triager):
    ready, other = make.promotable(), make.outreach()
    lines = [
        f"{make.DOL},NO_MATCH,{ready.pk},RETRY,MEDIUM",
        f"{make.DOL},NO_MATCH,{ready.pk},,",
        f"{make.CT},CT-M-NO-MX,{other.pk},RESOLVED,",
        f"{make.URL},dns_error,{other.pk},,",
        f"{make.LOG},UNREGISTERED,,,LOW",
    ]
    raw = "error_table,code,outreach_id,disposition,severity\n" + "\n".join(lines)

    operation = imports.plan(
        errors.check(io.BytesIO(raw.encode()), name="x.csv", by=triager), by=triager
    )

    assert {
        name: operation.effect[name]
        for name in ("blocking_rows", "companies", "blocked_companies", "closes")
    } == {
        "blocking_rows": 2,
        "companies": 2,
        "blocked_companies": 1,
        "closes": 1,
    }
    behind = operation.items.filter(subject_id__in=effects.rows_behind(operation, "closes"))
    assert behind.count() == 2
    runner.run(operation)
    assert HubError.objects.blocking().count() == operation.effect["blocking_rows"]


def behind(operation, figure) -> set:
    rows = effects.rows_behind(operation, figure)
    keys = operation.items.filter(subject_id__in=rows).values_list("subject_id", flat=True)
    return set(map(UUID, keys))


def test_each_figure_is_the_number_of_rows_or_companies_behind_it():
    ready, held = make.promotable(), make.promotable()
    opens, keeps = make.error(outreach=ready), make.error(outreach=held)
    make.error(make.PEOPLE, outreach=held)
    loose = make.error(make.URL, outreach=None)
    soon = make.error(make.DOL, created_at=timezone.now() - timedelta(days=29))

    operation = plan("resolve", [opens, keeps, loose, soon])

    assert {name: behind(operation, name) for name in effects.FIGURES} == {
        "blocking_rows": {opens.pk, keeps.pk, soon.pk},
        "expiring_48h": {soon.pk},
        "companies": {opens.pk, keeps.pk, soon.pk},
        "blocked_companies": {opens.pk, keeps.pk, soon.pk},
        "closes": set(),
        "last_blocker": {opens.pk, soon.pk},
        "hubs": {opens.pk, keeps.pk},
        "gates": {opens.pk},
    }
    assert {name: len(behind(operation, name)) for name in effects.FIGURES} == {
        name: operation.effect[name] for name in effects.FIGURES
    }


def companies(operation, figure) -> set:
    found = effects.companies_behind(operation, figure)
    return set(Readiness.objects.filter(pk__in=found).values_list("pk", flat=True))


def test_companies_behind_a_figure_are_those_it_counts():
    ready, held, bare = make.promotable(), make.promotable(), make.outreach()
    rows = [make.error(outreach=company) for company in (ready, held, bare)]
    make.error(make.PEOPLE, outreach=held)

    operation = plan("resolve", rows)

    assert companies(operation, "companies") == {ready.pk, held.pk, bare.pk}
    assert companies(operation, "hubs") == {ready.pk, held.pk}
    assert companies(operation, "gates") == {ready.pk}


def opened(operation) -> dict | None:
    found = effects.openings(operation)
    if found is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(found.sql, found.params)
        return dict(cursor.fetchall())


def test_companies_that_may_go_on_are_told_once_with_how_far():
    ready, held, bare = make.promotable(), make.promotable(), make.outreach()
    make.error(make.DOL, outreach=held)
    rows = [make.error(outreach=company) for company in (ready, held, bare)]

    assert opened(plan("resolve", rows)) == {ready.pk: True, held.pk: False}
    assert opened(plan("park", rows)) is None
    assert opened(plan("reset", [make.target("failed")])) is None


def test_what_parks_frees_nobody_and_what_is_no_error_has_no_companies():
    parking = plan("park", [make.error(outreach=make.promotable())], reason="DATA_QUALITY")
    target = make.target("failed")
    resetting = plans.make("reset", errors=[target], by=make.triager())

    assert effects.companies_behind(parking, "gates") is None
    assert companies(parking, "companies") != set()
    assert effects.companies_behind(resetting, "companies") is None


def test_two_errors_of_one_company_are_two_rows_and_one_company():
    company = make.promotable()

    effect = plan("resolve", make.errors(2, outreach=company)).effect

    assert (effect["blocking_rows"], effect["companies"], effect["gates"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("verb", "clears"), [("park", False), ("resolve", True), ("archive", True)]
)
def test_only_verbs_that_clear_say_so(verb, clears):
    assert plan(verb, [make.error()]).effect["clears"] is clears


def test_company_targets_count_companies_and_lead_to_no_rows():
    operation = plan("reset", [make.target("failed"), make.target("failed")])

    assert (operation.effect["companies"], operation.effect["blocking_rows"]) == (2, 0)
    assert effects.rows_behind(operation, "companies") is None


def test_every_tier_is_counted_also_where_nobody_stands():
    make.promotable()
    make.outreach()

    assert effects.tiers() == dict.fromkeys(Tier.values, 0) | {
        "NOT_READY": 1,
        "TIER_0_ANCHOR_DONE": 1,
    }
