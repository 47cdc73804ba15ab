"""Charts by name."""

import pytest
from django.utils import timezone

from governance.charts import catalog

NAMES = [*catalog.OF_COMPANIES, *catalog.OF_ERRORS, "calls-of-mx-lookup"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_found_by_the_name_it_has(name):
    named = catalog.find(name)

    assert named.nav in ("governance:readiness", "governance:tool-list")
    assert named.make(timezone.now()).name == named.name == name


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["no_such_chart", "calls-of-nothing", "calls-of-", "mx-lookup"])
def test_there_is_no_other(name):
    assert catalog.find(name) is None


def test_what_comes_later_is_named_before_it_is_there():
    assert set(catalog.LATER) == set(catalog.OF_ERRORS)
