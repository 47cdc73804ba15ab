"""Time zones to choose from."""

import pytest

from governance.forms import zones

pytestmark = pytest.mark.django_db


def test_a_zone_that_nobody_knows_any_more_is_not_taken_for_the_first_of_the_list():
    known = zones.choices("Europe/Berlin")

    assert ("Europe/Berlin", "Europe/Berlin") in known
    assert known == zones.choices(None)
    for name in ("Nowhere/Land", ""):
        assert zones.choices(name) == [("", f"There is no “{name}”: choose"), *known]
