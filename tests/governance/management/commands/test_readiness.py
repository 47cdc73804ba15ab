"""`readiness` prints how many companies stand in each tier."""

from io import StringIO

import pytest
from django.core.management import call_command

from governance.models import Tier
from tests import make

pytestmark = pytest.mark.django_db


def test_each_tier_has_a_line():
    make.outreach()
    make.promotable()
    out = StringIO()

    call_command("readiness", stdout=out)

    lines = dict(reversed(line.split()) for line in out.getvalue().splitlines())
    assert set(lines) == set(Tier.values)
    assert {tier for tier, rows in lines.items() if rows == "1"} == {
        "NOT_READY",
        "TIER_0_ANCHOR_DONE",
    }
