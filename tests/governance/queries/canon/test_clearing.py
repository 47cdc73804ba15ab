"""What a plan over violations would do to companies, and the rows behind each figure."""

import pytest

from governance.models import Readiness, ViolationCase
from governance.queries.canon import clearing
from governance.queries.operations import effects
from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.django_db
ASKED = {
    "resolve_violation": {"note": "mended"},
    "park_violation": {"reason": "DATA_QUALITY"},
}


def plan(verb, rows):
    return plans.make(verb, errors=rows, by=make.triager(), **ASKED[verb])


def behind(operation, figure):
    return set(
        ViolationCase.objects.filter(
            pk__in=clearing.violations_behind(operation, figure)
        ).values_list("pk", flat=True)
    )


def test_a_plan_says_how_many_companies_it_would_let_go_on():
    ready, held, elsewhere = (make.promotable() for _ in range(3))
    rows = [
        make.violation(outreach=ready),
        make.violation(outreach=held, hub_id="HUB-DOL"),
        make.violation(outreach=elsewhere, hub_id="HUB-OUTREACH"),
        make.violation(outreach=None),
    ]
    make.error(make.PEOPLE, outreach=held)

    operation = plan("resolve_violation", rows)

    wanted = {
        "blocking_rows": 3,
        "companies": 3,
        "blocked_companies": 3,
        "last_blocker": 2,
        "hubs": 1,
        "gates": 2,
    }
    assert {name: operation.effect[name] for name in wanted} == wanted
    assert behind(operation, "gates") == {rows[0].pk, rows[2].pk}
    companies = Readiness.objects.filter(pk__in=effects.companies_behind(operation, "gates"))
    assert {row.pk for row in companies} == {ready.pk, elsewhere.pk}


def test_what_a_plan_promises_comes_true():
    on = make.promotable()
    rows = [make.violation(outreach=on, hub_id=hub) for hub in ("HUB-DOL", "HUB-PEOPLE", "")]

    operation = plan("resolve_violation", rows)
    runner.run(operation)

    assert operation.effect["gates"] == 1
    assert Readiness.objects.get(pk=on.pk).promotable is True


def test_part_of_what_holds_a_company_opens_nothing():
    on = make.promotable()
    first, _ = make.violation(outreach=on), make.violation(outreach=on)

    assert plan("resolve_violation", [first]).effect["gates"] == 0


def test_a_verb_that_clears_nothing_names_no_company_that_opens():
    row = make.violation("V-TOOL-003", outreach=make.promotable())

    operation = plan("park_violation", [row])

    assert effects.companies_behind(operation, "gates") is None
    assert operation.effect["clears"] is False


def test_clearing_errors_opens_nothing_while_a_violation_is_open():
    on = make.promotable()
    make.violation(outreach=on)
    error = make.error(outreach=on)

    operation = plans.make("resolve", errors=[error], by=make.triager(), note="fixed")

    found = {name: operation.effect[name] for name in ("last_blocker", "hubs", "gates")}
    assert found == {"last_blocker": 0, "hubs": 0, "gates": 0}
