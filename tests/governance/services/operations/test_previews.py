"""What a plan would be, without one."""

import pytest

from governance.exceptions import NotPermitted
from governance.models import Operation, OperationItem
from governance.services.operations import plans, previews
from governance.verbs.registry import VERBS
from tests import make

pytestmark = pytest.mark.django_db


def test_a_preview_counts_what_a_plan_would_hold_and_leaves_none():
    make.policy(name="GUARD", verbs=["park"])
    rows = [make.error(), make.error(), make.error(disposition="PARKED")]
    triager = make.triager()

    found = previews.preview(VERBS["park"], by=triager, errors=rows, reason="DATA_QUALITY")

    told = found.operation
    assert (told.eligible, told.refusals, told.gate) == (2, {"already parked": 1}, "GUARD")
    assert told.effect["companies"] == 2
    assert {sampled.row.pk for sampled in found.sample} == {rows[0].pk, rows[1].pk}
    assert not Operation.objects.exists() and not OperationItem.objects.exists()


def test_a_preview_takes_no_number():
    triager, row = make.triager(), make.error()
    before = plans.make("park", errors=[row], by=triager, reason="DATA_QUALITY")

    previews.preview(VERBS["park"], by=triager, errors=[row], reason="DATA_QUALITY")
    after = plans.make("park", errors=[row], by=triager, reason="DATA_QUALITY")

    assert after.pk == before.pk + 1


def test_who_may_not_plan_may_not_preview():
    with pytest.raises(NotPermitted):
        previews.preview(VERBS["park"], by=make.viewer(), errors=[make.error()])
