"""What plans change for companies, in words and as links."""

import pytest

from governance.filters.companies import CompanyFilter
from governance.models import Readiness
from governance.services.operations import plans
from governance.templatetags import effects
from tests import make

pytestmark = pytest.mark.django_db


def test_each_target_leads_to_exactly_the_companies_that_a_plan_frees():
    rows = [
        make.error(outreach=make.promotable()),
        make.error(outreach=make.target("ready").outreach),
    ]
    plan = plans.make("resolve", errors=rows, by=make.triager(), note="fixed")

    found = {target: (n, url) for target, n, url in effects.freed(plan.effect, plan.pk)}

    assert {target: n for target, (n, _) in found.items()} == {
        "DOL": 2,
        "People": 2,
        "Blog": 2,
        "BIT": 2,
        "Outreach": 1,
    }
    for count, url in found.values():
        query = url.partition("?")[2]
        assert CompanyFilter.from_text(query, Readiness.objects.all()).qs.count() == count


def test_a_plan_that_clears_nothing_frees_nobody():
    error = make.error(outreach=make.promotable())
    plan = plans.make("park", errors=[error], by=make.triager(), reason="DATA_QUALITY")

    assert effects.freed(plan.effect, plan.pk) == []


def test_a_plan_counted_before_hubs_were_says_nothing_of_them():
    assert effects.freed({"gates": 1, "clears": True}, 1) == []


def test_who_decides_is_told_of_tiers_and_gates_that_only_an_import_moves():
    nothing = dict.fromkeys(effects.REQUEST_EFFECTS, 0)

    told = effects.effect_lines(nothing | {"tier_changes": 2})

    assert told[0] == ("tier_changes", "Companies that change tier", 2)
    assert "closes" not in {name for name, *_ in told}
    assert len(effects.effect_lines(nothing)) == len(told) - 1
