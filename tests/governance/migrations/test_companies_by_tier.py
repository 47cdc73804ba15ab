"""Counters of companies that were kept text by text count what is no state together afterwards."""

from importlib import import_module

import pytest
from django.db.models import Sum

from governance.models import Readiness, ReadinessCount
from tests import make
from tests.owner import runs

pytestmark = pytest.mark.django_db
migration = import_module("governance.migrations.0028_companies_by_tier")


def test_texts_that_are_no_state_are_added_up_and_states_stay():
    for state in ("OH", "Ohio", "Bavaria", None):
        make.company(address_state=state)
    runs("UPDATE governance_readinesscount SET state = 'Ohio' WHERE state = 'other' AND rows > 0")

    runs(migration.COUNTED_TOGETHER)

    counted = dict(ReadinessCount.objects.values_list("state").annotate(companies=Sum("rows")))
    kept = {state: companies for state, companies in counted.items() if state}
    assert kept == {"OH": 1, "other": 2}
    assert Readiness.objects.filter(state="other").count() == 2
