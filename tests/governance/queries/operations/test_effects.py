"""What a plan would do to companies, and the rows behind each figure."""

import io

import pytest

from governance.models import HubError
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
