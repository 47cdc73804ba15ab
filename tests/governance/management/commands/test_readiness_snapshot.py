"""`readiness_snapshot` keeps a day, and `readiness --at` reads it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from governance.models import Tier
from tests import make

pytestmark = pytest.mark.django_db


def printed(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_today_is_kept_and_read_back():
    make.promotable()
    make.outreach()
    today = timezone.now().date()

    assert printed("readiness_snapshot").startswith(f"{today}: 2 companies as of ")

    make.outreach()
    tiers = json.loads(printed("readiness", "--json", "--at", str(today)))
    assert (tiers[Tier.ANCHOR_DONE], tiers[Tier.NOT_READY]) == (1, 1)
    assert json.loads(printed("readiness", "--json"))[Tier.NOT_READY] == 2


def test_a_day_that_nothing_is_known_of_is_a_sentence():
    with pytest.raises(CommandError, match="How companies stood on 2001-01-01 is not known"):
        printed("readiness_snapshot", "--day", "2001-01-01")
    with pytest.raises(CommandError, match="There is no snapshot of 2001-01-01"):
        printed("readiness", "--at", "2001-01-01")


@pytest.mark.parametrize("command", [("readiness", "--at"), ("readiness_snapshot", "--day")])
def test_what_is_no_day_is_a_sentence(command):
    with pytest.raises(CommandError, match="“garbage” is no date"):
        printed(*command, "garbage")
