"""Charts by name."""

import pytest
from django.utils import timezone

from governance.charts import catalog

NAMES = [*catalog.OF_COMPANIES, *catalog.OF_ERRORS]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_found_by_the_name_it_has(name):
    named = catalog.find(name)

    assert named.make(timezone.now()).name == named.name == name


def test_there_is_no_other():
    assert catalog.find("no_such_chart") is None


def test_what_comes_later_is_named_before_it_is_there():
    assert set(catalog.LATER) == set(catalog.OF_ERRORS)
